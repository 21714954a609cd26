import type { RunNotes } from "../pulumi/run-notes";

const TOPIC = "failed";

/**
 * The end of a run, as one provider process sees it. The engine sends Cancel at every normal end, and then SIGINT. After
 * Ctrl-C it sends Cancel while the run still goes on, and once more at its end. Nobody sends a process that a debugger has
 * started a signal.
 */
export class RunEnd {
  private cancels = 0;
  private isFailed = false;
  private readonly failures: ReturnType<RunNotes["reader"]> | undefined;

  /** `notes`: absent where this process is the only one of its run. */
  constructor(private readonly notes?: RunNotes) {
    this.failures = notes?.reader(TOPIC);
    // What has ended by now was the preview.
    this.isFailed = this.failures?.().some(({ isAlive }) => isAlive) ?? false;
  }

  noteCancel(): void {
    this.cancels += 1;
  }

  /** An error, or a check with faults: the engine may not do what else the program asks for. */
  noteFailure(): void {
    if (this.isFailed) return;
    this.isFailed = true;
    this.notes?.tell(TOPIC, true);
  }

  /** True if a call has failed, of this process or of another one of its run. */
  get hasFailed(): boolean {
    if ((this.failures?.().length ?? 0) > 0) this.isFailed = true;
    return this.isFailed;
  }

  /** True where the run has come to its normal end, and no call has failed: of this process, or of another one of its run. */
  get isWell(): boolean {
    return this.cancels === 1 && !this.hasFailed;
  }
}
