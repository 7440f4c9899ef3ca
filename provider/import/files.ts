import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { OutFile } from "./project";

/** Files are in the way; nothing was written. */
export class InTheWayError extends Error {
  override readonly name = "InTheWayError";
}

/** @returns undefined where there is no such file */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EISDIR") throw new InTheWayError(`${path} is a folder, and a file is wanted there.`);
    throw error;
  }
}

/** How files are moved; tests pass one that fails. */
type Move = (from: string, to: string) => Promise<void>;

/**
 * Writes files into a folder, all of them or none: they are written elsewhere first. A file that holds the same already is
 * left as it is.
 * @param isForced whether what is there may be overwritten
 * @returns the names of what was written
 * @throws InTheWayError when other files are there
 */
export async function writeAll(
  folder: string,
  wanted: readonly OutFile[],
  { isForced, move = rename }: { readonly isForced: boolean; readonly move?: Move },
): Promise<readonly string[]> {
  const out = resolve(folder);
  const isThere = await isFolder(out);
  const present = await Promise.all(wanted.map(({ name }) => textOf(join(out, name))));
  const files = wanted.map((file, at) => (file.isLines ? { ...file, text: withLines(present[at], file.text) } : file));
  const changed = files.filter(
    ({ text, isScaffold }, at) => present[at] === undefined || !(isScaffold || present[at] === text),
  );
  const inTheWay = changed
    .filter((file) => !file.isLines && present[files.indexOf(file)] !== undefined)
    .map(({ name }) => name);
  if (inTheWay.length > 0 && !isForced) {
    throw new InTheWayError(
      `${folder} holds another ${inTheWay.join(", ")} already, and nothing was written: give --force to overwrite, or another --out.`,
    );
  }
  if (isThere) await Promise.all(files.filter((file) => !changed.includes(file)).map((file) => keepPrivate(out, file)));
  if (changed.length === 0) return [];
  await mkdir(dirname(out), { recursive: true });
  await uninterrupted(async () => {
    // What is beside a folder that is there may be another disk, or not be ours to write to.
    const draft = await mkdtemp(isThere ? join(out, ".import-") : join(dirname(out), `.${basename(out)}-`));
    try {
      for (const file of changed) await writeFile(join(draft, file.name), file.text, { mode: file.mode });
      if (isThere) await moveAll(draft, out, changed, move);
      else await asFolder(draft, out, move);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return changed.map(({ name }) => name);
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Half-way it would leave a part of the files, and secrets in a draft; it is over in a moment. */
async function uninterrupted(work: () => Promise<void>): Promise<void> {
  const pass = () => undefined;
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

/** What is there, and the lines that it lacks; a slash at either end of a line is no difference. */
function withLines(there: string | undefined, lines: string): string {
  if (there === undefined) return lines;
  const plain = (line: string) => line.trim().replace(/^\/|\/$/g, "");
  const known = new Set(there.split("\n").map(plain));
  const missing = lines.split("\n").filter((line) => !known.has(plain(line)) && line !== "");
  const end = there === "" || there.endsWith("\n") ? "" : "\n";
  return there + (missing.length > 0 ? `${end}${missing.join("\n")}\n` : "");
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  throw new InTheWayError(`${path} is no folder: give another --out.`);
}

/** What was private stays so, also where somebody has opened it since. */
async function keepPrivate(out: string, { name, mode, isScaffold }: OutFile): Promise<void> {
  if (!isScaffold && (mode & 0o077) === 0) await chmod(join(out, name), mode);
}

/** A folder that is not there comes into being with all that it holds. */
async function asFolder(draft: string, out: string, move: Move): Promise<void> {
  await chmod(draft, 0o777 & ~process.umask());
  await move(draft, out);
}

/** Into a folder that is there files move one by one; where one does not, those before it move back. */
async function moveAll(draft: string, out: string, files: readonly OutFile[], move: Move): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { name } of files) {
      const [target, kept] = [join(out, name), join(draft, `${name}.before`)];
      const isThere = (await textOf(target)) !== undefined;
      // What is there stays until the new one is: whatever ends the process, there is one of the two.
      if (isThere) await copyFile(target, kept);
      await move(join(draft, name), target);
      undo.unshift(() => (isThere ? rename(kept, target) : rm(target)));
    }
  } catch (error) {
    for (const each of undo) await each();
    throw error;
  }
}
