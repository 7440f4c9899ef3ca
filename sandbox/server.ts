import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Edit, Fault, FaultAction, FaultList, OperationName, Outcome } from "./faults";
import { hashed, type JournalEntry } from "./journal";
import type { World } from "./model";
import type { SandboxClock } from "./operations";
import type { Reply, Service } from "./service";

/** What the server serves. */
export interface ServerParts {
  readonly service: Service;
  readonly faults: FaultList;
  readonly world: World;
  readonly journal: JournalEntry[];
  readonly clock: SandboxClock;
  readonly requestBudget: number;
}

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: OperationName;
  }
  interface FastifyRequest {
    entry?: JournalEntry;
    afterwards?: FaultAction;
  }
}

const WINDOW_MS = 5 * 60_000;
const API = "/api/rest/v2.3";

/** Builds the server: the API under /api, and the control interface under /control. */
export function createServer({ service, faults, world, journal, clock, requestBudget }: ServerParts): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  const recent: number[] = [];

  server.removeContentTypeParser("application/json");
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, text === "" ? undefined : JSON.parse(String(text)));
    } catch {
      done(null, undefined);
    }
  });

  server.addHook("preHandler", async (request, reply) => {
    if (!request.url.startsWith("/api/")) return;
    const { operation } = request.routeOptions.config;
    const entry: JournalEntry = {
      n: journal.length + 1,
      atMs: clock.now(),
      method: request.method,
      path: request.url,
      operation,
      authorization: hashed(request.headers.authorization),
      body: request.body,
      status: undefined,
      durationMs: undefined,
    };
    journal.push(entry);
    request.entry = entry;
    const action = faults.strike({ operation, method: request.method, path: request.url });
    if (action) await act(action, request, reply);
    if (!reply.sent && isOverBudget()) answer(reply, { status: 429, body: { message: "Too Many Requests" } });
  });

  server.addHook("onSend", async (request, reply, payload) => {
    const action = request.afterwards;
    delete request.afterwards;
    if (action?.kind === "answer") {
      const { text, type } = render(action);
      reply.code(action.status).header("content-type", type).removeHeader("content-length");
      for (const [name, value] of Object.entries(action.headers ?? {})) reply.header(name, value);
      return text;
    }
    if (action?.kind === "reset") request.raw.socket.destroy();
    if (action?.kind === "hang") await new Promise<never>(() => undefined);
    return payload;
  });

  server.addHook("onResponse", async (request, reply) => {
    if (!request.entry) return;
    request.entry.status = reply.statusCode;
    request.entry.durationMs = clock.now() - request.entry.atMs;
  });

  function isOverBudget(): boolean {
    const nowMs = clock.now();
    while (recent[0] !== undefined && recent[0] <= nowMs - WINDOW_MS) recent.shift();
    recent.push(nowMs);
    return recent.length > requestBudget;
  }

  async function act(action: FaultAction, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (action.kind === "delay") {
      await new Promise<void>((resolve) => clock.after(action.ms, resolve));
    } else if (action.kind === "edit") {
      service.edit(action.edit);
    } else if (action.after) {
      request.afterwards = action;
    } else if (action.kind === "answer") {
      const { text, type } = render(action);
      reply
        .code(action.status)
        .headers(action.headers ?? {})
        .type(type)
        .send(text);
    } else {
      reply.hijack();
      if (action.kind === "reset") request.raw.socket.destroy();
    }
  }

  type Params = Record<"networkId" | "groupId" | "statusId", string>;
  const route = (
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    operation: OperationName,
    handle: (account: string, params: Params, request: FastifyRequest) => Reply,
  ) =>
    server.route({
      method,
      url: `${API}${url}`,
      config: { operation },
      handler: async (request, reply) => {
        const account = service.accountOf(request.headers.authorization);
        if (account === undefined) return answer(reply, { status: 401, body: { message: "Unauthorized" } });
        return answer(reply, handle(account, request.params as Params, request));
      },
    });

  const groups = "/networks/enhanced/:networkId/tunnels/ipsec/dynamic";
  server.post("/api/v1/auth/authorize", { config: { operation: "authorize" } }, async (request, reply) =>
    answer(reply, service.authorize(request.body)),
  );
  route("POST", groups, "createGroup", (account, { networkId }, { body }) =>
    service.createGroup(account, networkId, body),
  );
  route("PUT", `${groups}/:groupId`, "updateGroup", (account, { networkId, groupId }, { body }) =>
    service.updateGroup(account, networkId, groupId, body),
  );
  route("DELETE", `${groups}/:groupId`, "deleteGroup", (account, { networkId, groupId }) =>
    service.deleteGroup(account, networkId, groupId),
  );
  route("GET", `${groups}/:groupId`, "readGroup", (account, { networkId, groupId }) =>
    service.readGroup(account, networkId, groupId),
  );
  route("GET", "/networks/enhanced/:networkId/tunnels", "listTunnels", (account, { networkId }, { query }) => {
    const { page, limit } = query as Record<string, string | undefined>;
    return service.listTunnels(account, networkId, Number(page ?? 1), Number(limit ?? 10));
  });
  route("GET", "/networks/enhanced/:networkId/health", "readHealth", (account, { networkId }) =>
    service.readHealth(account, networkId),
  );
  route("GET", "/networks/enhanced/:networkId/regions", "listRegions", (account, { networkId }) =>
    service.listRegions(account, networkId),
  );
  route("GET", "/networks/enhanced/:networkId", "readNetwork", (account, { networkId }) =>
    service.readNetwork(account, networkId),
  );
  route("GET", "/networks/enhanced", "listNetworks", (account) => service.listNetworks(account));
  route("GET", "/networks/status/:statusId", "readStatus", (_account, { statusId }) => service.readStatus(statusId));

  server.post("/control/faults", async ({ body }) => faults.inject(body as Fault));
  server.delete("/control/faults", async () => faults.clear());
  server.post("/control/outcomes", async ({ body }) => faults.plan(body as Outcome));
  server.post("/control/edits", async ({ body }) => service.edit(body as Edit));
  server.get("/control/groups", async () => [...world.groups.values()]);
  server.get("/control/journal", async () => journal);
  server.delete("/control/journal", async () => {
    journal.length = 0;
  });

  // What the gateway of another region says to any call.
  server.setNotFoundHandler((request, reply) => {
    reply.code(404).type("text/plain").send(`Cannot ${request.method} ${request.url}`);
  });
  return server;
}

function answer(reply: FastifyReply, { status, body }: Reply): FastifyReply {
  return reply.code(status).send(body);
}

function render({ body, contentType }: Extract<FaultAction, { kind: "answer" }>): { text: string; type: string } {
  const isText = typeof body === "string";
  return {
    text: isText ? body : JSON.stringify(body ?? {}),
    type: contentType ?? (isText ? "text/html" : "application/json"),
  };
}
