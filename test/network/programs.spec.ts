/** The programs that apply the formats say what the layout says, but for the limits of limits.ts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import type { Rendered } from "../../provider/network/render";
import { repository } from "../testbed/cache";
import { nmstateVersion } from "../testbed/cargo-build";
import { debianNetworkReaders } from "../testbed/debian-packages";
import { COLD_MS } from "../testbed/run";
import { isLong, seed } from "../trust/scale";
import type { Facts } from "./facts";
import { factsOfIfupdown } from "./ifupdown-facts";
import { factsOfKeyfiles } from "./keyfile-facts";
import { factsOfLayout } from "./layout-facts";
import { asked, full } from "./layouts";
import { LIMITS, type Limit, limitsOf } from "./limits";
import { factsOfNetworkd } from "./networkd-facts";
import { type Applied, applied, cloudInit, type Files } from "./programs";
import { layouts } from "./random-layouts";

const READERS: Readonly<Record<keyof Applied, (files: Files) => Facts>> = {
  netplan: factsOfNetworkd,
  cloudInitNetplan: factsOfNetworkd,
  cloudInitIfupdown: factsOfIfupdown,
  nmstate: factsOfKeyfiles,
  networkManager: factsOfKeyfiles,
  nmstateNetworkManager: factsOfKeyfiles,
};

const COUNT = 300;
const title = `The programs that apply ${COUNT} random layouts (long form: packages of Debian, Cargo; seed ${seed})`;

(isLong ? describe : describe.skip)(title, function () {
  this.timeout(COLD_MS);
  const hosts = [full, ...fc.sample(layouts, { numRuns: COUNT, seed })];
  let said: Applied[] = [];
  let versions: Readonly<Record<string, string>> = {};

  before(async () => {
    versions = { ...(await debianNetworkReaders()).versions, nmstate: nmstateVersion };
    print("   ", ...Object.entries(versions).map(([program, version]) => `${program} ${version}`));
    said = await applied(hosts.map(rendered));
  });

  for (const reader of Object.keys(READERS) as (keyof Applied)[]) {
    it(`${reader}: all facts are those of the layout`, () => {
      const limits = limitsOf(reader, versions);
      const met = new Map(limits.map((limit) => [limit, 0]));
      let whole = 0;
      for (const [index, layout] of hosts.entries()) {
        const { facts, of } = withLimits(factsOfLayout(layout), limits);
        if (of.length === 0) whole += 1;
        for (const limit of of) met.set(limit, met.get(limit)! + 1);
        assert.deepEqual(READERS[reader](said[index]![reader]), facts, JSON.stringify(layout));
      }
      print("     ", `${whole} of ${hosts.length}: agree in full`);
      for (const [{ what }, times] of met) {
        print("     ", `${times} of ${hosts.length}: ${what}`);
        assert.ok(times > 0, `No layout meets this limit. Remove it: ${what}`);
      }
    });
  }

  it("cloud-init: a static IPv6 address forbids SLAAC on its device, so the renderer refuses the two together", async () => {
    const document = JSON.parse(rendered(full).networkData);
    const slaac = { id: "slaac", network_id: "slaac", link: "bond0", type: "ipv6_slaac", routes: [] };
    const networks = [...document.networks, slaac];
    const [answer] = await cloudInit([JSON.stringify({ ...document, networks })]);
    const { dhcp6, "accept-ra": advertisements } = parse(answer!.netplan).network.bonds.bond0;
    assert.deepEqual({ dhcp6, advertisements }, { dhcp6: true, advertisements: false });
  });
});

it("docs/networks.md names each limit of a program", () => {
  const page = readFileSync(join(repository, "docs/networks.md"), "utf8");
  assert.deepEqual(
    LIMITS.map(({ what }) => what).filter((what) => !page.includes(what)),
    [],
  );
});

function rendered(layout: Parameters<typeof asked>[0]): Rendered {
  const { result, failures } = asked(layout);
  assert.deepEqual(failures, []);
  return result as unknown as Rendered;
}

/** What is left of the facts, and the limits that have changed them. */
function withLimits(facts: Facts, limits: readonly Limit[]): { facts: Facts; of: Limit[] } {
  const of: Limit[] = [];
  const left = limits.reduce((before, limit) => {
    const after = limit.left(before);
    if (JSON.stringify(after) !== JSON.stringify(before)) of.push(limit);
    return after;
  }, facts);
  return { facts: left, of };
}

function print(indent: string, ...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${indent} ${line}\n`).join(""));
}
