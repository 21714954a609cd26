/** Which IPPool is meant. */
export interface PoolName {
  readonly namespace: string;
  readonly name: string;
}
