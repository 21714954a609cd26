/** Ignition of version 3.2 (coreos.github.io/ignition), which writes the keyfiles before NetworkManager starts. */

const FOLDER = "/etc/NetworkManager/system-connections";

/** NetworkManager ignores a keyfile that others can read. Ignition wants the mode as a decimal number. */
const OWNER_ONLY = 0o600;

export function ignition(keyfiles: Readonly<Record<string, string>>): object {
  const files = Object.entries(keyfiles).map(([name, text]) => ({
    path: `${FOLDER}/${name}`,
    mode: OWNER_ONLY,
    overwrite: true,
    contents: { source: `data:;base64,${Buffer.from(text).toString("base64")}` },
  }));
  return { ignition: { version: "3.2.0" }, storage: { files } };
}
