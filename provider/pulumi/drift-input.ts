/**
 * The input that a check adds where something has drifted. The engine shows differences between state and the program, and
 * neither knows the live value: this text has both values, the author and the time. It stays in state until the next update.
 */
export const DRIFT_INPUT = "drift";
