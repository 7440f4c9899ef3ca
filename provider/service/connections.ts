import { type ClientRequestArgs, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Connections, and those that were opened before there is a request for them. */
export interface Connections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Opens a connection to the host of a URL, for a request to come. */
  openAhead(url: string): void;
  /** How many there are, those included that wait for a request. */
  count(): number;
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
 * Creates agents that take connections opened ahead before they open new ones.
 * @param keepAlive false for agents that never use a connection twice
 * @param elapsed as of the clock
 */
export function createConnections(keepAlive: boolean, elapsed: () => number): Connections {
  let waiting: Waiting[] = [];
  const standing = new WeakSet<Socket>();

  function take(origin: string): Socket | undefined {
    const next = waiting.find((each) => each.origin === origin);
    if (next === undefined) return undefined;
    waiting = waiting.filter((each) => each !== next);
    const socket = next.hand();
    if (!socket.destroyed && elapsed() - next.openedMs <= AHEAD_FOR_MS) return socket;
    socket.destroy();
    return take(origin);
  }

  class AheadHttpAgent extends HttpAgent {
    override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void) {
      return take(originOf("http:", options)) ?? super.createConnection(options, callback);
    }
    open(options: ClientRequestArgs): Socket {
      return super.createConnection(options) as Socket;
    }
  }

  class AheadHttpsAgent extends HttpsAgent {
    override createConnection(options: RequestOptions, callback?: (error: Error | null, stream: Duplex) => void) {
      return take(originOf("https:", options)) ?? super.createConnection(options, callback);
    }
    open(options: RequestOptions): Socket {
      return super.createConnection(options) as Socket;
    }
  }

  const httpAgent = new AheadHttpAgent({ keepAlive });
  const httpsAgent = new AheadHttpsAgent({ keepAlive });

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
    waiting.push({
      origin: originOf(isSecure ? "https:" : "http:", addressOf(url)),
      openedMs: elapsed(),
      socket,
      hand,
    });
  }

  function count(): number {
    const lists = [httpAgent, httpsAgent].flatMap(({ sockets, freeSockets }) => [sockets, freeSockets]);
    const used = lists.flatMap((list) => Object.values(list)).flatMap((sockets) => sockets ?? []);
    return used.length + waiting.length;
  }

  return { httpAgent, httpsAgent, openAhead, count, stands: (socket) => standing.has(socket) };
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
