import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where runs keep what outlives them: the user's state directory, by the XDG base directory specification.
 * @returns undefined where the user has no home, as in some containers; then nothing outlives a process
 */
export function stateFolder(env: NodeJS.ProcessEnv): string | undefined {
  const base = env.XDG_STATE_HOME || fromHome();
  return base === undefined ? undefined : join(base, "pulumi-harmony-sase");
}

/** Text that a folder cannot be written to, with the consequence and the way out. */
export function unwritableText(folder: string): string {
  return `${folder} cannot be written to: what this run has under way is known to its own process alone. If it is killed, the next run on this machine goes by state only. Make the folder writable, or name another with XDG_STATE_HOME.`;
}

function fromHome(): string | undefined {
  try {
    return join(homedir(), ".local", "state");
  } catch {
    return undefined;
  }
}

/** Reads a JSON file; undefined where there is none that can be read. */
export async function readJson(file: string): Promise<unknown> {
  // Each row looks for files that are hardly ever there: asked like this, that takes a hundredth of an attempt to open one.
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Writes a JSON file for its owner alone, as a whole or not at all. @returns false if it could not be written */
export async function writeJson(file: string, content: unknown): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
    await rename(draft, file);
    return true;
  } catch {
    await removeFile(draft);
    return false;
  }
}

/** Reads a file of JSON lines; a line that cannot be read is passed over. */
export async function readJsonLines(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/** Adds JSON lines to a file for its owner alone. @returns false if they could not be written */
export async function appendJson(file: string, lines: readonly unknown[]): Promise<boolean> {
  const append = () => appendFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), { mode: 0o600 });
  try {
    // Each row adds some; the folder is there but for the first.
    await append().catch(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await append();
    });
    return true;
  } catch {
    return false;
  }
}

/** Removes a file if it is there. */
export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}
