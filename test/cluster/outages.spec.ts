/**
 * API servers that cannot be reached, do not answer or are the wrong
 * ones. Errors name them, in time, and nothing is left half done.
 */
import assert from "node:assert/strict";
import { API_CALL } from "../../provider/store/kubernetes/call";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Stack } from "../resources/program";
import { openConnection } from "../store/kubernetes/connected";
import { type Cluster, type KubeconfigSpec, makeAuthority, useCluster } from "../testbed/cluster";
import { freePorts } from "../testbed/cluster/ports";
import { type Front, openFront, openSilence } from "./front";
import { Site } from "./site";
import { stackIn } from "./stack";

/** The provider's own policy, with shorter times. */
/** Seconds that it would take with the provider's own deadline. */
const OTHERWISE = API_CALL.deadlineMs / 1_000;
const policy = { ...API_CALL, deadlineMs: 2_000, attemptMs: 800, leastMs: 150 };

const program = [pool(), host("a"), hosts(["b", "c"]), claim("v")];

const KEPT = /^Could not read the cluster, so the last known state stands\. /;

/** If nothing has changed, a preview keeps state as it is, and warns. Throws the warning. */
async function previewed(stack: Stack): Promise<never> {
  const { steps, warnings } = await stack.preview(program);
  assert.deepEqual(steps, ["same net", "same a", "same rack", "same v"]);
  const [warning, ...others] = new Set(warnings);
  assert.deepEqual(others, []);
  throw new Error(warning?.replace(KEPT, ""));
}

/** A refresh keeps state as it is, and warns. Throws the warning. */
async function refreshed(stack: Stack): Promise<never> {
  const [id, state] = [`${stack.namespace}/net/a-net`, stack.outputs("a")];
  const { warnings, ...kept } = await stack.handlers().preAllocation.read({ id, state });
  assert.deepEqual(kept, { id, outputs: state });
  assert.match(String(warnings?.[0]), KEPT);
  await assert.rejects(stack.handlers().preAllocation.read({ id, state: {} }), /^StoreError: /);
  throw new Error(warnings?.[0]?.replace(KEPT, ""));
}

