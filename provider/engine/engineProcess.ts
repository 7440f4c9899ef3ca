import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import type { ProcessIdentity } from "../ownership/run";

/** A running process, and its parent's number. */
export interface RunningProcess extends ProcessIdentity {
  readonly name: string;
  readonly parentId: number;
}

/** Reads a running process; undefined if there is none, or the system does not tell. */
export type ReadProcess = (processId: number) => Promise<RunningProcess | undefined>;

const SHELL = /^-?(sh|ash|bash|dash|fish|ksh|zsh|busybox)$/;
/** Linux cuts names after 15 letters. */
const PLUGIN = /^pulumi-resource/;
const MOST_ANCESTORS = 16;

/**
 * Finds the process that runs the engine: the nearest ancestor named pulumi, or else the nearest one that is neither a
 * shell nor the script that starts providers. A version manager may stand between with a process for each provider.
 */
export async function findEngineProcess(
  parentId: number,
  read: ReadProcess = readerFor(process.platform),
): Promise<ProcessIdentity | undefined> {
  const ancestors = await ancestorsOf(parentId, read);
  const found =
    ancestors.find(({ name }) => name === "pulumi") ??
    ancestors.find(({ name }) => !SHELL.test(name) && !PLUGIN.test(name));
  return found && { processId: found.processId, startedAt: found.startedAt };
}

async function ancestorsOf(parentId: number, read: ReadProcess): Promise<readonly RunningProcess[]> {
  const ancestors: RunningProcess[] = [];
  for (let next = parentId; next > 0 && ancestors.length < MOST_ANCESTORS; ) {
    const found = await read(next).catch(() => undefined);
    if (found === undefined) break;
    ancestors.push(found);
    next = found.parentId;
  }
  return ancestors;
}

/** Returns how a platform tells about its processes. */
export function readerFor(platform: NodeJS.Platform): ReadProcess {
  if (platform === "linux") return async (id) => parseStat(await readFile(`/proc/${id}/stat`, "utf8"));
  if (platform === "darwin") return readByPs;
  return async () => undefined;
}

/** Reads a line of Linux's `/proc/<pid>/stat`; the name in it may hold blanks and brackets. */
export function parseStat(line: string): RunningProcess | undefined {
  const [, id, name, rest = ""] = /^(\d+) \((.*)\) (.*)$/s.exec(line) ?? [];
  const fields = rest.trim().split(" ");
  // Of the fields after the name the second is the parent, the twentieth the start in clock ticks since boot.
  const [parentId, startedAt] = [fields[1], fields[19]];
  if (id === undefined || name === undefined || parentId === undefined || startedAt === undefined) return undefined;
  return { processId: Number(id), parentId: Number(parentId), name, startedAt };
}

async function readByPs(processId: number): Promise<RunningProcess | undefined> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "ppid=,lstart=,comm=", "-p", String(processId)], {
    env: { ...process.env, LC_ALL: "C" },
    timeout: 5000,
  });
  return parsePs(processId, stdout);
}

/** Reads what `ps -o ppid=,lstart=,comm=` prints: `1 Sat Nov 28 10:00:00 2026 /bin/sh`. */
export function parsePs(processId: number, line: string): RunningProcess | undefined {
  const [, parentId, startedAt, path] = /^\s*(\d+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(\S.*?)\s*$/.exec(line) ?? [];
  if (parentId === undefined || startedAt === undefined || path === undefined) return undefined;
  return { processId, parentId: Number(parentId), startedAt: startedAt.replace(/\s+/g, " "), name: basename(path) };
}
