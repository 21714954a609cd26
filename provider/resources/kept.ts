/**
 * What a backend that cannot be asked keeps nobody from: whatever a program says as it said it before stands as state has
 * it, with a warning. What it says anew cannot be promised, and fails.
 */
import { wording } from "../ipam/wording";
import { changedProperties } from "./arguments";
import { Delegate } from "./delegate";
import type * as life from "./handler";
import { HIDDEN_PROPERTIES, isHiddenInput } from "./hidden";
import { isOutOfReach } from "./remedied";

/** The same handler over a cluster. */
export class Kept extends Delegate {
  /** The engine does not say whether it previews: an update that has nothing to change is warned, like its preview. */
  override async check(request: life.CheckRequest): Promise<life.CheckResponse> {
    const { olds, news } = request;
    return super.check(request).catch((error: unknown) => {
      if (!isOutOfReach(error) || !olds || !this.isSaidBefore(news, olds)) throw error;
      return { inputs: olds, failures: [], warnings: [wording.stateKept(error.message)], drift: [] };
    });
  }

  /** Beside the program's words a diff looks at what others have taken over: that has to wait. */
  override async diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    const { olds, news } = request;
    return super.diff(request).catch((error: unknown) => {
      const said = Object.keys(news).filter((property) => !isHiddenInput(property));
      if (!isOutOfReach(error) || changedProperties(olds, news, said).length > 0) throw error;
      return { changed: [], replaces: [], deleteBeforeReplace: false, stables: [] };
    });
  }

  /** What cannot be asked is not gone. */
  override async read(request: life.ReadRequest): Promise<life.ReadResponse> {
    const { id, state } = request;
    return super.read(request).catch((error: unknown) => {
      if (!isOutOfReach(error) || Object.keys(state).length === 0) throw error;
      return { id, outputs: state, warnings: [wording.stateKept(error.message)] };
    });
  }

  /** True where the program says what it said at the last check, which has filled the rest in. */
  private isSaidBefore(news: life.Properties, olds: life.Properties): boolean {
    const filled = this.kind === "IPPool" ? FILLED_OF_POOL : FILLED;
    const absent = Object.entries(olds).filter(([property]) => filled.has(property) && news[property] === undefined);
    const whole = { ...Object.fromEntries(absent), ...news };
    return changedProperties(olds, whole, Object.keys({ ...olds, ...whole })).length === 0;
  }
}

const FILLED_OF_POOL: ReadonlySet<string> = new Set([...HIDDEN_PROPERTIES, "namespace", "namePrefix", "capacity"]);
const FILLED: ReadonlySet<string> = new Set([
  ...HIDDEN_PROPERTIES,
  ...["namespace", "claimName", "addressName", "addresses", "allocations"],
  ...["address", "prefix", "gateway", "dnsServers"],
]);
