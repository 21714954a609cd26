import type { Kind } from "../../api/kinds";
import { isStoreError } from "../store";
import type { Call } from "./call";
import { discover, discoverNamed } from "./discovery";

/**
 * The version in which each kind is requested. It is the caller's version until a server does not know it. Only then the server
 * is asked which versions it serves. So kinds that are served as expected cost no extra request.
 */
export class ServedVersions {
  /** Versions found by discovery, by group and plural. */
  readonly #other = new Map<string, Kind>();
  readonly #asked = new Map<string, Promise<Kind | undefined>>();

  served(call: Call, kind: Kind): Promise<Kind | undefined> {
    return this.#askedOnce(placeOf(kind) + kind.version, () => discover(call, kind));
  }

  named(call: Call, group: string, kind: string): Promise<Kind | undefined> {
    return this.#askedOnce(`${group}/${kind}`, () => discoverNamed(call, group, kind));
  }

  /** The server is asked once. A failure is not kept. */
  #askedOnce(place: string, ask: () => Promise<Kind | undefined>): Promise<Kind | undefined> {
    let asked = this.#asked.get(place);
    if (asked === undefined) {
      asked = ask();
      this.#asked.set(place, asked);
      asked.catch(() => this.#asked.delete(place));
    }
    return asked;
  }

  /** Does the work in a version that the server serves. Throws NotInstalled if there is none. */
  async inServed<T>(call: Call, kind: Kind, work: (served: Kind) => Promise<T>): Promise<T> {
    const known = this.#other.get(placeOf(kind)) ?? kind;
    try {
      return await work(known);
    } catch (error) {
      if (!isStoreError(error, "NotInstalled")) throw error;
      // Asks again, because a CRD may have been installed since the last question.
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
