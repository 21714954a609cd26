/** IFNAMSIZ of Linux, without its closing zero. */
export const MAX_DEVICE_NAME = 15;

/** The fault of a name that Linux, netplan or NetworkManager would refuse. It follows the name. */
export function deviceNameFault(name: string): string | undefined {
  if (name.length > MAX_DEVICE_NAME) return `has more than ${MAX_DEVICE_NAME} characters, and Linux allows no more.`;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) {
    return "must consist of letters, digits, _, . and -, and must start with a letter or digit.";
  }
  // systemd takes such a name for the number of a device.
  return /^[0-9]+$/.test(name) ? "consists of digits only. Add a letter." : undefined;
}
