import type { PendingOperation } from "../model/state";
import type { Client, RequestOptions } from "../service/client";
import type { Clock } from "../service/clock";
import type { Limits } from "../service/limits";
import type { Ownership } from "./ownership";
import type { Trail } from "./trail";

/** What an earlier run left behind when it was interrupted in the middle of a write. */
export interface Note {
  /** What the step was to do. */
  readonly kind: PendingOperation["kind"];
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Absent when the run ended before the service answered. */
  readonly statusId?: string | undefined;
  /** What it was changing of a group's tunnels. */
  readonly trail?: Trail | undefined;
}

/** Notes of writes under way, kept where they outlive the process. They hold no secrets. */
export interface Recovery {
  find(subject: string): Promise<Note | undefined>;
  keep(subject: string, note: Note): Promise<void>;
  clear(subject: string): Promise<void>;
}

/** What one step of one resource works with. */
export interface Session {
  readonly client: Client;
  /** The service's address, for messages. */
  readonly host: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly recovery: Recovery;
  readonly ownership: Ownership;
  /** Milliseconds since the epoch; no request and no wait begins after it. */
  readonly deadlineMs: number;
  /** How long a write whose fate is unknown is looked for, in milliseconds. */
  readonly settlingMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether somebody is there to store how the step ends. */
  isEngineThere(): Promise<boolean>;
  /** Shows what the step is doing, while it is doing it. */
  status(message: string): void;
  /** Tells the user something that stays. */
  warn(message: string): Promise<void>;
}

/** How the client is to make a request of this session. */
export function optionsOf({ deadlineMs, signal }: Session): RequestOptions {
  return { deadlineMs, ...(signal ? { signal } : {}) };
}
