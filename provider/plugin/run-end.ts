import type { RunNotes } from "../pulumi/run-notes";

const TOPIC = "failed";

/**
 * The end of a run, as one provider process sees it. The engine sends Cancel at every normal end, and then SIGINT. After
 * Ctrl-C it sends Cancel during the run and again at its end. A process that a debugger has started gets no signal.
 */
export class RunEnd {
  private cancels = 0;
  private isFailed = false;
  private readonly failures: ReturnType<RunNotes["reader"]> | undefined;

  /** `notes`: absent if this process is the only one of its run. */
  constructor(private readonly notes?: RunNotes) {
    this.failures = notes?.reader(TOPIC);
    // A process that has ended served the preview.
    this.isFailed = this.failures?.().some(({ isAlive }) => isAlive) ?? false;
  }

  noteCancel(): void {
    this.cancels += 1;
  }

  /** Notes an error, or a check with faults. After it, the engine may skip other work of the program. */
  noteFailure(): void {
    if (this.isFailed) return;
    this.isFailed = true;
    this.notes?.tell(TOPIC, true);
  }

  /** True if a call of this process or of another process of its run has failed. */
  get hasFailed(): boolean {
    if ((this.failures?.().length ?? 0) > 0) this.isFailed = true;
    return this.isFailed;
  }

  /** True if the run has come to its normal end and no call has failed in any of its processes. */
  get isWell(): boolean {
    return this.cancels === 1 && !this.hasFailed;
  }
}
