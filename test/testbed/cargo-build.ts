/** Programs in Rust, built into the cache. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFolder, repository } from "./cache";
import { COLD_MS, runOrFail } from "./run";

const source = join(repository, "test/testbed/tools/nmstate");
const textOf = (file: string) => readFileSync(join(source, file), "utf8");

export const nmstateVersion = /^nmstate = .*version = "=([0-9.]+)"/m.exec(textOf("Cargo.toml"))?.[1] ?? "";

/** nmstate's own code, which writes keyfiles. Two cores need two minutes for it. */
export async function nmstateKeyfiles(): Promise<string> {
  const name = "nmstate-keyfiles";
  const texts = ["Cargo.toml", "Cargo.lock", "main.rs"].map(textOf);
  const { stdout: rust } = await runOrFail("rustc", ["--version"]).catch((error: Error) => {
    throw new Error(`nmstate needs Rust with its cargo. Put it on PATH: ${error.message}`);
  });
  const key = createHash("sha256")
    .update([rust, ...texts].join("\0"))
    .digest("hex")
    .slice(0, 16);
  const folder = await cachedFolder(`${name}-${key}`, async (half) => {
    const work = await mkdtemp(join(tmpdir(), "metal3-ipam-cargo-"));
    const manifest = ["--manifest-path", join(source, "Cargo.toml"), "--target-dir", work];
    try {
      await runOrFail("cargo", ["build", "--release", "--locked", ...manifest], { timeoutMs: COLD_MS });
      copyFileSync(join(work, "release", name), join(half, name));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return join(folder, name);
}
