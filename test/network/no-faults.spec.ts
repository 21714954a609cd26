/** Layouts that look wrong at first, and are not. */
import assert from "node:assert/strict";
import type { Properties } from "../../provider/resources/handler";
import { allocation, full, lan, linesOf, on } from "./layouts";

describe("a layout without faults", () => {
  const good: Readonly<Record<string, Properties>> = {
    "the full one": full,
    "no network at all": on(),
    "a gateway without a default route, outside of the subnet": on({
      ...lan,
      allocation: allocation("10.0.0.10", 24, { gateway: "10.0.1.1" }),
    }),
    "a link-local gateway": on({
      ...lan,
      allocation: allocation("fd00::10", 64, { gateway: "fe80::1" }),
      defaultRoute: true,
    }),
    "a default route in each family": on(
      { ...lan, defaultRoute: true },
      { ...lan, name: "lan6", allocation: allocation("fd00::10", 64, { gateway: "fd00::1" }), defaultRoute: true },
    ),
    "two addresses of one family on one device": on(lan, { ...lan, name: "more", allocation: allocation("10.0.0.11") }),
    "a pool with a link-local DNS server, and other servers": {
      ...on({ ...lan, allocation: allocation("fd00::10", 64, { dnsServers: ["fe80::53"] }) }),
      dnsServers: ["fd00::53"],
    },
    "a link-local DNS server of IPv4, which needs no device": { ...on(lan), dnsServers: ["169.254.169.253"] },
    "four DNS servers": { ...on(lan), dnsServers: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"] },
    "a DNS server of a pool that the host cannot reach": on({
      ...lan,
      allocation: allocation("10.0.0.10", 24, { dnsServers: ["fd00::1"] }),
    }),
  };
  for (const [what, given] of Object.entries(good)) it(what, () => assert.deepEqual(linesOf(given), []));
});