describe("an API server", function () {
  const cluster = useCluster(this, { controllers: false });
  const bare = useCluster(this, { crds: false });
  let stores: KubernetesStore[];
  let front: Front;
  beforeEach(async () => {
    stores = [];
    front = await openFront(cluster());
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await front.close();
  });

  async function storeAt(spec: KubeconfigSpec, of: Cluster = cluster()): Promise<KubernetesStore> {
    const connection = await openConnection({ path: await of.kubeconfig(spec), env: {} });
    const store = openKubernetesStore(connection, { policy, uniqueAnnotation: "pulumi-metal3-ipam/token" });
    stores.push(store);
    return store;
  }

  /** A stack that is up, and the same stack over another connection: each operation in a process of its own. */
  async function settled() {
    const good = await storeAt({});
    const namespace = await cluster().namespace();
    const stack = stackIn(good, namespace);
    await stack.up(program);
    const site = new Site(cluster(), good, namespace);
    const before = await site.objects();
    const over = async (spec: KubeconfigSpec): Promise<Stack> => {
      const other = stackIn(await storeAt(spec), namespace);
      other.state = new Map(stack.state);
      return other;
    };
    return { stack, before, site, over };
  }

  /** The messages of a preview, an update, a refresh and a destroy. Each ends in time. */
  async function failures(stackOf: () => Promise<Stack>): Promise<string[]> {
    const grown = [...program, host("new")];
    const operations: ((stack: Stack) => Promise<unknown>)[] = [
      previewed,
      (stack) => stack.up(grown),
      refreshed,
      (stack) => stack.destroy(),
    ];
    const said: string[] = [];
    for (const operation of operations) {
      const stack = await stackOf();
      const began = performance.now();
      const error: Error = await operation(stack).then(
        () => assert.fail("it succeeded"),
        (error) => error,
      );
      const seconds = (performance.now() - began) / 1_000;
      assert.ok(seconds < OTHERWISE, `${seconds} s: ${error.message}`);
      said.push(error.message);
    }
    return said;
  }

  const REMEDY =
    "Check that the API server of cluster testbed \\(https://127\\.0\\.0\\.1:\\d+\\) is up and is the one you mean " +
    "\\(`metal3-ipam:kubeconfig`, `:context`\\), then run the command again\\.( If that cluster is gone for good, .*)?$";
  const named = (why: string) =>
    new RegExp(`^Cannot (list|get) (IPPool|IPClaim) .+ on 127\\.0\\.0\\.1:\\d+: ${why} ${REMEDY}`);
  const given = "Gave up after 2 s\\.";

  it("that does not exist or is the wrong one is named in each operation, and nothing changes", async () => {
    const { before, site, over } = await settled();
    const [port] = await freePorts(1);
    const rows: [spec: KubeconfigSpec, why: string][] = [
      [{ server: `https://127.0.0.1:${port}` }, `the API server did not answer \\(ECONNREFUSED\\)\\. ${given}`],
      [
        { ca: (await makeAuthority("another")).certificate },
        "the API server's certificate is not signed by the CA of the kubeconfig\\.",
      ],
    ];
    for (const [spec, why] of rows) {
      for (const message of await failures(() => over(spec))) assert.match(message, named(why));
    }
    assert.deepEqual(await site.objects(), before);
  });

  it("that accepts connections and never answers fails in time", async () => {
    const { before, site, over } = await settled();
    const silence = await openSilence();
    try {
      for (const message of await failures(() => over({ server: silence.server }))) {
        assert.match(message, named(`the API server did not answer within \\d s\\. ${given}`));
      }
      front.meddle = () => "silence";
      for (const message of await failures(() => over(front))) {
        assert.match(message, named(`the API server did not answer within \\d s\\. ${given}`));
      }
    } finally {
      silence.close();
    }
    assert.deepEqual(await site.objects(), before);
  });

  for (const { verb, step } of [
    { verb: "create", step: "its locks" },
    { verb: "patch", step: "its entry" },
  ] as const) {
    it(`that does not answer while an update creates ${step} stops the update at the deadline, and all is undone`, async () => {
      const { before, site, over } = await settled();
      const stack = await over(front);
      front.meddle = (seen) => (seen.verb === verb ? "silence" : undefined);
      const began = performance.now();
      await assert.rejects(stack.up([...program, host("new")]), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(
            `^Cannot ${verb} IP(Address|Pool) \\S+ on 127.*: the API server did not answer within 1 s\\. ${given}`,
          ),
        );
        assert.match(error.message, new RegExp(` The write may have been done\\. Look at the object\\. ${REMEDY}`));
        return true;
      });
      const seconds = (performance.now() - began) / 1_000;
      assert.ok(seconds > 1 && seconds < OTHERWISE, `${seconds} s`);
      assert.deepEqual(await site.objects(), before);
      front.meddle = () => undefined;
      assert.equal((await stack.up([...program, host("new")])).at(-1), "create new");
    });
  }

  for (const status of [503, 429, 500]) {
    it(`that answers ${status} for a while gets the request again, and nothing is done twice`, async () => {
      const { site, over } = await settled();
      const stack = await over(front);
      // Fails each request once. The second try succeeds.
      const refused = new Set<string>();
      front.meddle = ({ method, path }) => {
        const request = `${method} ${path}`;
        if (refused.has(request)) return undefined;
        refused.add(request);
        return { status, headers: { "retry-after": "0" } };
      };
      await stack.up([...program, host("new")]);
      assert.ok(refused.size > 10);
      const left = await site.left();
      assert.equal(left.filter((name) => name.startsWith("ipaddress.ipam.metal3.io/")).length, 5);
      assert.equal(left.filter((name) => name.startsWith("ipaddress.ipam.cluster.x-k8s.io/")).length, 5);
      await stack.destroy();
      assert.deepEqual(await site.left(), []);
    });
  }

  for (const status of [503, 429]) {
    it(`that keeps answering ${status} is named in the error, and nothing changes`, async () => {
      const { before, site, over } = await settled();
      front.meddle = () => ({ status, headers: { "retry-after": "1" } });
      for (const message of await failures(() => over(front))) {
        assert.match(message, named(`the API server answered ${status}\\. ${given}`));
      }
      assert.deepEqual(await site.objects(), before);
    });
  }

  it("without Metal3's CRDs is an error that names them, in each operation", async () => {
    const { stack } = await settled();
    const over = async () => {
      const other = stackIn(await storeAt({}, bare()), "default");
      other.state = new Map(stack.state);
      return other;
    };
    const why =
      /^Cannot (list|get) (IPPool|IPClaim) .+ on 127.*: the API server does not know IP(Pool|Claim) \(ipam\.metal3\.io\/v1alpha1\)\. Install Metal3 IPAM's CRDs\. If you mean another cluster than cluster testbed \(https:\/\/127\.0\.0\.1:\d+\), correct `metal3-ipam:kubeconfig` or `:context`\.$/;
    for (const message of await failures(over)) assert.match(message, why);
  });

  it("without the namespace is a warning in the preview, and an error of the update that says how to create it", async () => {
    const stack = stackIn(await storeAt({}), "not-made-yet");
    const make = "kubectl create namespace not-made-yet";
    const { steps, warnings } = await stack.preview(program);
    assert.deepEqual(steps, ["create net", "create a", "create rack", "create v"]);
    assert.ok(
      warnings.some(
        (warning) => warning.startsWith("Namespace not-made-yet does not exist. ") && warning.includes(make),
      ),
    );
    await assert.rejects(stack.up(program), {
      message: new RegExp(
        `^Cannot create IPPool not-made-yet/net on 127.*: namespace not-made-yet does not exist\\. .*${make}`,
      ),
    });
    await cluster().kubectl(["create", "namespace", "not-made-yet"]);
    await stack.up(program);
    await stack.destroy();
  });
});
