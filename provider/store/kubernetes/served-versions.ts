import type { Kind } from "../../api/kinds";
import { isStoreError } from "../store";
import type { Call } from "./call";
import { discover } from "./discovery";

/**
 * In which version each kind is asked for. The one that the caller names, until a server does not know it: only then it is
 * asked what it serves, once. So the kinds that are there as expected cost no request.
 */
export class ServedVersions {
  /** Found by discovery, by group and plural. */
  readonly #other = new Map<string, Kind>();
  readonly #asked = new Map<string, Promise<Kind | undefined>>();

  /** Asked once; a failure is not kept. */
  served(call: Call, kind: Kind): Promise<Kind | undefined> {
    const place = placeOf(kind) + kind.version;
    let asked = this.#asked.get(place);
    if (asked === undefined) {
      asked = discover(call, kind);
      this.#asked.set(place, asked);
      asked.catch(() => this.#asked.delete(place));
    }
    return asked;
  }

  /** Does the work in a version that is served. Throws NotInstalled where there is none. */
  async inServed<T>(call: Call, kind: Kind, work: (served: Kind) => Promise<T>): Promise<T> {
    const known = this.#other.get(placeOf(kind)) ?? kind;
    try {
      return await work(known);
    } catch (error) {
      if (!isStoreError(error, "NotInstalled")) throw error;
      // Not from memory: a CRD may have been installed since somebody asked.
      const served = await discover(call, kind);
      if (served === undefined || served.version === known.version) throw error;
      this.#other.set(placeOf(kind), served);
      return work(served);
    }
  }
}

function placeOf({ group, plural }: Kind): string {
  return `${plural}.${group}/`;
}
