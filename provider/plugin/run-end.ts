/**
 * The end of a run, as one provider process sees it. The engine sends Cancel at every normal end, and then SIGINT. After
 * Ctrl-C it sends Cancel while the run still goes on, and once more at its end. Nobody sends a process that a debugger has
 * started a signal.
 */
export class RunEnd {
  private cancels = 0;
  private isFailed = false;

  noteCancel(): void {
    this.cancels += 1;
  }

  /** An error, or a check with faults: the engine may not do what else the program asks for. */
  noteFailure(): void {
    this.isFailed = true;
  }

  /** True where the run has come to its normal end, and no call of this process has failed. */
  get isWell(): boolean {
    return this.cancels === 1 && !this.isFailed;
  }
}
