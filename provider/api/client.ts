import { z } from "zod";
import type { Clock } from "./clock";
import {
  CredentialsError,
  DeadlineError,
  type ErrorDetails,
  NotFoundError,
  RefusedError,
  TooManyRequestsError,
  UnavailableError,
  UnclearWriteError,
  WrongRegionError,
} from "./errors";
import type { Limits } from "./limits";
import type { Redactor } from "./redact";
import { retried } from "./retry";
import { createTokenSource, type Token } from "./token";
import { type Answer, createTransport, NoAnswer, type Outgoing, type Transport } from "./transport";

/** How long a request may be tried. */
export interface RequestOptions {
  /** Milliseconds since the epoch; no request and no wait begins after it. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** A write that the service has accepted: a promise only. */
export interface Accepted {
  readonly statusId: string;
  /** How often the service suggests to ask. */
  readonly samplingTimeMs?: number;
}

/** What the service says about an operation. */
export interface OperationStatus {
  readonly completed: boolean;
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  /** The object that the operation makes or changes. */
  readonly resourceId?: string;
}

/** The calls of the service that this package makes. Every error is one of `errors.ts`. */
export interface Client {
  createGroup(networkId: string, body: object, options: RequestOptions): Promise<Accepted>;
  updateGroup(networkId: string, groupId: string, body: object, options: RequestOptions): Promise<Accepted>;
  deleteGroup(networkId: string, groupId: string, options: RequestOptions): Promise<Accepted>;
  readGroup(networkId: string, groupId: string, options: RequestOptions): Promise<unknown>;
  readNetwork(networkId: string, options: RequestOptions): Promise<unknown>;
  /** The tunnels of a network, all pages of them. */
  listTunnels(networkId: string, options: RequestOptions): Promise<readonly unknown[]>;
  readStatus(statusId: string, options: RequestOptions): Promise<OperationStatus>;
}

/** What a client is made of. */
export interface ClientSettings {
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly redactor: Redactor;
  readonly transport?: Transport;
}

interface Call {
  readonly method: Outgoing["method"];
  readonly path: string;
  /** In words, for messages. */
  readonly operation: string;
  readonly body?: object;
}

const REQUEST_TIMEOUT_MS = 60_000;
const PAGE_SIZE = 100;
const MOST_PAGES = 1000;

const accepted = z.object({ statusUrl: z.string(), samplingTime: z.number().positive().optional().catch(undefined) });
const authorized = z.object({ data: z.object({ accessToken: z.string().min(1), accessTokenExpire: z.number() }) });
const page = z.object({ data: z.array(z.unknown()), totalPage: z.number().optional().catch(undefined) });
const status = z.object({
  completed: z.boolean(),
  result: z
    .object({
      resource: z.string().optional().catch(undefined),
      statusCode: z.number().optional().catch(undefined),
      reason: z
        .union([z.array(z.unknown()), z.string().transform((reason) => [reason])])
        .optional()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Creates the client of one account at one address. */
export function createClient(settings: ClientSettings): Client {
  const { baseUrl, apiKey, clock, limits, redactor, transport = createTransport() } = settings;
  const host = new URL(baseUrl).host;
  const tokens = createTokenSource(authorize, clock);

  function once(call: Call, url: string, headers: Record<string, string>, options: RequestOptions): Promise<Answer> {
    const restMs = options.deadlineMs - clock.now();
    if (restMs <= 0) throw new DeadlineError(`The time for the step was over before the request to ${call.operation}.`);
    const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, restMs);
    const { method, body } = call;
    return limits.request(
      () => transport({ method, url, headers, body, timeoutMs, signal: options.signal }),
      options.signal,
    );
  }

  async function authorize(): Promise<Token> {
    const call: Call = { method: "POST", path: "/v1/auth/authorize", operation: "obtain an access token" };
    const url = `${baseUrl.replace(/\/rest$/, "")}${call.path}`;
    const options = { deadlineMs: clock.now() + REQUEST_TIMEOUT_MS };
    const answer = await once({ ...call, body: { grantType: "api_key", apiKey } }, url, {}, options);
    const parsed = authorized.safeParse(answer.json);
    if (answer.status >= 200 && answer.status < 300 && parsed.success) {
      const { accessToken, accessTokenExpire } = parsed.data.data;
      redactor.addSecret(accessToken);
      return { value: accessToken, expiresAtMs: accessTokenExpire * 1000 };
    }
    throw isRefusal(answer.status) ? credentials(call, answer) : errorOf(call, answer, host, redactor);
  }

  /** Sends with the token; where that is refused, once more with a new one. */
  async function send(call: Call, options: RequestOptions): Promise<Answer> {
    const token = await tokens.get();
    const attempt = (value: string) =>
      once(call, `${baseUrl}${call.path}`, { Authorization: `Bearer ${value}` }, options);
    const answer = await attempt(token);
    return answer.status === 401 ? attempt(await tokens.renew(token)) : answer;
  }

  function credentials(call: Call, answer: Answer): CredentialsError {
    const why = answer.status === 403 ? "may not" : "was refused: cannot";
    return new CredentialsError(
      `The API key ${why} ${call.operation} at ${host} (${answer.status}${saidBy(answer, redactor)}).`,
      { ...detailsOf(call), status: answer.status },
    );
  }

  function judged(call: Call, answer: Answer): Answer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw isRefusal(answer.status) ? credentials(call, answer) : errorOf(call, answer, host, redactor);
  }

  /** A request that may be repeated as often as one likes. */
  function read<T>(call: Call, options: RequestOptions, decode: (json: unknown) => T | undefined): Promise<T> {
    return retried({ clock, options, isWorthwhile: isPassing }, async () => {
      const answer = judged(call, await send(call, options).catch((error) => Promise.reject(unanswered(call, error))));
      const value = answer.isJson ? decode(answer.json) : undefined;
      if (value === undefined) throw unavailable(call, "the answer cannot be read");
      return value;
    });
  }

  /** A request that is repeated only while it is certain that the service has not acted on it. */
  function write(call: Call, options: RequestOptions): Promise<Accepted> {
    const isWorthwhile = (error: unknown) => error instanceof TooManyRequestsError || error instanceof UnavailableError;
    return retried({ clock, options, isWorthwhile }, async () => {
      const answer = await send(call, options).catch((error) => Promise.reject(unansweredWrite(call, error)));
      if (answer.status >= 500) throw unclear(call, `the API answered ${answer.status}`, answer.status);
      judged(call, answer);
      const parsed = accepted.safeParse(answer.json);
      const statusId = parsed.success ? lastSegment(parsed.data.statusUrl) : undefined;
      if (!parsed.success || statusId === undefined)
        throw unclear(call, "the answer names no operation", answer.status);
      const { samplingTime } = parsed.data;
      return { statusId, ...(samplingTime === undefined ? {} : { samplingTimeMs: samplingTime * 1000 }) };
    });
  }

  function unanswered(call: Call, error: unknown): unknown {
    if (!(error instanceof NoAnswer)) return error;
    return unavailable(call, `no answer from ${host} (${error.code})`);
  }

  function unansweredWrite(call: Call, error: unknown): unknown {
    if (!(error instanceof NoAnswer)) return error;
    return error.wasSent ? unclear(call, `no answer came (${error.code})`) : unanswered(call, error);
  }

  const groupsPath = (networkId: string) =>
    `/v2.3/networks/enhanced/${encodeURIComponent(networkId)}/tunnels/ipsec/dynamic`;
  const groupPath = (networkId: string, groupId: string) => `${groupsPath(networkId)}/${encodeURIComponent(groupId)}`;

  return {
    createGroup: (networkId, body, options) =>
      write(
        {
          method: "POST",
          path: groupsPath(networkId),
          operation: `create a tunnel group in network ${networkId}`,
          body,
        },
        options,
      ),
    updateGroup: (networkId, groupId, body, options) =>
      write(
        { method: "PUT", path: groupPath(networkId, groupId), operation: `update tunnel group ${groupId}`, body },
        options,
      ),
    deleteGroup: (networkId, groupId, options) =>
      write(
        { method: "DELETE", path: groupPath(networkId, groupId), operation: `delete tunnel group ${groupId}` },
        options,
      ),
    readGroup: (networkId, groupId, options) =>
      read(
        { method: "GET", path: groupPath(networkId, groupId), operation: `read tunnel group ${groupId}` },
        options,
        known,
      ),
    readNetwork: (networkId, options) =>
      read(
        {
          method: "GET",
          path: `/v2.3/networks/enhanced/${encodeURIComponent(networkId)}`,
          operation: `read network ${networkId}`,
        },
        options,
        known,
      ),
    listTunnels: async (networkId, options) => {
      const found: unknown[] = [];
      for (let number = 1; number <= MOST_PAGES; number++) {
        const path = `/v2.3/networks/enhanced/${encodeURIComponent(networkId)}/tunnels?page=${number}&limit=${PAGE_SIZE}`;
        const call: Call = { method: "GET", path, operation: `list the tunnels of network ${networkId}` };
        const { data, totalPage } = await read(call, options, (json) => page.safeParse(json).data);
        found.push(...data);
        if (data.length === 0 || (totalPage !== undefined && number >= totalPage)) break;
      }
      return found;
    },
    readStatus: (statusId, options) =>
      read(
        {
          method: "GET",
          path: `/v2.3/networks/status/${encodeURIComponent(statusId)}`,
          operation: `ask for operation ${statusId}`,
        },
        options,
        statusOf,
      ),
  };
}

function known(json: unknown): unknown {
  return json ?? undefined;
}

function statusOf(json: unknown): OperationStatus | undefined {
  const parsed = status.safeParse(json);
  if (!parsed.success) return undefined;
  const { completed, result } = parsed.data;
  const resourceId = result?.resource ? lastSegment(result.resource) : undefined;
  return {
    completed,
    reasons: (result?.reason ?? []).filter((reason): reason is string => typeof reason === "string"),
    ...(result?.statusCode === undefined ? {} : { statusCode: result.statusCode }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}

/** The id at the end of an address. The rest is never used: the service names another host there. */
function lastSegment(address: string): string | undefined {
  const segment = address.split(/[?#]/)[0]?.split("/").filter(Boolean).at(-1);
  return segment !== undefined && ID.test(segment) ? segment : undefined;
}

function isRefusal(httpStatus: number): boolean {
  return httpStatus === 401 || httpStatus === 402 || httpStatus === 403;
}

function isPassing(error: unknown): boolean {
  return error instanceof UnavailableError || error instanceof TooManyRequestsError;
}

function detailsOf({ operation, method, path }: Call): ErrorDetails {
  return { operation, method, path };
}

function unavailable(call: Call, why: string, httpStatus?: number): UnavailableError {
  return new UnavailableError(`Could not ${call.operation}: ${why}.`, {
    ...detailsOf(call),
    ...(httpStatus === undefined ? {} : { status: httpStatus }),
  });
}

function unclear(call: Call, why: string, httpStatus?: number): UnclearWriteError {
  return new UnclearWriteError(`Whether the request to ${call.operation} was carried out is not known: ${why}.`, {
    ...detailsOf(call),
    ...(httpStatus === undefined ? {} : { status: httpStatus }),
  });
}

function errorOf(call: Call, answer: Answer, host: string, redactor: Redactor): Error & { retryAfter?: string } {
  const details = { ...detailsOf(call), status: answer.status };
  const said = saidBy(answer, redactor);
  if (answer.status >= 300 && answer.status < 400) {
    return unavailable(
      call,
      `${host} answered with a redirect (${answer.status}), which is never followed; check the base URL`,
      answer.status,
    );
  }
  if (answer.status === 404 && !answer.isJson) {
    return new WrongRegionError(
      `Cannot ${call.operation}: ${host} does not know the API's address; wrong region or base URL?`,
      details,
    );
  }
  const message = `Cannot ${call.operation}: the API answered ${answer.status}${said}.`;
  if (answer.status === 404) return new NotFoundError(message, details);
  if (answer.status === 429) return withRetryAfter(new TooManyRequestsError(message, details), answer);
  if (answer.status >= 500)
    return withRetryAfter(unavailable(call, `the API answered ${answer.status}${said}`, answer.status), answer);
  return new RefusedError(message, details);
}

function withRetryAfter<E extends Error>(error: E, { retryAfter }: Answer): E {
  return retryAfter === undefined ? error : Object.assign(error, { retryAfter });
}

const refusal = z.object({
  message: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  data: z
    .object({ errors: z.array(z.unknown()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What the service had to say, cut to a length that one reads: ` "reason", "reason"`. */
function saidBy(answer: Answer, redactor: Redactor): string {
  const parsed = refusal.safeParse(answer.json);
  if (!parsed.success) return "";
  const { message, data } = parsed.data;
  const texts = [message ?? [], (data?.errors ?? []).map(complaint)].flat().filter((text) => text !== "");
  return [...new Set(texts)].map((text) => ` "${redactor.redact(text).slice(0, 300)}"`).join(",");
}

function complaint(entry: unknown): string {
  if (typeof entry === "string") return entry;
  const message: unknown =
    typeof entry === "object" && entry !== null ? (entry as { message?: unknown }).message : undefined;
  return typeof message === "string" ? message : "";
}
