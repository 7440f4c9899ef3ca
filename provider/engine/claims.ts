import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Claim, Claims } from "../converge/claims";
import { appendJson, readJsonLines, removeFile } from "./stateFolder";

const claim = z.object({
  urn: z.string(),
  origin: z.enum(["created", "adopted"]),
  groupId: z.string(),
  tunnelIds: z.array(z.string()),
});

/** What the claims of a process are shared by. */
export interface ClaimSettings {
  /** Undefined where nothing can be shared: then a process sees its own claims only. */
  readonly folder: string | undefined;
  /** The engine's address, which all processes of a run have in common. */
  readonly run: string | undefined;
  readonly processId: number;
  isProcessAlive(processId: number): boolean;
}

/**
 * The claims of a run. Each of its processes adds its own to a file that the others read, where the last one of a resource
 * counts; what a process that has ended has left belongs to an earlier run, and goes.
 */
export function createClaims({ folder, run, processId, isProcessAlive }: ClaimSettings): Claims {
  const own = new Map<string, Claim>();
  const place =
    folder === undefined || run === undefined
      ? undefined
      : join(folder, "claims", createHash("sha256").update(run).digest("hex").slice(0, 32));
  let [unwritten, isBegun]: [Claim[], boolean] = [[], false];
  let writing = Promise.resolve();

  /** Adds what was claimed since, at once. */
  async function write(file: string): Promise<void> {
    const lines = unwritten;
    if (lines.length === 0) return;
    unwritten = [];
    // What a former process with the same number has left is none of this one's.
    if (!isBegun) await removeFile(file);
    isBegun = true;
    await appendJson(file, lines);
  }

  async function others(): Promise<readonly Claim[]> {
    if (place === undefined) return [];
    const names = await readdir(place).catch(() => []);
    const found = await Promise.all(names.map((name) => claimsIn(place, name)));
    return found.flat();
  }

  async function claimsIn(where: string, name: string): Promise<readonly Claim[]> {
    const writer = Number(/^(\d+)\.jsonl$/.exec(name)?.[1]);
    if (Number.isNaN(writer) || writer === processId) return [];
    if (isProcessAlive(writer)) return lastOfEach(await readJsonLines(join(where, name)));
    await removeFile(join(where, name));
    return [];
  }

  return {
    claim: async (made) => {
      if (made.urn === undefined) return;
      own.set(made.urn, made);
      if (place === undefined) return;
      unwritten.push(made);
      writing = writing.then(() => write(join(place, `${processId}.jsonl`)));
      await writing;
    },
    on: async (groupId) => {
      const elsewhere = (await others()).filter(({ urn }) => urn === undefined || !own.has(urn));
      return [...own.values(), ...elsewhere].filter((each) => each.groupId === groupId);
    },
  };
}

/** The last claim of each resource; what is no claim is passed over. */
function lastOfEach(lines: readonly unknown[]): readonly Claim[] {
  const found = lines.flatMap((line) => claim.safeParse(line).data ?? []);
  return [...new Map(found.map((each) => [each.urn, each])).values()];
}

/** Whether a process of this machine runs. */
export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
