/** The error for a pool that has another owner. */
import type { Store } from "../../store/store";
import { IpamError } from "../errors";
import type { PoolName } from "../pool-name";
import type { Vocabulary } from "../vocabulary";
import { wording } from "../wording";
import { type Marks, type Origin, ownerText } from "./marks";

/**
 * Two stacks with different pools of one name need different places: their own namespaces, or in a folder also their own
 * folders.
 */
export function poolExists(
  { apiServer }: Pick<Store, "apiServer">,
  words: Vocabulary,
  pool: PoolName,
  marks: Marks,
  to: Origin,
): IpamError {
  const places = apiServer ? (["namespace"] as const) : (["namespace", "directory"] as const);
  const text = wording.poolExists(words, pool, ownerText(marks, to), marks.stack === undefined ? [] : places);
  return new IpamError("exists", text);
}
