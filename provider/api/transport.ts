import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosError } from "axios";

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly isJson: boolean;
  /** Parsed where the answer is JSON; undefined where it only claims to be. */
  readonly json: unknown;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** One request, to be made exactly once. */
export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** No answer came. `wasSent` says whether the service may have seen the request. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(
    readonly code: string,
    readonly wasSent: boolean,
  ) {
    super(code);
  }
}

/** Makes requests over connections that are kept alive. Redirects are never followed: they would carry the token along. */
export type Transport = (request: Outgoing) => Promise<Answer>;

const MOST_BYTES = 16 * 1024 * 1024;
const VERSION = (require("pulumi-harmony-sase/package.json") as { readonly version: string }).version;

/** Creates a transport; it talks to the given URLs alone, past any proxy of the environment. */
export function createTransport(): Transport {
  const http = axios.create({
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
    maxRedirects: 0,
    proxy: false,
    responseType: "text",
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
    maxContentLength: MOST_BYTES,
    headers: { Accept: "application/json", "User-Agent": `pulumi-harmony-sase/${VERSION}` },
  });
  return async ({ method, url, headers, body, timeoutMs, signal }) => {
    try {
      const response = await http.request<unknown>({
        method,
        url,
        timeout: timeoutMs,
        ...(headers ? { headers: { ...headers } } : {}),
        ...(body ? { data: body } : {}),
        ...(signal ? { signal } : {}),
      });
      const text = typeof response.data === "string" ? response.data : "";
      const isJson = String(response.headers["content-type"] ?? "").includes("json");
      const retryAfter: unknown = response.headers["retry-after"];
      return {
        status: response.status,
        text,
        isJson,
        json: isJson ? parsed(text) : undefined,
        retryAfter: typeof retryAfter === "string" ? retryAfter : undefined,
      };
    } catch (error) {
      signal?.throwIfAborted();
      const code = (error as AxiosError).code ?? "ERR_UNKNOWN";
      // The error itself is not kept: it holds the request with the token and the passphrases.
      throw new NoAnswer(code, !isBeforeSending(code));
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const BEFORE_SENDING = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ERR_INVALID_URL", "ERR_BAD_OPTION"],
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ...["UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "HOSTNAME_MISMATCH", "EPROTO"],
]);

/** Whether an error of this code arises before a request has left: while connecting, or in the TLS handshake. */
export function isBeforeSending(code: string): boolean {
  return (
    BEFORE_SENDING.has(code) || code.startsWith("CERT_") || code.startsWith("ERR_TLS_") || code.startsWith("ERR_SSL_")
  );
}
