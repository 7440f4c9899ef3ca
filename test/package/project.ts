import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { version as SDK } from "@pulumi/pulumi/package.json";
import lockfile from "proper-lockfile";
import { cacheFolder } from "../../tools/cli/cache";
import { tarball } from "../../tools/package/tarball";

const run = promisify(execFile);

/** Projects that nobody has used for so long are removed. */
const KEPT_MS = 24 * 60 * 60_000;
const INSTALL_MS = 5 * 60_000;

/** A command, and its arguments. */
export type Command = readonly [name: string, ...args: string[]];

/** How a project comes to its packages. */
export interface Recipe {
  /** Tells projects apart in the cache, with what follows. */
  readonly name: string;
  /** By their paths; an object is written as JSON. `TARBALL` stands for the tarball's path. */
  readonly files: Readonly<Record<string, string | object>>;
  /** Run one after the other in the project's folder. `TARBALL` stands for the tarball's path. */
  readonly commands: readonly Command[];
}

/** npm, as a user calls it; what it has fetched before is not fetched again. */
export const NPM: Command = [
  process.platform === "win32" ? "npm.cmd" : "npm",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
];

/** A project in which the provider has been installed as the README says, with a version of the SDK. */
export const emptyProject = (sdk: string = SDK): Recipe => ({
  name: `sdk-${sdk.replaceAll(/[^\w.]/g, "")}`,
  files: { "package.json": { name: "stranger", private: true, devDependencies: { "@types/node": "^20" } } },
  commands: [[...NPM, "install", "TARBALL", `@pulumi/pulumi@${sdk}`]],
});

/** The same, begun with what `pulumi new typescript` installs. */
export const typescriptProject = (sdk?: string): Recipe => ({
  ...emptyProject(sdk),
  name: "typescript",
  files: {
    "package.json": {
      name: "stranger",
      private: true,
      devDependencies: { "@types/node": "^20", typescript: "^5" },
    },
  },
});

/**
 * A project as a stranger has it: an empty folder, far from this repository's packages, in which the packed provider has
 * been installed. Tests that need the same one share it, and find it in the cache the next time.
 */
export async function projectOf({ name, files, commands }: Recipe): Promise<string> {
  const packed = (await tarball()).replaceAll("\\", "/");
  const [writtenFiles, writtenCommands] = JSON.parse(
    JSON.stringify([files, commands]).replaceAll("TARBALL", packed),
  ) as [Recipe["files"], Recipe["commands"]];
  const projects = join(cacheFolder(process.env), "projects");
  const key = createHash("sha256").update(JSON.stringify([writtenFiles, writtenCommands, process.version]));
  const folder = join(projects, `${name}-${key.digest("hex").slice(0, 12)}`);
  await mkdir(projects, { recursive: true });
  const release = await lockfile.lock(folder, {
    realpath: false,
    stale: 60_000,
    retries: { forever: true, minTimeout: 200, maxTimeout: 2000 },
  });
  try {
    if (!existsSync(folder)) await make(folder, writtenFiles, writtenCommands);
    await utimes(folder, new Date(), new Date());
  } finally {
    await release();
  }
  await removeUnused(projects);
  return folder;
}

async function make(folder: string, files: Recipe["files"], commands: Recipe["commands"]): Promise<void> {
  const draft = await mkdtemp(join(dirname(folder), "draft-"));
  try {
    await write(draft, files);
    for (const [command, ...args] of commands) await run(command, args, { cwd: draft, timeout: INSTALL_MS });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Writes files into a folder; an object as JSON. */
export async function write(folder: string, files: Recipe["files"]): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  }
}

async function removeUnused(projects: string): Promise<void> {
  for (const name of await readdir(projects)) {
    const path = join(projects, name);
    const isUnused = Date.now() - (await stat(path)).mtimeMs > KEPT_MS;
    if (isUnused) await rm(path, { recursive: true, force: true });
  }
}
