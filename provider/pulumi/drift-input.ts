/**
 * The input that a check adds for drift. The engine shows differences between state and the program, and neither has the
 * live value. This text has both values, the author and the time. It stays in state until the next update.
 */
export const DRIFT_INPUT = "drift";
