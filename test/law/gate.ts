import {
  createServer,
  Agent as HttpAgent,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { type Latency, type OperationName, REMOTE, type Sandbox } from "../../sandbox";
import { createDistance } from "../../sandbox/latency";
import type { Schedule } from "./schedule";

/** Who makes requests: a provider process of a run, known to the service by a key of its own. */
export interface Caller {
  readonly apiKey: string;
  readonly stack: string;
  /** Gets no answers any more. */
  isDead: boolean;
  /** Called as each of its requests has its turn; what it returns is when it dies: instead of the request, or after it. */
  onRequest(operation: OperationName | undefined): "before" | "after" | undefined;
  /** Called for each write, with the operation that it started, if it was accepted. */
  onWrite(write: SentWrite): void;
}

/** A write that the service has answered. */
export interface SentWrite {
  readonly operation: OperationName;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** Of the operation, when the write was accepted. */
  readonly statusId: string | undefined;
}

/**
 * What befalls requests on their way. `refuse`: the service answers so and does nothing. `lose`: it acts, but the answer is
 * lost. `gateway`: it acts, and the answer is a 502. `unreachable`: it is not reached. `lag`: once the write is carried out,
 * so many looks at its group still show what was there before.
 */
export interface Trouble {
  readonly stack: string;
  readonly operation: OperationName;
  readonly kind: "refuse" | "lose" | "gateway" | "unreachable" | "lag";
  /** Of `refuse`. @default 403 */
  readonly status?: number;
  /** How many matching requests pass before. @default 0 */
  readonly skip?: number;
  /** How many it befalls; of `lag`, how many looks. @default 1 */
  readonly times?: number;
}

/** How the service shows what it holds. */
export interface Manners {
  /** Passphrases read as `xxxxxxxxxxxx`. */
  readonly isMasked?: boolean;
  /** How far away the service is. @default as far as tests have it */
  readonly latency?: Latency;
  /** So many tunnels to a page. */
  readonly pageSize?: number;
}

/** Stands between the processes and the service: holds each request until the schedule lets it through. */
export interface Gate {
  readonly baseUrl: string;
  admit(caller: Caller): void;
  strike(trouble: Trouble): void;
  clear(): void;
  close(): Promise<void>;
}

interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly operation: OperationName | undefined;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Lag {
  readonly groupPath: string;
  readonly statusId: string;
  /** Undefined for a group that was not there. */
  readonly before: Reply | undefined;
  left: number;
}

const WRITES: readonly (OperationName | undefined)[] = ["createGroup", "updateGroup", "deleteGroup"];

/** Opens a gate in front of a sandbox. */
export async function openGate(sandbox: Sandbox, schedule: Schedule, manners: Manners): Promise<Gate> {
  const agent = new HttpAgent({ keepAlive: true });
  const origin = new URL(sandbox.baseUrl).origin;
  const distance = createDistance(manners.latency ?? REMOTE, { random: schedule.random }, schedule.now);
  const byKey = new Map<string, Caller>();
  const byToken = new Map<string, Caller>();
  let troubles: { readonly trouble: Trouble; skip: number; times: number }[] = [];
  let lags: Lag[] = [];

  function callerOf({ operation, headers, body }: Passing): Caller | undefined {
    if (operation === "authorize") return byKey.get(String((parsed(body) as { apiKey?: string }).apiKey));
    return byToken.get(String(headers.authorization));
  }

  function takeTrouble(caller: Caller | undefined, operation: OperationName | undefined): Trouble | undefined {
    const found = troubles.find(({ trouble }) => trouble.stack === caller?.stack && trouble.operation === operation);
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      found.skip -= 1;
      return undefined;
    }
    found.times -= found.trouble.kind === "lag" ? found.times : 1;
    troubles = troubles.filter(({ times }) => times > 0);
    return found.trouble;
  }

  async function pass(passing: Passing, response: ServerResponse, backMs: number): Promise<void> {
    const caller = callerOf(passing);
    const { operation } = passing;
    if (caller?.isDead) return schedule.bury(response);
    const death = caller?.onRequest(operation);
    if (death === "before") return schedule.bury(response);
    const trouble = takeTrouble(caller, operation);
    if (trouble?.kind === "unreachable") return tear(response);
    if (trouble?.kind === "refuse") {
      const status = trouble.status ?? 403;
      return answer(response, { status, headers: JSON_TYPE, body: `{"id":"x","message":"refused by trouble"}` });
    }
    const before = trouble?.kind === "lag" ? await groupBefore(passing) : undefined;
    const reply = shown(passing, lagging(passing) ?? (await forward(passing)));
    if (caller !== undefined) {
      note(caller, passing, reply);
      if (trouble?.kind === "lag") addLag(trouble, passing, reply, before);
    }
    if (death === "after") return schedule.bury(response);
    if (trouble?.kind === "lose") return tear(response);
    if (trouble?.kind === "gateway")
      return answer(response, { status: 502, headers: {}, body: "<html>Bad gateway</html>" });
    await schedule.delay(backMs, response);
    if (caller?.isDead) return schedule.bury(response);
    answer(response, reply);
  }

  function note(caller: Caller, { operation, path, body }: Passing, { status, body: text }: Reply): void {
    const json = parsed(text) as { data?: { accessToken?: string }; statusUrl?: string };
    if (operation === "authorize" && json.data?.accessToken) byToken.set(`Bearer ${json.data.accessToken}`, caller);
    if (operation === undefined || !WRITES.includes(operation)) return;
    const statusId = status === 202 ? json.statusUrl?.split("/").at(-1) : undefined;
    caller.onWrite({ operation, path, body: parsed(body) as SentWrite["body"], status, statusId });
  }

  function addLag(trouble: Trouble, { operation, path }: Passing, { body }: Reply, before: Reply | undefined): void {
    const statusId = (parsed(body) as { statusUrl?: string }).statusUrl?.split("/").at(-1);
    const groupId = sandbox.operations().find(({ id }) => id === statusId)?.groupId;
    if (statusId === undefined || groupId === undefined) return;
    const groupPath = operation === "createGroup" ? `${path}/${groupId}` : path;
    lags.push({ groupPath, statusId, before, left: trouble.times ?? 1 });
  }

  async function groupBefore(passing: Passing): Promise<Reply | undefined> {
    if (passing.operation === "createGroup") return undefined;
    return forward({ ...passing, method: "GET", body: "" });
  }

  /** What a look shows that is behind the times. */
  function lagging({ operation, path }: Passing): Reply | undefined {
    if (operation !== "readGroup") return undefined;
    const lag = lags.find(({ groupPath, statusId, left }) => left > 0 && groupPath === path && hasEnded(statusId));
    if (lag === undefined) return undefined;
    lag.left -= 1;
    return lag.before ?? { status: 404, headers: JSON_TYPE, body: `{"id":"x","message":"Tunnel not found."}` };
  }

  function hasEnded(statusId: string): boolean {
    return sandbox.operations().some(({ id, completed }) => id === statusId && completed);
  }

  function shown({ operation }: Passing, reply: Reply): Reply {
    if (operation === "readGroup" && manners.isMasked) {
      return { ...reply, body: reply.body.replace(/"passphrase":"[^"]*"/g, `"passphrase":"xxxxxxxxxxxx"`) };
    }
    const hidden = lags.filter(({ before, left, statusId }) => left > 0 && before === undefined && hasEnded(statusId));
    if (operation !== "listTunnels" || hidden.length === 0) return reply;
    for (const lag of hidden) lag.left -= 1;
    const ids = hidden.map(({ groupPath }) => groupPath.split("/").at(-1));
    const list = parsed(reply.body) as { data: { haTunnelID?: string }[]; itemsTotal: number };
    const data = list.data.filter(({ haTunnelID }) => !ids.includes(haTunnelID));
    const itemsTotal = list.itemsTotal - (list.data.length - data.length);
    return { ...reply, body: JSON.stringify({ ...list, data, itemsTotal }) };
  }

  function forward({ method, path, headers, body, operation }: Passing): Promise<Reply> {
    const { host: _, connection: __, "content-length": ___, ...kept } = headers;
    const paged = operation === "listTunnels" && manners.pageSize !== undefined;
    const target = paged ? path.replace(/limit=\d+/, `limit=${manners.pageSize}`) : path;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${origin}${target}`, { method, headers: kept, agent }, (incoming) => {
        collect(incoming).then(
          (text) => {
            const type = incoming.headers["content-type"];
            resolve({ status: incoming.statusCode ?? 0, headers: type ? { "content-type": type } : {}, body: text });
          },
          (error: unknown) => reject(error),
        );
      });
      outgoing.once("error", reject);
      outgoing.end(body === "" ? undefined : body);
    });
  }

  async function arrive(passing: Passing, socket: object, response: ServerResponse): Promise<void> {
    const trip = distance.tripOn(socket);
    await schedule.delay(trip.thereMs, response);
    schedule.hold(() => void pass(passing, response, trip.backMs).catch(() => tear(response)), response);
  }

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    collect(incoming).then(
      (body) => {
        const { method = "GET", url: path = "/", headers } = incoming;
        const passing = { method, path, headers, body, operation: operationOf(method, path) };
        if (callerOf(passing)?.isDead) schedule.bury(response);
        else void arrive(passing, incoming.socket, response);
      },
      () => undefined,
    );
  });
  server.on("connection", distance.connected);
  const port = await listening(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/api/rest`,
    admit: (caller) => void byKey.set(caller.apiKey, caller),
    strike: (trouble) => void troubles.push({ trouble, skip: trouble.skip ?? 0, times: trouble.times ?? 1 }),
    clear: () => {
      troubles = [];
      lags = [];
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** Starts a server on a free port of this machine. */
export function listening(server: Pick<Server, "listen" | "address" | "once" | "off">, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function answer(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function tear(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

async function collect(stream: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function operationOf(method: string, path: string): OperationName | undefined {
  const [route = ""] = path.split("?");
  if (route.endsWith("/v1/auth/authorize")) return "authorize";
  if (route.includes("/networks/status/") || route.includes("/standard/status/")) return "readStatus";
  if (route.endsWith("/tunnels/ipsec/dynamic") && method === "POST") return "createGroup";
  if (/\/tunnels\/ipsec\/dynamic\/[^/]+$/.test(route)) {
    return ({ GET: "readGroup", PUT: "updateGroup", DELETE: "deleteGroup" } as const)[method as "GET"];
  }
  if (route.endsWith("/tunnels")) return "listTunnels";
  if (route.endsWith("/health")) return "readHealth";
  if (route.endsWith("/regions")) return "listRegions";
  return /\/enhanced\/[^/]+$/.test(route) ? "readNetwork" : "listNetworks";
}
