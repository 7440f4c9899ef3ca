import { z } from "zod";
import { decodeReasons } from "./answers";
import {
  ConflictError,
  CredentialsError,
  type ErrorDetails,
  type HarmonySaseError,
  NotFoundError,
  RefusedError,
  TooManyRequestsError,
  UnavailableError,
  UnclearWriteError,
  WrongRegionError,
} from "./errors";
import type { Redactor } from "./redact";
import type { Answer, NoAnswer, Outgoing } from "./transport";

/** A call of the service. */
export interface Call {
  readonly method: Outgoing["method"];
  /** Under the base URL. */
  readonly path: string;
  /** In words, for messages: `read tunnel group Tg41…`. */
  readonly operation: string;
  /** The network that it changes something in. */
  readonly networkId?: string;
  readonly body?: object;
}

/** Where a call went, and how what came of it is put into words. */
export interface Place {
  readonly host: string;
  readonly redactor: Redactor;
  /** Milliseconds since the epoch, when the answer came. */
  readonly nowMs: number;
}

/** How long to try to reach a service that no connection can be made to. */
const CONNECTING_PATIENCE_MS = 2 * 60_000;
/** How long to bear with answers that are not the service's: a captive portal, or another version. */
const READING_PATIENCE_MS = 60_000;
/** Trouble in the TLS handshake that stays until somebody changes a certificate, or trusts it; codes of OpenSSL and Node.js. */
const REFUSED_CERTIFICATE =
  /CERT|CRL|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^HOSTNAME_MISMATCH$|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^CA_/;

/** Judges an answer that is no success. The credentials of the call must have been renewed by then. */
export function failureOf(call: Call, answer: Answer, place: Place): HarmonySaseError {
  const { status } = answer;
  const reasons = decodeReasons(answer.json, place.redactor);
  const details = { ...detailsOf(call), status, reasons, retryAfterMs: askedPause(answer.retryAfter, place.nowMs) };
  const said = `${status}${quoted(reasons)}`;
  const message = `The API answered ${said} to the request to ${call.operation}.`;
  if (status >= 500) return unavailable(call, `the API answered ${said}`, details);
  if (status === 429) return new TooManyRequestsError(message, details);
  if (isAboutCredentials(status)) return credentials(call, status, said, place.host);
  if (status === 404 && !answer.isJson) return wrongRegion(call, place.host);
  // A 404 that cannot be read is no proof that something is gone.
  if (status === 404 && answer.json === undefined) return unreadable(call, status);
  if (status === 404) return new NotFoundError(message, details);
  if (status === 409) return new ConflictError(message, details);
  if (status >= 400) return new RefusedError(message, details);
  const why = `${place.host} answered ${status}, and redirects are not followed; check the base URL`;
  return unavailable(call, why, { status, patienceMs: 0 });
}

const crowded = z.union([z.object({ networkId: z.string() }), z.object({ message: z.string().regex(/concurrent/i) })]);

/** Whether a write was refused for the others under way on its network, and not for the requests of the address. */
export function isCrowded({ status, json }: Answer): boolean {
  return status === 429 && crowded.safeParse(json).success;
}

/** The service refused the API key itself. */
export function refusedKey(call: Call, answer: Answer, { host, redactor }: Place): CredentialsError {
  return credentials(call, 401, `${answer.status}${quoted(decodeReasons(answer.json, redactor))}`, host);
}

/** An answer came, and it is not what the call answers. */
export function unreadable(call: Call, status: number): UnavailableError {
  const why = `the API's answer (${status}) cannot be read; a portal or a proxy may stand between this machine and the service`;
  return unavailable(call, why, { status, patienceMs: READING_PATIENCE_MS });
}

/** No answer came to a call that changes nothing, or that was not sent. */
export function unanswered(call: Call, { code, wasSent }: NoAnswer, { host }: Place): UnavailableError {
  if (wasSent) return unavailable(call, `no answer from ${host} (${code})`, { code });
  if (!REFUSED_CERTIFICATE.test(code)) {
    const why = `no connection to ${host} (${code})`;
    return unavailable(call, why, { code, patienceMs: CONNECTING_PATIENCE_MS });
  }
  const why = `no secure connection to ${host} (${code}); check the base URL and which certificates Node.js trusts`;
  return unavailable(call, why, { code, patienceMs: 0 });
}

/** A write whose fate is unknown. */
export function unclear(call: Call, why: string, details: ErrorDetails): UnclearWriteError {
  const message = `Whether the request to ${call.operation} was carried out is not known: ${why}.`;
  return new UnclearWriteError(message, { ...detailsOf(call), ...details });
}

function isAboutCredentials(status: number): boolean {
  return status === 401 || status === 402 || status === 403;
}

/** What errors tell of a call. */
export function detailsOf({ operation, method, path }: Call): ErrorDetails {
  return { operation, method, path };
}

function unavailable(
  call: Call,
  why: string,
  details: ErrorDetails & { readonly patienceMs?: number },
): UnavailableError {
  return new UnavailableError(`Could not ${call.operation}: ${why}.`, { ...detailsOf(call), ...details });
}

function credentials(call: Call, status: number, said: string, host: string): CredentialsError {
  const details = { ...detailsOf(call), status };
  if (status === 403) {
    const message = `The API key may not ${call.operation} at ${host} (${said}): give it the permission, or use another key.`;
    return new CredentialsError(message, details);
  }
  const why = status === 402 ? "The account has no access to the API" : "The API key was refused";
  const wayOut =
    status === 402 ? "check its plan" : "check that the key is valid and belongs to this region, or give a new one";
  return new CredentialsError(`${why} at ${host} (${said}): ${wayOut}.`, details);
}

function wrongRegion(call: Call, host: string): WrongRegionError {
  const message = `Cannot ${call.operation}: ${host} does not know the API's address; wrong region or base URL?`;
  return new WrongRegionError(message, { ...detailsOf(call), status: 404 });
}

function quoted(reasons: readonly string[]): string {
  return reasons.map((reason) => ` "${reason}"`).join(",");
}

/** The longest pause that a `Retry-After` header is followed in: the service counts requests of five minutes. */
export const LONGEST_ASKED_PAUSE_MS = 5 * 60_000;

/** The pause that a `Retry-After` header asks for, in seconds or as a date; negative when that is past. */
export function askedPause(retryAfter: string | undefined, nowMs: number): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  const pauseMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - nowMs : seconds * 1000;
  return Number.isFinite(pauseMs) ? pauseMs : undefined;
}
