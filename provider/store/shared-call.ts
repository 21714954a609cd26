/**
 * One call for many callers at once, such as the read of a large pool or the sync of a folder. A caller must not get the
 * result of a call that began before it asked. So all that ask during a call share the next one.
 */
export class SharedCall<T> {
  private underWay: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  constructor(private readonly call: () => Promise<T>) {}

  /** The result of a call that begins no earlier than now. */
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
    const calling = this.call();
    const end = () => {
      if (this.underWay === calling) this.underWay = undefined;
    };
    this.underWay = calling;
    calling.then(end, end);
    return calling;
  }
}
