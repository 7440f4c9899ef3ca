import type { AddressInfo, Socket } from "node:net";
import { setTimeout as realSleep } from "node:timers/promises";
import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { createAccess } from "./access";
import { createAgenda } from "./agenda";
import { createBudget } from "./budget";
import { createControl } from "./control";
import type { Endpoint, Service } from "./endpoint";
import { createFaults } from "./faults";
import { refuse, serve } from "./gateway";
import { createTunnelling } from "./health/health";
import { createChances } from "./ids";
import { createJournal } from "./journal";
import { createDistance } from "./latency";
import { operationLine, requestLine } from "./log";
import { createOperations } from "./operations";
import { type SandboxOptions, type Settings, settingsOf } from "./options";
import { Refusal } from "./refusal";
import { authorize } from "./routes/authorize";
import { registerControl } from "./routes/control";
import { createGroup, deleteGroup, readGroup, updateGroup } from "./routes/groups";
import { listNetworks, readNetwork } from "./routes/networks";
import { listRegions, readRegion } from "./routes/regions";
import { readStandardStatus, readStatus } from "./routes/status";
import { listRegionTunnels, listTunnels, readHealth, readStaticTunnel } from "./routes/tunnels";
import { listCertificates, listServiceRegions, readService } from "./routes/words";
import { offerOf, type Sandbox } from "./sandbox";
import { type Start, seedStore } from "./seed";
import { createStore } from "./store";

const ENDPOINTS: readonly Endpoint[] = [
  authorize,
  createGroup,
  readGroup,
  updateGroup,
  deleteGroup,
  listNetworks,
  readNetwork,
  listRegions,
  readRegion,
  listTunnels,
  listRegionTunnels,
  readStaticTunnel,
  readHealth,
  listServiceRegions,
  listCertificates,
  readService,
  readStatus,
  readStandardStatus,
];

/** Starts a simulated Harmony SASE on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options);
  let skippedMs = 0;
  const { service, start } = createService(settings, () => settings.clock.now() + skippedMs);
  const control = createControl(service, (ms) => {
    skippedMs += ms;
  });
  const app = createApp(service);
  const offer = () => offerOf(start, `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  registerControl(app, control, offer);
  await app.listen({ port: settings.port, host: "127.0.0.1" });
  return {
    ...offer(),
    ...control,
    close: async () => {
      await app.close();
      const breaches = service.breaches.splice(0);
      if (breaches.length > 0) throw new Error(`The sandbox broke its contract: ${breaches.join("\n")}`);
    },
  };
}

function createService(settings: Settings, now: () => number): { service: Service; start: Start } {
  const chances = createChances(settings.seed);
  const asnOf = (networkId: string) => store.networks.get(networkId)?.asn;
  const tunnelling = createTunnelling({ ...settings, now, asnOf });
  const store = createStore(now, tunnelling.follow);
  const start = seedStore({ store, tunnelling }, chances, now(), settings);
  const agenda = createAgenda(now);
  const { tokenLifetimeMs, apiKeys, requestBudget, log, latency, clock } = settings;
  const service: Service = {
    settings,
    chances,
    store,
    tunnelling,
    agenda,
    now,
    access: createAccess(start.accounts, chances.token, { now, tokenLifetimeMs }),
    budget: createBudget(requestBudget, now),
    operations: createOperations({
      ...settings,
      agenda,
      chance: chances.operation,
      now,
      onEnd: (operation) => log?.(operationLine(operation, now())),
    }),
    faults: createFaults(now),
    journal: createJournal(now, (entry) => log?.(requestLine(entry))),
    breaches: [],
    distance: createDistance(latency, chances.latency, now),
    sleep: (ms, exchange) => clock.sleep?.(ms, exchange) ?? realSleep(ms),
  };
  for (const key of apiKeys) service.access.addKey(key);
  return { service, start };
}

function createApp(service: Service): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, request, reply) => void refuse(service, refusalOf(service, error), request, reply),
    clientErrorHandler: (_error, socket) => answerUnreadable(service, socket),
  });
  app.server.on("connection", service.distance.connected);
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    refuse(service, refusalOf(service, error), request, reply),
  );
  app.removeAllContentTypeParsers();
  // The service ignores a body that it can't read, and then misses the members that it demands.
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => done(null, parsedJson(String(text))));
  for (const endpoint of ENDPOINTS) {
    const { method, url } = endpoint;
    app.route({ method, url, handler: (request, reply) => serve(service, endpoint, request, reply) });
  }
  app.setNotFoundHandler((request, reply) => serve(service, undefined, request, reply));
  return app;
}

/** What the library in between objects to, in the service's form. */
function refusalOf({ breaches }: Service, { statusCode = 500, message }: FastifyError): Refusal {
  if (statusCode === 413) return new Refusal(413, "request entity too large");
  if (statusCode < 500) return new Refusal(statusCode, "Bad Request");
  breaches.push(message);
  return new Refusal(500, `Internal server error: ${message}`);
}

/** Answers what is no request at all. */
function answerUnreadable({ chances }: Service, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(new Refusal(400, "Bad Request").body(chances.refusal.id()));
  const head = ["HTTP/1.1 400 Bad Request", "content-type: application/json", `content-length: ${body.length}`];
  socket.end(`${[...head, "connection: close"].join("\r\n")}\r\n\r\n${body}`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
