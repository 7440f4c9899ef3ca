import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: unknown;
}

/** An answer, or what happens in place of one. */
export type Scripted =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | "reset"
  | "hang";

/** A service on loopback that answers as it is told. */
export interface FakeService {
  /** Ends in `/api/rest`. */
  readonly baseUrl: string;
  /** All but the exchanges of the key for a token. */
  readonly received: readonly Received[];
  readonly authorizations: readonly Received[];
  /** Answers to come, one per request; the last is repeated. */
  answers: Scripted[];
  /** As `answers`, to exchanges of the key; tokens named t1, t2 … by default. */
  tokens: Scripted[];
  /** Called when a request has arrived, before it is answered. */
  onRequest: (() => void) | undefined;
  /** How many connections were made. */
  connections(): number;
  /** Closes those that are open, and lets the other end hear of it. */
  dropConnections(): Promise<void>;
  close(): Promise<void>;
}

/** An exchange that gives a token good for an hour of the fake clock. */
export function token(value: string, expiresAtSeconds = 1_800_003_600): Scripted {
  return {
    status: 200,
    json: { data: { accessToken: value, accessTokenExpire: expiresAtSeconds, tokenType: "Bearer" } },
  };
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Scripted {
  return { status, json: body, headers };
}

/** The answer to a write that is accepted. */
export function accepted(statusId: string): Scripted {
  return json(202, {
    statusUrl: `https://elsewhere.invalid/api/rest/v2.3/networks/status/${statusId}`,
    samplingTime: 120,
  });
}

/** Starts the service, on a free port unless one is given. */
export async function startFakeService(atPort = 0): Promise<FakeService> {
  const received: Received[] = [];
  const authorizations: Received[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const isAuthorization = request.url === "/api/v1/auth/authorize";
    const seen = isAuthorization ? authorizations : received;
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      authorization: request.headers.authorization,
      userAgent: request.headers["user-agent"],
      body,
    });
    if (!isAuthorization) service.onRequest?.();
    const script = isAuthorization ? service.tokens : service.answers;
    const next = script.length > 1 ? script.shift() : script[0];
    answer(request, response, next ?? (isAuthorization ? token(`t${authorizations.length}`) : json(200, [])));
  });
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(atPort, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const service: FakeService = {
    baseUrl: `http://127.0.0.1:${port}/api/rest`,
    received,
    authorizations,
    answers: [],
    tokens: [],
    onRequest: undefined,
    connections: () => connections,
    dropConnections: async () => {
      for (const socket of open) socket.end();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return service;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}

function answer(request: IncomingMessage, response: ServerResponse, scripted: Scripted): void {
  if (scripted === "hang") return;
  if (scripted === "reset") {
    request.socket.destroy();
    return;
  }
  const { status, json: body, text, headers } = scripted;
  const type = text === undefined ? "application/json" : "text/html";
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}
