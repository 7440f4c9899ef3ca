import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Note, Recovery } from "../converge/session";

const trail = z.object({
  before: z.array(z.string()),
  declared: z.array(z.tuple([z.string(), z.record(z.string(), z.union([z.string(), z.number()]))])),
  touched: z.record(z.string(), z.array(z.string())),
});
const note = z.object({
  kind: z.enum(["create", "update", "delete"]).catch("update"),
  startedAtMs: z.number(),
  statusId: z.string().optional(),
  trail: trail.optional().catch(undefined),
});

/** Where notes are kept: the user's state directory, by the XDG base directory specification. */
export function recoveryFolder(env: NodeJS.ProcessEnv): string {
  const home = env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(home, "pulumi-harmony-sase", "under-way");
}

/**
 * Notes of writes under way, one file each: the id of an operation, when it began and which tunnels it is about, no
 * secrets. The name of a file is a hash of the service's address and of what is written to. That they can't be written
 * must stop nobody: then an interrupted run is told by looking alone.
 */
export function createRecovery(folder: string, baseUrl: string): Recovery {
  const fileOf = (subject: string) =>
    join(folder, `${createHash("sha256").update(`${baseUrl}\n${subject}`).digest("hex").slice(0, 32)}.json`);
  return {
    async find(subject): Promise<Note | undefined> {
      try {
        return note.parse(JSON.parse(await readFile(fileOf(subject), "utf8")));
      } catch {
        return undefined;
      }
    },
    async keep(subject, content): Promise<void> {
      const file = fileOf(subject);
      const draft = `${file}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
    async clear(subject): Promise<void> {
      await rm(fileOf(subject), { force: true }).catch(() => undefined);
    },
  };
}
