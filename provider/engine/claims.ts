import { readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Claim, Claims } from "../converge/claims";
import type { Run } from "../ownership/run";
import { appendJson, readJsonLines, removeFile } from "./stateFolder";

const claim = z.object({
  urn: z.string(),
  origin: z.enum(["created", "adopted"]),
  groupId: z.string(),
  tunnelIds: z.array(z.string()),
  isImported: z.literal(true).optional(),
});

/** Where only the engine's address names a run, older claims are those of an earlier run with the same port. */
const LONGEST_RUN_MS = 24 * 60 * 60_000;
/** A folder that another host, or an earlier version, may have made is removed when it has not changed for so long. */
const LONGEST_STAY_MS = 7 * 24 * 60 * 60_000;

/** What the claims of a process are shared by. */
export interface ClaimSettings {
  /** Undefined where nothing can be shared: then a process sees its own claims only. */
  readonly folder: string | undefined;
  /** The run that the process belongs to; undefined where the engine gave no address. */
  readonly run: Promise<Run | undefined>;
  readonly processId: number;
  isProcessAlive(processId: number): boolean;
  /** Milliseconds since the epoch, by the clock that dates files. */
  now(): number;
  /** Called when a claim could not be written. */
  onUnwritable?(): void;
}

/**
 * The claims of a run. Each of its processes adds its own to a file that the others read, where the last one of a resource
 * counts; what a process that has ended has left goes, and with the last process of a run its folder.
 */
export function createClaims(settings: ClaimSettings): Claims {
  const { folder, processId, isProcessAlive, now, onUnwritable } = settings;
  const own = new Map<string, Claim>();
  const place = placeOf(settings);
  let unwritten: Claim[] = [];
  let writing = Promise.resolve();
  let swept: Promise<void> | undefined;

  async function begun(): Promise<string | undefined> {
    const found = await place;
    if (folder === undefined || found === undefined) return undefined;
    swept ??= sweep(join(folder, "claims"), found.own, settings);
    await swept;
    return found.own;
  }

  /** Adds what was claimed since, at once. */
  async function write(): Promise<void> {
    const where = await begun();
    const lines = unwritten;
    unwritten = [];
    if (where === undefined || lines.length === 0) return;
    if (!(await appendJson(join(where, `${processId}.jsonl`), lines))) onUnwritable?.();
  }

  async function others(): Promise<readonly Claim[]> {
    const where = await begun();
    if (where === undefined) return [];
    const { isAddressOnly } = (await place) ?? {};
    const names = await readdir(where).catch(() => []);
    const found = await Promise.all(
      names.map(async (name) => {
        const writer = writerOf(name);
        if (writer === undefined || writer === processId || !isProcessAlive(writer)) return [];
        const file = join(where, name);
        const isStale = isAddressOnly && now() - (await changedAtMs(file)) > LONGEST_RUN_MS;
        return isStale ? [] : lastOfEach(await readJsonLines(file));
      }),
    );
    return found.flat();
  }

  return {
    claim: async (made) => {
      if (made.urn === undefined) return;
      own.set(made.urn, made);
      unwritten.push(made);
      writing = writing.then(write);
      await writing;
    },
    on: async (groupId) => {
      const elsewhere = (await others()).filter(({ urn }) => urn === undefined || !own.has(urn));
      return [...own.values(), ...elsewhere].filter((each) => each.groupId === groupId);
    },
    isOwn: (made) => made.urn !== undefined && own.get(made.urn) === made,
  };
}

async function placeOf({ folder, run }: ClaimSettings) {
  const known = await run;
  if (folder === undefined || known === undefined) return undefined;
  return { own: join(folder, "claims", `${known.host}-${known.id}`), isAddressOnly: known.isAddressOnly };
}

/**
 * Removes what ended processes have left, and the folders of runs without a process. On a home that several hosts share, the
 * processes of another host cannot be asked for: what it made stays until it is old.
 */
async function sweep(claims: string, own: string, settings: ClaimSettings): Promise<void> {
  const host = own.slice(claims.length + 1).split("-")[0];
  for (const name of await readdir(claims).catch(() => [])) {
    const run = join(claims, name);
    const isOfHost = name.startsWith(`${host}-`);
    if (!isOfHost && settings.now() - (await changedAtMs(run)) <= LONGEST_STAY_MS) continue;
    for (const file of await readdir(run).catch(() => [])) {
      const writer = writerOf(file);
      // What a former process with the number of this one has left is none of this one's.
      const isLeft = writer === undefined || writer === settings.processId || !settings.isProcessAlive(writer);
      if (isLeft) await removeFile(join(run, file));
    }
    // Fails where something is left in it, or a process of another run has just made it.
    if (run !== own) await rmdir(run).catch(() => undefined);
  }
}

function writerOf(fileName: string): number | undefined {
  const writer = /^(\d+)\.jsonl$/.exec(fileName)?.[1];
  return writer === undefined ? undefined : Number(writer);
}

function changedAtMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
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
