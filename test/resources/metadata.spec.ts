/** Labels, annotations, owners and names. Check refuses what an API server would refuse, in a folder as well. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { handlersOver } from "../../provider/compose";
import { printed } from "../../provider/pulumi/failed-check";
import type { Properties } from "../../provider/resources/handler";
import { openFileStore } from "../../provider/store/file/file-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import { ACCEPTED, REFUSED } from "../store/metadata-table";
import { claim, host, pool } from "./declare";
import { assertUnchanged } from "./importing";
import { type Declared, Stack, testEnvironment } from "./program";

const letters = (count: number) => "a".repeat(count);

describe("metadata that a program declares", () => {
  const check = (kind: "ipPool" | "ipClaim", news: Properties, olds?: Properties, resource = "mine") =>
    handlersOver(openMemoryStore(), testEnvironment(), "metal3")[kind].check({
      owner: { stack: "metal/dev", resource },
      olds,
      news,
    });
  const inKind = { ipPool: pool().args, ipClaim: { pool: "net", name: "vip" } } as const;
  const asked = async (kind: keyof typeof inKind, metadata: object, olds?: Properties) => {
    const { failures, warnings } = await check(kind, { ...inKind[kind], ...metadata }, olds);
    return { paths: failures.map((failure) => printed(failure).property), failures, warnings };
  };

  for (const kind of ["ipPool", "ipClaim"] as const) {
    const rows = (table: typeof REFUSED) =>
      table.filter(({ metadata }) => kind === "ipClaim" || !metadata.ownerReferences);
    it(`is refused at its path if an API server refuses it: ${kind}`, async () => {
      for (const { what, metadata, path } of rows(REFUSED)) {
        const { paths, failures } = await asked(kind, metadata);
        assert.deepEqual(paths, [path], what);
        assert.match(failures[0]!.reason, / (limit is|must|has|is|cannot|but|Write) .*[a-z]/, what);
      }
    });

    it(`is accepted if an API server accepts it, except for the space of our own annotations: ${kind}`, async () => {
      for (const { what, metadata } of rows(ACCEPTED)) {
        const { paths } = await asked(kind, metadata);
        assert.deepEqual(paths, what === "annotations of 256 KiB" ? ["annotations"] : [], what);
      }
    });

    it(`stays with a warning if state has it: ${kind}`, async () => {
      for (const { what, metadata, path = "" } of rows(REFUSED)) {
        const { paths, warnings } = await asked(kind, metadata, { ...inKind[kind], ...metadata });
        assert.deepEqual(paths, [], what);
        const told = warnings.filter((warning) =>
          warning.startsWith(`${kind === "ipPool" ? "IPPool" : "IPClaim"} metal3/`),
        );
        assert.ok(
          told.some((warning) => warning.includes(` ${path}: `)),
          what,
        );
      }
    });
  }

  it("reports all faults at once, with those of other properties", async () => {
    const { paths } = await asked("ipPool", {
      labels: { "a b": "c d", rack: "/" },
      annotations: { "x:y": "" },
      clusterName: letters(64),
      pools: [{ start: "10.0.0.300", end: "10.0.0.9" }],
    });
    const labels = ['labels["a b"]', 'labels["a b"]', "labels.rack"];
    assert.deepEqual(paths, ["pools[0].start", ...labels, 'annotations["x:y"]', "clusterName"]);
  });

  it("may fill the space for annotations to the last byte, with our own and those of others", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", { ...testEnvironment(), mintToken: () => "0".repeat(36) });
    const marks = `pulumi-metal3-ipam/token${"0".repeat(36)}pulumi-metal3-ipam/stackmetal/devpulumi-metal3-ipam/resourcenet`;
    const room = 256 * 1024 - marks.length - "note".length;
    const text = (length: number) => [pool({ annotations: { note: letters(length) } })];
    await assert.rejects(stack.up(text(room + 1)), {
      message: /annotations: have .* The limit of one object is 262144\./,
    });
    await stack.up(text(room));
    await assertUnchanged(stack, text(room));
    await stack.up(text(room - 10));
    await store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { metadata: { annotations: { other: "text" } } });
    await stack.up(text(room - 9));
    await assert.rejects(stack.up(text(room - 8)), { message: /the object's other annotations have 132\. / });
  });

  it("does not stop a program of an earlier version in a folder", async () => {
    const directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
    const stack = new Stack(openFileStore(directory));
    const program = (labels: object, gateway = "10.0.0.1"): Declared[] => [pool({ labels, gateway }), host("a")];
    await stack.up(program({ rack: "rack-7" }));
    // Written as before the rule existed: into the store and into state.
    const labels = { rack: "rack 7" };
    const file = join(directory, "metal3/ippools/net.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("rack: rack-7", "rack: rack 7"));
    const { inputs, outputs, ...kept } = stack.state.get("net")!;
    stack.state.set("net", { ...kept, inputs: { ...inputs, labels }, outputs: { ...outputs, labels } });
    await assertUnchanged(stack, program(labels));
    assert.deepEqual(await stack.up(program(labels, "10.0.0.2")), ["update net", "update a"]);
    await assert.rejects(stack.up(program({ rack: "rack 8" })), {
      message: /labels\.rack: "rack 8" is not a label value\./,
    });
    await stack.up(program({}));
    await rm(directory, { recursive: true });
  });
});

describe("names that become labels", () => {
  const warningsOf = async (name: string) => {
    const { warnings } = await new Stack(openMemoryStore()).preview([pool({ name }, name)]);
    return warnings;
  };

  it("clusterName: refused beyond 63 characters, the limit of Metal3's label", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.preview([pool({ clusterName: letters(63) })]);
    const reason = `"${letters(48)}..." has 64 characters. Metal3 makes it a label, which has at most 63. Give the Cluster a shorter name.`;
    await assert.rejects(stack.preview([pool({ clusterName: letters(64) })]), {
      message: `net: clusterName: ${reason}`,
    });
  });

  it("a pool's name: a warning beyond 63 characters", async () => {
    assert.deepEqual(await warningsOf(letters(63)), []);
    assert.deepEqual(await warningsOf(letters(64)), [
      `IPPool metal3/${letters(64)}: the name has 64 characters. With --enable-bmh-name-based-preallocation CAPM3 makes it a label ` +
        "of its hosts' claims, which has at most 63, so no host would get an address. Choose a shorter name.",
    ]);
  });
});

describe("logical names that are not object names", () => {
  const rule =
    "must consist of lower-case letters, digits, - and ., and must start and end with a letter or digit (RFC 1123).";
  const remedy = "It is the resource's logical name. Set `name` to choose another.";
  const names = ["Net", "net_a", "net a", "-net", "net-", "net.", "nét", "NET#1", "rack/net", ".", "net:1"];

  for (const name of names) {
    it(`say which property sets another name: ${name}`, async () => {
      for (const declared of [pool({ name }, name), { ...claim(name), as: name }]) {
        const shown = JSON.stringify(name).replace("é", "\\u00e9");
        await assert.rejects(new Stack(openMemoryStore()).preview([declared]), {
          message: `${name}: name: ${shown} ${rule} ${remedy}`,
        });
      }
    });
  }

  it("say it if they are too long", async () => {
    const { failures } = await handlersOver(openMemoryStore(), testEnvironment(), "metal3").ipClaim.check({
      owner: { stack: "metal/dev", resource: letters(254) },
      olds: undefined,
      news: { pool: "net", name: letters(254) },
    });
    assert.match(
      failures[0]!.reason,
      /has more than 253 characters\. It is the resource's logical name. Set `name` to choose another.$/,
    );
  });

  it("are not mentioned if the program gives the name", async () => {
    await assert.rejects(new Stack(openMemoryStore()).preview([pool({ name: "Net" }, "net")]), {
      message: `net: name: "Net" ${rule}`,
    });
  });
});
