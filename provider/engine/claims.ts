import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Claim, Claims } from "../converge/claims";
import { readJson, removeFile, writeJson } from "./stateFolder";

const claims = z.array(
  z.object({
    urn: z.string(),
    origin: z.enum(["created", "adopted"]),
    groupId: z.string(),
    tunnelIds: z.array(z.string()),
  }),
);

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
 * The claims of a run. Each of its processes keeps its own in a file that the others read; what a process that has ended
 * has left belongs to an earlier run, and goes.
 */
export function createClaims({ folder, run, processId, isProcessAlive }: ClaimSettings): Claims {
  const own = new Map<string, Claim>();
  const place =
    folder === undefined || run === undefined
      ? undefined
      : join(folder, "claims", createHash("sha256").update(run).digest("hex").slice(0, 32));
  let writing = Promise.resolve();

  async function others(): Promise<readonly Claim[]> {
    if (place === undefined) return [];
    const names = await readdir(place).catch(() => []);
    const found = await Promise.all(names.map((name) => claimsIn(place, name)));
    return found.flat();
  }

  async function claimsIn(where: string, name: string): Promise<readonly Claim[]> {
    const writer = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (Number.isNaN(writer) || writer === processId) return [];
    if (isProcessAlive(writer)) return claims.safeParse(await readJson(join(where, name))).data ?? [];
    await removeFile(join(where, name));
    return [];
  }

  return {
    claim: async (claim) => {
      if (claim.urn === undefined) return;
      own.set(claim.urn, claim);
      if (place === undefined) return;
      writing = writing.then(() => writeJson(join(place, `${processId}.json`), [...own.values()]));
      await writing;
    },
    on: async (groupId) => {
      const elsewhere = (await others()).filter(({ urn }) => urn === undefined || !own.has(urn));
      return [...own.values(), ...elsewhere].filter((claim) => claim.groupId === groupId);
    },
  };
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
