/** The modes and options of a bond (Documentation/networking/bonding.rst of Linux), as far as every format has them. */

export const BOND_MODES = [
  "802.3ad",
  "active-backup",
  "balance-xor",
  "balance-rr",
  "broadcast",
  "balance-tlb",
  "balance-alb",
] as const;
export type BondMode = (typeof BOND_MODES)[number];

interface Option {
  /** Its name in netplan. */
  readonly netplan: string;
  /** The words that it takes. `positive`: a number above 0. `member`: the name of a NIC of the bond. */
  readonly values: readonly string[] | "number" | "positive" | "member";
  /** The modes in which the kernel takes it. Absent: all. */
  readonly modes?: readonly BondMode[];
  /** The option without which it has no effect. */
  readonly needs?: BondOption;
}

const LACP = ["802.3ad"] as const;
const WITH_PRIMARY = ["active-backup", "balance-tlb", "balance-alb"] as const;

const options = {
  // Milliseconds. With 0 the kernel does not notice a lost link.
  miimon: { netplan: "mii-monitor-interval", values: "positive" },
  updelay: { netplan: "up-delay", values: "number" },
  downdelay: { netplan: "down-delay", values: "number" },
  lacp_rate: { netplan: "lacp-rate", values: ["slow", "fast"], modes: LACP },
  ad_select: { netplan: "ad-select", values: ["stable", "bandwidth", "count"], modes: LACP },
  min_links: { netplan: "min-links", values: "number", modes: LACP },
  xmit_hash_policy: {
    netplan: "transmit-hash-policy",
    values: ["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4"],
    modes: ["802.3ad", "balance-xor", "balance-tlb"],
  },
  primary: { netplan: "primary", values: "member", modes: WITH_PRIMARY },
  primary_reselect: {
    netplan: "primary-reselect-policy",
    values: ["always", "better", "failure"],
    modes: WITH_PRIMARY,
    needs: "primary",
  },
  fail_over_mac: { netplan: "fail-over-mac-policy", values: ["none", "active", "follow"], modes: ["active-backup"] },
} as const;

export type BondOption = keyof typeof options;

/** By the kernel's name. */
export const BOND_OPTIONS: Readonly<Record<BondOption, Option>> = options;

export function isBondOption(name: string): name is BondOption {
  return Object.hasOwn(options, name);
}
