/** IPPool: what can be handed out, and the pool's own preAllocations, which are promises like all others. */
import { entriesText, networkText } from "../../api/ip-pool";
import { IP_POOL } from "../../api/kinds";
import { type Address, formatAddress } from "../../core/address";
import { capacityOnWire } from "../../core/pool";
import { undone } from "../../ipam/errors";
import { type Ipam, readPool } from "../../ipam/ipam";
import type { Hand } from "../../ipam/ledger/hand";
import { marksOf } from "../../ipam/ledger/marks";
import { ownLocks } from "../../ipam/settle/own-locks";
import { settle } from "../../ipam/settle/settle";
import { storedAddress, storedText } from "../allocation";
import { canonicalJson, changedProperties } from "../arguments";
import type * as life from "../handler";
import { checkPool } from "./ip-pool-check";
import { deletePool, removePool } from "./ip-pool-delete";
import { ensurePool } from "./ip-pool-ensure";
import { poolManifest } from "./ip-pool-manifest";
import { argumentsOf, type PoolArguments } from "./pool-arguments";

/** Compared by diff; of the rest (adopt, allowOverlap, dhcpRanges) a change asks for nothing to be written. */
const COMPARED = [
  ...["labels", "annotations", "clusterName", "pools", "prefix", "gateway", "dnsServers"],
  ...["preAllocations", "excludes", "excludeReserved", "capacity"],
];

export class IPPoolHandler implements life.Handler {
  readonly token = "metal3-ipam:index:IPPool";

  constructor(
    private readonly ipam: Ipam,
    private readonly defaultNamespace: string,
  ) {}

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    return checkPool(this.ipam, this.defaultNamespace, request);
  }

  async diff({ olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    // The name prefix and the strategy cannot be changed in place (Metal3's webhook).
    const replaces = changedProperties(olds, news, ["name", "namespace", "namePrefix", "allocationStrategy"]);
    const ledger = await this.ipam.ledger({ namespace: String(olds.namespace), name: String(olds.name) });
    const marks = ledger.pool && marksOf(ledger.pool.object);
    const isLost = marks?.token !== undefined && marks.token !== olds.token;
    const changed = [...replaces, ...changedProperties(olds, news, COMPARED), ...(isLost ? ["token"] : [])];
    return { changed, replaces, deleteBeforeReplace: true };
  }

  async create({ owner, inputs }: life.CreateRequest): Promise<life.CreateResponse> {
    const hand = this.hand(owner, this.ipam.environment.mintToken(), inputs);
    const args = argumentsOf(inputs);
    const outputs = await this.ensure(hand, args, inputs, undefined);
    return { id: `${String(args.namespace)}/${String(args.name)}`, outputs };
  }

  async update({ owner, olds, news }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const token = storedText(olds.token) ?? this.ipam.environment.mintToken();
    return { outputs: await this.ensure(this.hand(owner, token, news), argumentsOf(news), news, olds) };
  }

  async read({ id, state }: life.ReadRequest): Promise<life.ReadResponse> {
    const [namespace = "", name = ""] = id.split("/");
    const stored = await this.ipam.store.get(IP_POOL, { namespace, name });
    if (!stored) {
      if (Object.keys(state).length === 0) return { id: "", outputs: {} };
      // Still the same resource: without `pools` it differs from every program, and the next update restores it.
      const { pools: _pools, capacity: _capacity, ...rest } = state;
      return { id, outputs: rest };
    }
    const live = readPool(stored);
    const { spec, capacity } = live.pool;
    const said = Object.keys(state).length > 0 ? poolManifest(argumentsOf(state), undefined) : undefined;
    const isAsSaid =
      said && canonicalJson((said.spec as { pools: unknown }).pools) === canonicalJson(entriesText(spec));
    const { prefix: _prefix, gateway: _gateway, dnsServers: _dnsServers, ...rest } = state;
    const own = Object.keys((state.preAllocations ?? {}) as object);
    const entries = own.flatMap((claim) => {
      const address = live.preAllocations.get(claim);
      return address ? [[claim, formatAddress(address)]] : [];
    });
    return {
      id,
      outputs: {
        ...rest,
        namespace,
        name,
        namePrefix: storedText(state.namePrefix) ?? live.namePrefix,
        pools: isAsSaid ? state.pools : entriesText(spec),
        ...networkText(spec),
        ...(state.preAllocations !== undefined && { preAllocations: Object.fromEntries(entries) }),
        capacity: capacityOnWire(capacity),
      },
    };
  }

  async delete({ owner, state }: life.DeleteRequest): Promise<void> {
    const hand = { ...this.hand(owner, storedText(state.token) ?? "", {}), adopt: false };
    const ledger = await this.ipam.ledger({ namespace: String(state.namespace), name: String(state.name) });
    await deletePool(this.ipam, ledger, hand, entriesIn(state));
  }

  /** Observe, ensure the pool, sync its own entries, return: the same for create, repair and change. */
  private async ensure(
    hand: Hand,
    args: PoolArguments,
    inputs: life.Properties,
    olds: life.Properties | undefined,
  ): Promise<life.Properties> {
    const ledger = await this.ipam.ledger({ namespace: String(args.namespace), name: String(args.name) });
    const wanted = poolManifest(args, hand);
    if (!wanted) throw new Error("metal3-ipam: inputs of an IPPool reached the update without a check");
    const isNew = await ensurePool(this.ipam, ledger, wanted, hand, olds);
    await ownLocks(this.ipam, ledger);
    const entries = Object.entries(args.preAllocations ?? {});
    const promise = (address: Address) => ({ address, firm: true, place: () => EXHAUSTED });
    const pinned = new Map(entries.map(([claim, address]) => [claim, promise(address)]));
    const held = olds ? entriesIn(olds) : new Map<string, Address>();
    try {
      await settle(this.ipam, { ledger, hand, held, wanted: pinned, entries: true });
    } catch (error) {
      // A pool that is only half what was asked for is not left behind, for state will not know of it.
      if (!isNew || olds) throw error;
      throw await undone(error, () => removePool(this.ipam, ledger, hand));
    }
    return { ...inputs, token: hand.token };
  }

  private hand(owner: life.Owner, token: string, inputs: life.Properties): Hand {
    return { ...owner, kind: "IPPool", token, adopt: inputs.adopt === true };
  }
}

/** The pool's own entries are all pinned: nothing is ever placed. */
const EXHAUSTED = { kind: "exhausted", total: 0n, used: 0n } as const;

function entriesIn(properties: life.Properties): Map<string, Address> {
  const entries = Object.entries((properties.preAllocations ?? {}) as Record<string, unknown>);
  return new Map(
    entries.flatMap(([claim, text]): [string, Address][] => {
      const address = storedAddress(text);
      return address ? [[claim, address]] : [];
    }),
  );
}
