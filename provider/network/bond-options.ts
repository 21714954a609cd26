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
  /** The modes in which the kernel takes it. Absent: all. */
  readonly modes?: readonly BondMode[];
  /** The option without which it has no effect. */
  readonly needs?: BondOption;
}

const LACP = ["802.3ad"] as const;
const WITH_PRIMARY = ["active-backup", "balance-tlb", "balance-alb"] as const;

const options = {
  miimon: { netplan: "mii-monitor-interval" },
  updelay: { netplan: "up-delay", needs: "miimon" },
  downdelay: { netplan: "down-delay", needs: "miimon" },
  lacp_rate: { netplan: "lacp-rate", modes: LACP },
  ad_select: { netplan: "ad-select", modes: LACP },
  min_links: { netplan: "min-links", modes: LACP },
  xmit_hash_policy: { netplan: "transmit-hash-policy", modes: ["802.3ad", "balance-xor", "balance-tlb"] },
  primary: { netplan: "primary", modes: WITH_PRIMARY },
  primary_reselect: { netplan: "primary-reselect-policy", modes: WITH_PRIMARY, needs: "primary" },
  fail_over_mac: { netplan: "fail-over-mac-policy", modes: ["active-backup"] },
} as const;

export type BondOption = keyof typeof options;

/** By the kernel's name. */
export const BOND_OPTIONS: Readonly<Record<BondOption, Option>> = options;

export function isBondOption(name: string): name is BondOption {
  return Object.hasOwn(options, name);
}
