/**
 * One reading for many callers at once. A caller must not get an answer that was read before it asked. So all that ask
 * during a reading share the next one. A hundred reservations read a large pool twice.
 */
export class SharedReading<T> {
  private underWay: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  constructor(private readonly read: () => Promise<T>) {}

  /** The value, read no earlier than now. */
  now(): Promise<T> {
    if (!this.underWay) return this.begin();
    const begin = () => {
      this.next = undefined;
      return this.begin();
    };
    this.next ??= this.underWay.then(begin, begin);
    return this.next;
  }

  private begin(): Promise<T> {
    const reading = this.read();
    const end = () => {
      if (this.underWay === reading) this.underWay = undefined;
    };
    this.underWay = reading;
    reading.then(end, end);
    return reading;
  }
}
