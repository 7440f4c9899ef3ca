import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions as NodeOptions } from "node:https";
import type { Socket } from "node:net";
import type { AxiosError, AxiosInstance, AxiosStatic } from "axios";
import { createConnections } from "./connections";

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly isJson: boolean;
  /** Parsed where the answer is JSON; undefined where it only claims to be. */
  readonly json: unknown;
  /** The `Retry-After` header as it came. */
  readonly retryAfter: string | undefined;
}

/** One request, to be made exactly once. */
export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
  /** True if it may be made again at will, so that it need not be known whether it was sent. */
  readonly isRepeatable: boolean;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

/** No answer came. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  /**
   * @param code what the network layer calls the trouble
   * @param wasSent whether the service may have seen the request; false only when no connection came about
   */
  constructor(
    readonly code: string,
    readonly wasSent: boolean,
  ) {
    super(code);
  }
}

/** Makes requests. */
export interface Transport {
  /**
   * Makes one request.
   * @throws NoAnswer
   */
  (request: Outgoing): Promise<Answer>;
  /**
   * Opens a connection for a request that is soon to be made.
   * @param isRepeatable as of the request; for those that are, there are connections enough once several look at once
   */
  openAhead?(url: string, isRepeatable: boolean): void;
}

/** So many operations of a network end about at once; more connections are opened as they are needed. */
const MOST_KEPT_AHEAD = 5;
const MOST_BYTES = 16 * 1024 * 1024;
const VERSION = (require("pulumi-harmony-sase/package.json") as { readonly version: string }).version;

/**
 * Creates a transport that talks to the given addresses alone: redirects are not followed, since they would carry the
 * token along, and a proxy of the environment is passed by.
 * @param elapsed as of the clock
 */
export function createTransport(elapsed: () => number): Transport {
  const kept = createConnections(true, elapsed);
  // A kept connection may be closed by the service just when a write goes out on it, and then nobody knows its fate. On
  // one that has carried nothing, a write that finds no connection was surely not sent; all else counts as sent.
  const fresh = createConnections(false, elapsed);
  let http: AxiosInstance | undefined;

  const transport: Transport = async ({ method, url, headers = {}, body, isRepeatable, timeoutMs }) => {
    const { httpAgent, httpsAgent, stands } = isRepeatable ? kept : fresh;
    let isConnected = false;
    const end = endAfter(timeoutMs);
    try {
      http ??= createHttp();
      const response = await http.request<unknown>({
        httpAgent,
        httpsAgent,
        method,
        url,
        headers: { ...headers },
        signal: end.signal,
        transport: {
          request: watched(url, stands, () => {
            isConnected = true;
          }),
        },
        ...(body ? { data: body } : {}),
      });
      return answerOf(response.status, response.headers, response.data);
    } catch (error) {
      // The error itself is not kept: it holds the request with the token and the passphrases.
      throw new NoAnswer(end.code() ?? (error as AxiosError).code ?? "ERR_UNKNOWN", isConnected);
    } finally {
      end.clear();
    }
  };
  const openAhead = (url: string, isRepeatable: boolean) => {
    if (!isRepeatable) fresh.openAhead(url);
    else if (kept.count() < MOST_KEPT_AHEAD) kept.openAhead(url);
  };
  return Object.assign(transport, { openAhead });
}

/** The library is loaded with the first request: a preview makes none, and loading it is a third of a process's start. */
function createHttp(): AxiosInstance {
  const axios = require("axios") as AxiosStatic;
  return axios.create({
    maxRedirects: 0,
    proxy: false,
    responseType: "text",
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
    maxContentLength: MOST_BYTES,
    headers: { Accept: "application/json", "User-Agent": `pulumi-harmony-sase/${VERSION}` },
  });
}

/** Ends an exchange at its timeout, which also holds for an answer that trickles in. */
function endAfter(timeoutMs: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  return {
    signal: controller.signal,
    code: () => (controller.signal.aborted ? "ETIMEDOUT" : undefined),
    clear: () => clearTimeout(timer),
  };
}

/** Node's own request, that also tells when its connection stands, the TLS handshake included. */
function watched(url: string, stands: (socket: Socket) => boolean, onConnected: () => void) {
  const isSecure = url.startsWith("https:");
  return (options: NodeOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest => {
    const outgoing = isSecure ? httpsRequest(options, onAnswer) : httpRequest(options, onAnswer);
    outgoing.once("socket", (socket) => {
      if (outgoing.reusedSocket || stands(socket)) onConnected();
      else socket.once(isSecure ? "secureConnect" : "connect", onConnected);
    });
    return outgoing;
  };
}

function answerOf(status: number, headers: Readonly<Record<string, unknown>>, data: unknown): Answer {
  const isJson = String(headers["content-type"] ?? "").includes("json");
  const retryAfter = headers["retry-after"];
  return {
    status,
    isJson,
    json: isJson && typeof data === "string" ? parsed(data) : undefined,
    retryAfter: typeof retryAfter === "string" ? retryAfter : undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
