import { createHash } from "node:crypto";

/** A process of this machine; its start time tells it from a later process with the same number. */
export interface ProcessIdentity {
  readonly processId: number;
  readonly startedAt: string;
}

/** One run of the engine, as all provider processes of the run know it. */
export interface Run {
  /** A hash of the host name. */
  readonly host: string;
  /** A hash of everything that identifies the run, the host included. */
  readonly id: string;
  /** True if the id was made without the engine's process: a later run may have the same one. */
  readonly isAddressOnly: boolean;
}

/**
 * Identifies a run. Engines get their ports from the system, so that a later run may listen at the same address.
 * @param engine the process that runs the engine; undefined where it cannot be found
 */
export function runOf(engineAddress: string, hostName: string, engine: ProcessIdentity | undefined): Run {
  const parts = engine ? [engineAddress, hostName, engine.processId, engine.startedAt] : [engineAddress, hostName];
  return { host: hash(hostName, 8), id: hash(JSON.stringify(parts), 32), isAddressOnly: engine === undefined };
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
