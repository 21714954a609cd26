import type { Timing } from "../../../provider/store/kubernetes/timing";

/** Time that passes only when the code sleeps, or when a test fires an alarm. */
export class ManualTiming implements Timing {
  /** Milliseconds since the start. */
  elapsedMs = 0;
  /** How long each sleep was. */
  readonly slept: number[] = [];
  private readonly alarms: { readonly delayMs: number; readonly controller: AbortController }[] = [];

  /** `chance` is what `random` gives: almost 1 makes delays as long as they can be. */
  constructor(
    private readonly chance = 0.999999,
    /** Called at each sleep: for what happens meanwhile. */
    private readonly onSleep: (times: number) => unknown = () => undefined,
  ) {}

  now(): number {
    return this.elapsedMs;
  }

  async sleep(delayMs: number): Promise<void> {
    this.slept.push(delayMs);
    this.elapsedMs += delayMs;
    await this.onSleep(this.slept.length);
    await new Promise(setImmediate);
  }

  random(): number {
    return this.chance;
  }

  alarm(delayMs: number): AbortSignal {
    const controller = new AbortController();
    this.alarms.push({ delayMs, controller });
    return controller.signal;
  }

  /** How many alarms were set so far. */
  get alarmsSet(): number {
    return this.alarms.length;
  }

  /** The delay of the newest alarm. */
  get latestAlarmMs(): number | undefined {
    return this.alarms.at(-1)?.delayMs;
  }

  /** Lets the newest alarm come; its delay. */
  ring(): number {
    const alarm = this.alarms.at(-1);
    if (alarm === undefined) throw new Error("no alarm is set");
    this.elapsedMs += alarm.delayMs;
    alarm.controller.abort(new DOMException("in time", "TimeoutError"));
    return alarm.delayMs;
  }
}
