import { type ClientRequestArgs, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Connections that carry one request each. */
export interface FreshConnections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Opens a connection to the host of a URL, for the next request to it. */
  openAhead(url: string): void;
  /** True once a connection stands, the TLS handshake included. */
  stands(socket: Socket): boolean;
}

/** A connection that was opened ahead serves no later: many services close one that stays silent for a minute. */
export const AHEAD_FOR_MS = 30_000;

/** A connection that waits for its request. */
interface Waiting {
  readonly origin: string;
  readonly openedMs: number;
  readonly socket: Socket;
  /** Makes it a connection like any other. */
  hand(): Socket;
}

/**
 * Creates agents that never use a connection twice, so that a write on one that does not come about was surely not sent.
 * A connection opened ahead has carried nothing either: what breaks on one counts as sent, as on any that stands.
 * @param now milliseconds since the epoch
 */
export function createFreshConnections(now: () => number): FreshConnections {
  let waiting: Waiting[] = [];
  const standing = new WeakSet<Socket>();

  function take(origin: string): Socket | undefined {
    const next = waiting.find((each) => each.origin === origin);
    if (next === undefined) return undefined;
    waiting = waiting.filter((each) => each !== next);
    const socket = next.hand();
    if (!socket.destroyed && now() - next.openedMs <= AHEAD_FOR_MS) return socket;
    socket.destroy();
    return take(origin);
  }

  class FreshHttpAgent extends HttpAgent {
    override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void) {
      return take(originOf("http:", options)) ?? super.createConnection(options, callback);
    }
    open(options: ClientRequestArgs): Socket {
      return super.createConnection(options) as Socket;
    }
  }

  class FreshHttpsAgent extends HttpsAgent {
    override createConnection(options: RequestOptions, callback?: (error: Error | null, stream: Duplex) => void) {
      return take(originOf("https:", options)) ?? super.createConnection(options, callback);
    }
    open(options: RequestOptions): Socket {
      return super.createConnection(options) as Socket;
    }
  }

  const httpAgent = new FreshHttpAgent();
  const httpsAgent = new FreshHttpsAgent();

  function open(url: string): Socket {
    const { protocol, hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, "");
    const options = { host, port: port || undefined, noDelay: true };
    if (protocol === "http:") return httpAgent.open({ ...options, port: port || 80 });
    return httpsAgent.open({ ...options, port: port || 443, ...(isIP(host) ? {} : { servername: host }) });
  }

  /** Forgets it as soon as it is of no use: the service has closed it, or speaks without being asked. */
  function openAhead(url: string): void {
    const socket = open(url);
    const isSecure = url.startsWith("https:");
    socket.once(isSecure ? "secureConnect" : "connect", () => standing.add(socket));
    const end = () => {
      waiting = waiting.filter((each) => each.socket !== socket);
      socket.destroy();
    };
    const timer = setTimeout(end, AHEAD_FOR_MS).unref();
    for (const event of ["error", "end", "data", "close"]) socket.on(event, end);
    socket.unref();
    const hand = () => {
      clearTimeout(timer);
      for (const event of ["error", "end", "data", "close"]) socket.off(event, end);
      return socket.ref();
    };
    waiting.push({ origin: originOf(isSecure ? "https:" : "http:", addressOf(url)), openedMs: now(), socket, hand });
  }

  return { httpAgent, httpsAgent, openAhead, stands: (socket) => standing.has(socket) };
}

function addressOf(url: string): { readonly host: string; readonly port: string } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port };
}

function originOf(
  protocol: "http:" | "https:",
  { host, port }: { readonly host?: string | null | undefined; readonly port?: string | number | null | undefined },
): string {
  const standard = protocol === "http:" ? 80 : 443;
  return `${protocol}//${(host ?? "").replace(/^\[|\]$/g, "")}:${Number(port) || standard}`;
}
