import { type Accepted, decodeAccepted, decodeToken } from "./answers";
import type { Clock } from "./clock";
import { DeadlineError, type HarmonySaseError } from "./errors";
import {
  askedPause,
  type Call,
  detailsOf,
  failureOf,
  isCrowded,
  LONGEST_ASKED_PAUSE_MS,
  type Place,
  refusedKey,
  unanswered,
  unclear,
  unreadable,
} from "./failures";
import type { Limits } from "./pace/limits";
import type { Refusal, Turn } from "./pace/queue";
import type { Redactor } from "./redact";
import { retried } from "./retry";
import { createTokenSource, type Token } from "./token";
import { type Answer, NoAnswer, type Transport } from "./transport";
import { unlessAborted, until } from "./until";

/** How long a request may be tried. */
export interface RequestOptions {
  /** On the clock's elapsed(); no request and no wait begins after it. */
  readonly deadlineMs: number;
  /** On the clock's elapsed(): a write is not sent later, since its end could not be waited for. @default `deadlineMs` */
  readonly latestMs?: number;
  /** Hears of each trouble that is borne, of the pause that follows, and of a wait for the budget. */
  readonly onRetry?: (message: string) => void;
  /** Whether it is a look at an operation: others go first. */
  readonly isLook?: boolean;
  /** How a read of a network or of a group may be served from what others have read. @default what begins now */
  readonly sharing?: Sharing;
  /** How long a read bears with a service that is not available, in milliseconds. @default until the deadline */
  readonly patienceMs?: number;
}

/** How a read may be served from what others have read. */
export interface Sharing {
  /** How old that may be, in milliseconds; it is always younger than what this process has last written there. @default it begins now */
  readonly maxAgeMs?: number;
  /** True if the same may be asked again when a write has its place; what a read of the group alone shows is kept for that. */
  readonly isAhead?: boolean;
  /** The tunnels that are looked for: where a list that may have missed some does not show them, the group itself is read. */
  readonly tunnelIds?: readonly string[];
  /** The name that a list is searched for. */
  readonly tunnelName?: string;
  /** Whether the service has said that it deleted the group: then a list that lacks it is enough. */
  readonly isDeleted?: boolean;
}

