import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import lockfile from "proper-lockfile";
import { COMPANIONS } from "./companions.mjs";

const run = promisify(execFile);

const ROOT = join(__dirname, "..", "..");
const PROVIDER = join(ROOT, "provider");
const PACKED = join(ROOT, "node_modules", ".cache", "package");
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/**
 * The provider as `npm publish` would send it. It is packed anew only when what goes into it has changed; who asks
 * meanwhile waits, since packing puts files beside the sources for a moment.
 * @returns the tarball's path, whose name tells one content from another
 */
export async function tarball(): Promise<string> {
  await mkdir(PACKED, { recursive: true });
  const release = await lockfile.lock(PACKED, { stale: 60_000, retries: { forever: true, maxTimeout: 2000 } });
  try {
    const path = join(PACKED, `pulumi-harmony-sase-${await fingerprint()}.tgz`);
    if (!existsSync(path)) await pack(path);
    return path;
  } finally {
    await release();
  }
}

async function pack(path: string): Promise<void> {
  await Promise.all((await readdir(PACKED)).map((name) => rm(join(PACKED, name), { recursive: true, force: true })));
  const draft = await mkdtemp(join(PACKED, "draft-"));
  await run(NPM, ["pack", "--workspace", "provider", "--pack-destination", draft], { cwd: ROOT, shell: false });
  const [name = ""] = await readdir(draft);
  await rename(join(draft, name), path);
  await rm(draft, { recursive: true });
}

/** Of all that goes into the tarball. */
async function fingerprint(): Promise<string> {
  const own = await readdir(PROVIDER, { recursive: true });
  const sources = own.filter(
    (name) => /\.(ts|json)$/.test(name) && !/(^|[/\\])(dist|docs|node_modules)[/\\]/.test(name),
  );
  const files = [
    ...sources.toSorted().map((name) => join(PROVIDER, name)),
    ...["tsconfig.json", ...COMPANIONS, "tools/package/accompany.mjs", "tools/package/companions.mjs"].map((name) =>
      join(ROOT, name),
    ),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}
