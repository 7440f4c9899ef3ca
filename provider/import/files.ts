import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** How files are moved; tests pass one that fails. */
type Move = (from: string, to: string) => Promise<void>;

/**
 * Writes files into a folder, all of them or none: they are written beside it first. A file that holds the same already is
 * left as it is.
 * @param isForced whether what is there may be overwritten
 * @returns the names of what was written
 * @throws InTheWayError when other files are there
 */
export async function writeAll(
  folder: string,
  files: readonly OutFile[],
  { isForced, move = rename }: { readonly isForced: boolean; readonly move?: Move },
): Promise<readonly string[]> {
  const out = resolve(folder);
  const isThere = await isFolder(out);
  const present = await Promise.all(files.map(({ name }) => textOf(join(out, name))));
  const changed = files.filter(
    ({ text, isScaffold }, at) => present[at] === undefined || !(isScaffold || present[at] === text),
  );
  const inTheWay = changed.filter((file) => present[files.indexOf(file)] !== undefined).map(({ name }) => name);
  if (inTheWay.length > 0 && !isForced) {
    throw new InTheWayError(
      `${folder} holds another ${inTheWay.join(", ")} already, and nothing was written: give --force to overwrite, or another --out.`,
    );
  }
  if (isThere) await Promise.all(files.filter((file) => !changed.includes(file)).map((file) => keepPrivate(out, file)));
  if (changed.length === 0) return [];
  await mkdir(dirname(out), { recursive: true });
  const draft = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    for (const file of changed) await writeFile(join(draft, file.name), file.text, { mode: file.mode });
    if (isThere) await moveAll(draft, out, changed, move);
    else await asFolder(draft, out, move);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return changed.map(({ name }) => name);
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
      if ((await textOf(target)) !== undefined) {
        await move(target, kept);
        undo.unshift(() => rename(kept, target));
      }
      await move(join(draft, name), target);
      undo.unshift(() => rm(target));
    }
  } catch (error) {
    for (const each of undo) await each();
    throw error;
  }
}
