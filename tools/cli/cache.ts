import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import lockfile from "proper-lockfile";
import { versionOf } from "./find";

/** Where set-ups are kept: the user's cache directory, by the XDG base directory specification. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-harmony-sase");
}

/** Makes a CLI in `root`/bin. */
export type MakeCli = (root: string) => Promise<void>;

/**
 * The CLI in a folder of the cache, made by `make` where there is none that runs. Two set-ups at once wait for each
 * other; what is half-made never stands where it would be used, and what does not run is made anew.
 */
export async function inCache(
  root: string,
  make: MakeCli,
  report: (line: string) => void,
): Promise<{ command: string; root: string; version: string; isNew: boolean }> {
  const existing = await working(root);
  if (existing) return { ...existing, isNew: false };
  await mkdir(dirname(root), { recursive: true });
  const release = await lockfile.lock(root, {
    realpath: false,
    stale: 60_000,
    retries: { forever: true, minTimeout: 1000, maxTimeout: 5000 },
  });
  try {
    const meanwhile = await working(root);
    if (meanwhile) return { ...meanwhile, isNew: false };
    await rm(root, { recursive: true, force: true });
    const draft = await mkdtemp(join(dirname(root), "draft-"));
    try {
      await make(draft);
      await addDynamicProvider(draft);
      if (!(await working(draft))) throw new Error("what was made does not run");
      await rename(draft, root);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    const made = await working(root);
    if (!made) throw new Error("what was made does not run");
    report(`Pulumi ${made.version} is ready in ${root}.`);
    return { ...made, isNew: true };
  } finally {
    await release();
  }
}

async function working(root: string): Promise<{ command: string; root: string; version: string } | undefined> {
  const command = join(root, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
  try {
    return { command, root, version: await versionOf(command, process.env) };
  } catch {
    return undefined;
  }
}

/** The engine starts dynamic providers through this script of the SDK, which has to stand beside it. */
async function addDynamicProvider(root: string): Promise<void> {
  const name = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));
  await copyFile(join(sdk, name), join(root, "bin", name));
}