/** What requests are made with. */
export interface RequestSettings {
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly redactor: Redactor;
  readonly transport: Transport;
  /** For one exchange, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** Requests with a token, within the limits, repeated as far as that does no harm. */
export interface Requests {
  /** A call that may be repeated at will. `decode` gives undefined for an answer that is not what was asked for. */
  read<T>(call: Call, options: RequestOptions, decode: (json: unknown) => T | undefined): Promise<T>;
  /** A call that is repeated only when it is certain that the service has not acted on it. */
  write(call: Call, options: RequestOptions): Promise<Accepted>;
  /** Opens a connection for a write that is soon to be made, and fetches the token. */
  openAhead(): void;
}

type Sending = (url: string, call: Call, headers: Record<string, string>, options: RequestOptions) => Promise<Answer>;

const AUTHORIZE: Call = { method: "POST", path: "/v1/auth/authorize", operation: "obtain an access token" };

/** Creates the requests of one account at one address. */
export function createRequests(settings: RequestSettings): Requests {
  const { baseUrl, apiKey, clock, limits, redactor } = settings;
  const { host } = new URL(baseUrl);
  const place = (): Place => ({ host, redactor, nowMs: clock.now() });
  const sendOnce = createSending(settings);
  const tokens = createTokenSource(authorize, clock);

  /** Serves every caller, so that the deadline of none of them applies; each stops waiting at its own. */
  async function authorize(): Promise<Token> {
    const url = `${baseUrl.replace(/\/rest$/, "")}${AUTHORIZE.path}`;
    const call = { ...AUTHORIZE, body: { grantType: "api_key", apiKey } };
    const answer = await sendOnce(url, call, {}, { deadlineMs: Number.POSITIVE_INFINITY }).catch((error: unknown) => {
      throw error instanceof NoAnswer ? unanswered(AUTHORIZE, error, place()) : error;
    });
    if (answer.status === 400 || answer.status === 401) throw refusedKey(AUTHORIZE, answer, place());
    if (!isSuccess(answer)) throw failureOf(AUTHORIZE, answer, place());
    const token = decodeToken(answer.json);
    if (token === undefined) throw unreadable(AUTHORIZE, answer.status);
    redactor.addSecret(token.value);
    return token;
  }

  /** Sends with the token; where that is refused, once more with a new one. */
  async function send(call: Call, options: RequestOptions): Promise<Answer> {
    const attempt = (token: string) =>
      sendOnce(`${baseUrl}${call.path}`, call, { Authorization: `Bearer ${token}` }, options);
    const waitFor = (token: () => Promise<string>) =>
      until({ clock, ...options, late: () => late(call) }, (end) => unlessAborted(token(), end));
    const token = await waitFor(() => tokens.get());
    const answer = await attempt(token);
    return answer.status === 401 ? attempt(await waitFor(() => tokens.renew(token))) : answer;
  }

  return {
    openAhead: () => {
      settings.transport.openAhead?.(baseUrl, false);
      // Whoever needs the token hears of the trouble.
      tokens.get().catch(() => undefined);
    },
    read: (call, options, decode) =>
      retried({ clock, ...options }, async () => {
        const answer = await send(call, options).catch((error: unknown) => {
          if (!(error instanceof NoAnswer)) throw error;
          throw unanswered(call, error, place());
        });
        if (!isSuccess(answer)) throw failureOf(call, answer, place());
        const value = answer.json === undefined ? undefined : decode(answer.json);
        if (value === undefined) throw unreadable(call, answer.status);
        return value;
      }),
    write: (call, { deadlineMs, latestMs = deadlineMs, onRetry }) => {
      // One that is sent need not stand in the program, nor in state: the service may have shown it.
      for (const passphrase of passphrasesIn(call.body)) redactor.addSecret(passphrase);
      return retried({ clock, deadlineMs: latestMs, onRetry }, async () => {
        const options = { deadlineMs, latestMs, ...(onRetry ? { onRetry } : {}) };
        if (call.networkId !== undefined) await limits.writable(call.networkId, latestMs);
        const answer = await send(call, options).catch((error: unknown) => {
          if (!(error instanceof NoAnswer)) throw error;
          if (error.wasSent) throw unclear(call, `no answer came (${error.code})`, { code: error.code });
          throw unanswered(call, error, place());
        });
        if (call.networkId !== undefined && isCrowded(answer))
          limits.crowded(call.networkId, boundedPause(answer, clock.now()));
        if (!isSuccess(answer)) throw writeFailure(call, answer, place());
        const accepted = decodeAccepted(answer.json);
        if (accepted === undefined) {
          const why = `the API accepted it (${answer.status}), but named no operation that can be asked for`;
          throw unclear(call, why, { status: answer.status });
        }
        // The looks at several that end together are not to wait for connections.
        settings.transport.openAhead?.(baseUrl, true);
        return accepted;
      });
    },
  };
}

/** One exchange in its turn. Only the wait for the turn is cut short: what became of a request that is out must be known. */
function createSending({ clock, limits, transport, requestTimeoutMs }: RequestSettings): Sending {
  const refusal = (answer: Answer): Refusal | undefined =>
    answer.status === 429 && !isCrowded(answer) ? { pauseMs: boundedPause(answer, clock.now()) } : undefined;
  return (url, call, headers, { deadlineMs, latestMs = deadlineMs, isLook, onRetry }) => {
    const exchange = async () => {
      if (clock.elapsed() >= latestMs) throw late(call);
      const timeoutMs = Math.min(requestTimeoutMs, deadlineMs - clock.elapsed());
      const isRepeatable = call.method === "GET" || call.path === AUTHORIZE.path;
      const sentMs = clock.elapsed();
      const answer = await transport({ method: call.method, url, headers, body: call.body, isRepeatable, timeoutMs });
      if (isLook) limits.looked(clock.elapsed() - sentMs);
      return answer;
    };
    const onWait: Turn<Answer>["onWait"] = (before, waitMs) => onRetry?.(waitText(before, waitMs));
    return until({ clock, deadlineMs: latestMs, late: () => late(call) }, (signal) =>
      limits.request(exchange, { signal, isLook, onWait, refusal }),
    );
  };
}

function boundedPause({ retryAfter }: Answer, nowMs: number): number {
  return Math.min(askedPause(retryAfter, nowMs) ?? 0, LONGEST_ASKED_PAUSE_MS);
}

function passphrasesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "passphrase" && typeof member === "string" ? [member] : passphrasesIn(member),
  );
}

/** That the requests of this window are used up. */
function waitText(before: number, waitMs: number): string {
  const others = before === 0 ? "" : `, ${before} before it`;
  const seconds = Number.isFinite(waitMs) && waitMs >= 1000 ? `, for ${Math.ceil(waitMs / 1000)} s or more` : "";
  return `waits for the service's request limit${others}${seconds}`;
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The answer to a write that is no success; a gateway answers 5xx, and 408, for a service that may have acted. */
function writeFailure(call: Call, answer: Answer, place: Place): HarmonySaseError {
  const { status } = answer;
  if (status < 500 && status !== 408) return failureOf(call, answer, place);
  return unclear(call, `the API answered ${status}`, { status });
}

function late(call: Call): DeadlineError {
  return new DeadlineError(`The time was over before the request to ${call.operation} could be made.`, detailsOf(call));
}
