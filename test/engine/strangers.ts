/** IPAddresses of pool `net` that a user writes by hand: a List for `kubectl create -f`. */
export function strangers(namespace: string, addresses: readonly string[]): string {
  const items = addresses.map((address) => {
    const dashed = address.replaceAll(".", "-");
    return {
      apiVersion: "ipam.metal3.io/v1alpha1",
      kind: "IPAddress",
      metadata: { name: `net-${dashed}`, namespace },
      spec: { address, pool: { name: "net", namespace }, claim: { name: `stranger-${dashed}`, namespace } },
    };
  });
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
