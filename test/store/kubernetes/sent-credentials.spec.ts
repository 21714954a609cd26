import assert from "node:assert/strict";
import { SentCredentials } from "../../../provider/store/kubernetes/sent-credentials";
import { refuse } from "./scripted-server";
import { poolKey, poolKind, useScripted } from "./scripted-store";

describe("credentials that were sent", () => {
  const scripted = useScripted();

  it("are not in the message of an answer that quotes them", async () => {
    const said = refuse(403, "Forbidden", "no rights for Authorization: Bearer s3cr3t-of-mine");
    const { store } = await scripted([said], { token: "s3cr3t-of-mine" });
    await assert.rejects(store.get(poolKind, poolKey), {
      message:
        /^Cannot get IPPool default\/pool1 on 127\.0\.0\.1:\d+: no rights for Authorization: Bearer \[credential\]\.$/,
    });
  });

  it("are hidden as sent, and as JSON and URLs write them", () => {
    const sent = new SentCredentials();
    sent.add({ headers: { authorization: 'Bearer first"/token' } });
    sent.add({ headers: {} });
    const said = ['first"/token', 'first\\"/token', "first%22%2Ftoken"];
    assert.equal(sent.hide(said.join(" | ")), Array(3).fill("[credential]").join(" | "));
    assert.equal(sent.hide("first, token"), "first, token");
  });

  it("are not hidden if they are too short to be secrets: they would occur in any text", () => {
    const sent = new SentCredentials();
    sent.add({ headers: { authorization: "Bearer pool" } });
    assert.equal(sent.hide("no such pool"), "no such pool");
  });
});
