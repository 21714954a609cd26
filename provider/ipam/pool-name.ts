/** The key of an IPPool. */
export interface PoolName {
  readonly namespace: string;
  readonly name: string;
}
