import { createHash, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { NO_OTHER_REQUESTS, type OtherRequests } from "../service/pace/otherRequests";
import { readJson, removeFile, writeJson } from "./stateFolder";

/** How many requests a process has made in each second of its clock's elapsed(). */
type Seconds = ReadonlyMap<number, number>;

const SECOND_MS = 1000;
const file = z.object({ seconds: z.array(z.tuple([z.number(), z.number().int().min(0).max(10_000)])) });

/** Where the processes of a machine tell each other of their requests, and for how long a request counts. */
export interface RequestFileSettings {
  /** Undefined where nothing can be shared: then a process knows its own requests only. */
  readonly folder: string | undefined;
  /** The service's address, which counts the requests. */
  readonly origin: string;
  readonly windowMs: number;
  /** Milliseconds since the epoch, by which the processes of a machine date their requests for each other. */
  now(): number;
  /** As of the clock: how this process reckons. */
  elapsed(): number;
}

/**
 * Creates this process's share in what a machine's processes know of their requests. Each process writes one small file
 * of its own and reads the others', so that no lock is needed. A file goes once its requests have left the window.
 */
export function createRequestFiles({ folder, origin, windowMs, now, elapsed }: RequestFileSettings): OtherRequests {
  if (folder === undefined) return NO_OTHER_REQUESTS;
  const place = join(folder, "requests", createHash("sha256").update(origin).digest("hex").slice(0, 32));
  const own = `${randomUUID()}.json`;
  let seconds: Seconds = new Map();
  let [isUntold, writtenMs] = [false, Number.NEGATIVE_INFINITY];
  let writing = Promise.resolve();
  let others: readonly number[] = [];
  let [reading, readMs] = [Promise.resolve(), Number.NEGATIVE_INFINITY];

  function write(): Promise<void> {
    [isUntold, writtenMs] = [false, elapsed()];
    seconds = new Map([...seconds].filter(([second]) => second * SECOND_MS > elapsed() - windowMs));
    const aheadMs = now() - elapsed();
    const content = {
      seconds: [...seconds].map(([second, count]) => [Math.ceil(second + aheadMs / SECOND_MS), count]),
    };
    writing = writing.then(() => writeJson(join(place, own), content)).then(() => undefined);
    return writing;
  }

  async function read(): Promise<void> {
    const names = await readdir(place).catch(() => []);
    const foreign = names.filter((name) => name !== own && /^[0-9a-f-]{36}\.json$/.test(name));
    const found = await Promise.all(foreign.map((name) => readOther(join(place, name))));
    others = found.flat().toSorted((a, b) => a - b);
  }

  async function readOther(path: string): Promise<readonly number[]> {
    const { data } = file.safeParse(await readJson(path));
    const told = (data?.seconds ?? []).filter(([second]) => isKnown(second * SECOND_MS));
    if (told.length === 0) await removeFile(path);
    const aheadMs = now() - elapsed();
    // The service may have counted them at any time of their second: the last counts.
    return told.flatMap(([second, count]) => Array<number>(count).fill((second + 1) * SECOND_MS - aheadMs));
  }

  /** A clock that was set back since makes requests look as if they were still to come: they tell nothing. */
  const isKnown = (madeMs: number) => madeMs > now() - windowMs && madeMs <= now() + SECOND_MS;

  return {
    refresh: () => {
      if (elapsed() - readMs >= SECOND_MS) [readMs, reading] = [elapsed(), read()];
      return reading;
    },
    madeMs: () => others.filter((madeMs) => madeMs > elapsed() - windowMs),
    made: (nowMs) => {
      const second = Math.floor(nowMs / SECOND_MS);
      seconds = new Map([...seconds, [second, (seconds.get(second) ?? 0) + 1]]);
      isUntold = true;
      if (nowMs - writtenMs >= SECOND_MS) void write();
    },
    flush: async () => {
      await (isUntold ? write() : writing);
    },
  };
}
