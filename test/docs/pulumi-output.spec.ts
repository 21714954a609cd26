import assert from "node:assert/strict";
import { outputInTheEnd } from "./pulumi-output";

describe("Pulumi's output on a page", () => {
  it("is what it says in the end, in one order", () => {
    const output = `Updating (dev):

 +  pulumi:pulumi:Stack lab-dev creating (0s)
@ updating....
 +  metal3-ipam:index:PreAllocation cp-1 creating (0s)
 ~  metal3-ipam:index:PreAllocation cp-0 updating (0s) [diff: +drift]; warning: live .77
    metal3-ipam:index:PreAllocation cp-2  warning: live .79
 ~  metal3-ipam:index:PreAllocation cp-0 updated (0.05s) [diff: +drift]; warning: live .77
 +  metal3-ipam:index:PreAllocation cp-1 created (0.05s) 1 warning
    pulumi:pulumi:Stack lab-dev  1 message
Diagnostics:
  pulumi:pulumi:Stack (lab-dev):
    addresses that change:
      + host-10 of metal3/provisioning: 172.22.0.3
      + host-9 of metal3/provisioning: 172.22.0.2

  metal3-ipam:index:PreAllocation (cp-0):
    warning: live .77

Outputs:
    a: "1"

Resources:
    + 1 created
    ~ 1 updated

Duration: 2s`;
    const shown = ` ~  metal3-ipam:index:PreAllocation cp-0 updated [diff: +drift]
 +  metal3-ipam:index:PreAllocation cp-1 created 1 warning
Diagnostics:
  metal3-ipam:index:PreAllocation (cp-0):
    warning: live .77
  pulumi:pulumi:Stack (lab-dev):
    addresses that change:
      + host-9 of metal3/provisioning: 172.22.0.2
      + host-10 of metal3/provisioning: 172.22.0.3
Outputs:
    a: "1"
Resources:
    + 1 created
    ~ 1 updated`;
    assert.deepEqual(outputInTheEnd(output.split("\n")), shown.split("\n"));
  });

  it("has no ids of the engine in its differences", () => {
    const output = [
      "Previewing update (dev):",
      "  pulumi:pulumi:Stack: (same)",
      "    [urn=urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev]",
      "    ~ metal3-ipam:index:PreAllocation: (update)",
      "        [id=metal3/provisioning/cp-0-provisioning]",
      "        [provider=urn:pulumi:dev::lab::pulumi:providers:metal3-ipam::default_0_1_0::355aba19]",
    ];
    assert.deepEqual(outputInTheEnd(output), [output[3], output[4]]);
  });

  it("of other commands is left alone", () => {
    assert.deepEqual(outputInTheEnd(["@ one", "", "Duration: 2s"]), ["@ one", "", "Duration: 2s"]);
  });
});
