import { type ChildProcess, execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The resident memory that a program may take. Limits of V8's heap do not hold what a program loses outside of it. */
export const MEMORY_LIMIT_BYTES = 2 ** 30;
const POLL_MS = 250;

/**
 * Polls the resident memory of a process, and kills it above the limit.
 * @returns a function that gives the reason for which the process was killed, if it was
 */
export function watchMemory(child: ChildProcess): () => { readonly problem?: string } {
  let problem: string | undefined;
  const timer = setInterval(async () => {
    if (child.pid === undefined || (await residentBytes(child.pid)) <= MEMORY_LIMIT_BYTES) return;
    problem = `The program took more than ${MEMORY_LIMIT_BYTES / 2 ** 20} MB of resident memory, and was killed.`;
    child.kill("SIGKILL");
  }, POLL_MS);
  child.once("close", () => clearInterval(timer));
  return () => (problem === undefined ? {} : { problem });
}

/** @returns 0 for a process that is gone */
async function residentBytes(pid: number): Promise<number> {
  try {
    return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return 0;
  }
}

async function fromProc(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

async function fromPs(pid: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}
