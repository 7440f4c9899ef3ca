import { z } from "zod";
import type { Redactor } from "./redact";
import type { Token } from "./token";

/** A write that the service has accepted: a promise only. */
export interface Accepted {
  readonly statusId: string;
  /** How often the service suggests to ask. */
  readonly samplingTimeMs?: number;
}

/** What the service says about an operation. */
export interface OperationStatus {
  readonly completed: boolean;
  /** Of the result; may be missing on success. */
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  /** The object that the operation makes or changes; may be named before the end, and on a failure too. */
  readonly resourceId?: string;
}

const LONGEST_REASON = 300;
const MOST_REASONS = 20;
/** Words of a path that may stand at its end where the id is left out. */
const PATH_WORDS: ReadonlySet<string> = new Set(["dynamic", "static", "ipsec", "tunnels", "enhanced", "networks"]);
const ID = /^[A-Za-z0-9_-]{1,128}$/;

const accepted = z.object({ statusUrl: z.string(), samplingTime: z.number().positive().optional().catch(undefined) });
const authorized = z.object({
  data: z.object({ accessToken: z.string().min(1), accessTokenExpire: z.coerce.number() }),
});
const operationStatus = z.object({
  completed: z.boolean(),
  result: z
    .object({
      resource: z.string().optional().catch(undefined),
      statusCode: z.number().optional().catch(undefined),
      reason: z.unknown().optional(),
    })
    .nullish()
    .catch(undefined),
});
const refusal = z.object({
  message: z.unknown().optional(),
  data: z.object({ errors: z.unknown().optional() }).optional().catch(undefined),
});
const complaint = z.object({ message: z.string() });

/** Reads the answer to a write. @returns undefined when it names no operation that can be asked for */
export function decodeAccepted(json: unknown): Accepted | undefined {
  const { data } = accepted.safeParse(json);
  const statusId = data && lastSegment(data.statusUrl);
  if (statusId === undefined) return undefined;
  return { statusId, ...(data?.samplingTime === undefined ? {} : { samplingTimeMs: data.samplingTime * 1000 }) };
}

/** Reads the answer to an exchange of the API key for a token. */
export function decodeToken(json: unknown): Token | undefined {
  const { data } = authorized.safeParse(json);
  return data && { value: data.data.accessToken, expiresAtMs: data.data.accessTokenExpire * 1000 };
}

/** Reads what is said of an operation. @returns undefined when it does not even say whether it is completed */
export function decodeStatus(json: unknown, redactor: Redactor): OperationStatus | undefined {
  const { data } = operationStatus.safeParse(json);
  if (data === undefined) return undefined;
  const { completed, result } = data;
  const named = lastSegment(result?.resource ?? "");
  const resourceId = named === undefined || PATH_WORDS.has(named) ? undefined : named;
  return {
    completed,
    reasons: textsOf(result?.reason, redactor),
    ...(result?.statusCode === undefined ? {} : { statusCode: result.statusCode }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}

/** Reads why the service refused: its message, and every complaint beside it. */
export function decodeReasons(json: unknown, redactor: Redactor): readonly string[] {
  const { data } = refusal.safeParse(json);
  return [...new Set([...textsOf(data?.message, redactor), ...textsOf(data?.data?.errors, redactor)])];
}

/** Any JSON is accepted: only texts and the messages of complaints are shown, on one line and cut to what one reads. */
function textsOf(value: unknown, redactor: Redactor): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries
    .map((entry) => (typeof entry === "string" ? entry : complaint.safeParse(entry).data?.message))
    .filter((text) => text !== undefined)
    .map((text) => redactor.redact(text).replace(UNPRINTABLE, " ").trim().slice(0, LONGEST_REASON))
    .filter((text) => text !== "")
    .slice(0, MOST_REASONS);
}

/** Line breaks, and what a terminal would take for a command. */
const UNPRINTABLE = /[\s\p{Cc}\p{Cf}]+/gu;

/** The id at the end of an address. The rest is never used: the service names another host there. */
function lastSegment(address: string): string | undefined {
  const segment = address.split(/[?#]/)[0]?.split("/").filter(Boolean).at(-1);
  return segment !== undefined && ID.test(segment) ? segment : undefined;
}
