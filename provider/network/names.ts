/** Names of devices and networks that some reader would refuse or misread. A fault follows the name. */

/** IFNAMSIZ of Linux, without its closing zero. */
export const MAX_DEVICE_NAME = 15;

/** Linux and NetworkManager have these names for themselves. */
const TAKEN = new Set(["all", "default", "lo", "bonding_masters"]);

export function deviceNameFault(name: string): string | undefined {
  if (name.length > MAX_DEVICE_NAME) return `has more than ${MAX_DEVICE_NAME} characters, and Linux allows no more.`;
  if (TAKEN.has(name)) return "is a name of the system. Choose another.";
  if (/^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) return undefined;
  return "must consist of letters, digits, _, . and -, and must start with a letter.";
}

export function networkNameFault(name: string): string | undefined {
  if (/^[A-Za-z0-9_.-]{1,63}$/.test(name)) return undefined;
  return "must consist of at most 63 letters, digits, _, . and -.";
}

/** Whether dnsmasq would take the name of a host for a lease time, an address or a command (dnsmasq(8), dhcp-host). */
export function isMisreadHost(name: string): boolean {
  return /^([0-9.]+[smhdw]?|ignore|infinite)$/.test(name);
}
