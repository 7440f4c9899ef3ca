import { type Accepted, decodeStatus, type OperationStatus } from "./answers";
import type { Clock } from "./clock";
import { RefusedError } from "./errors";
import type { Call } from "./failures";
import { decodeHealth, type ProbedTunnel } from "./health";
import type { Limits } from "./pace/limits";
import { decodePage, type Pass, type Reading, readList, sizedPages } from "./pages";
import type { Redactor } from "./redact";
import { createRequests, type RequestOptions } from "./requests";
import { createTransport, type Transport } from "./transport";
import {
  decodeGroup,
  decodeNetworks,
  decodeRegions,
  type FoundNetwork,
  type FoundRegion,
  type ShownGroup,
} from "./wire";

export type { Accepted, OperationStatus } from "./answers";
export type { Pass, Reading } from "./pages";
export type { RequestOptions } from "./requests";

/** The calls of the service that this package makes. Every error is one of `errors.ts`, or the reason of an abort. */
export interface Client {
  /** Opens a connection for a write that is soon to be made, and fetches the token, so that the write waits for neither. */
  openAhead(): void;
  createGroup(networkId: string, body: object, options: RequestOptions): Promise<Accepted>;
  updateGroup(networkId: string, groupId: string, body: object, options: RequestOptions): Promise<Accepted>;
  deleteGroup(networkId: string, groupId: string, options: RequestOptions): Promise<Accepted>;
  readGroup(networkId: string, groupId: string, options: RequestOptions): Promise<ShownGroup>;
  /** The answer as it is; `wire.ts` reads it. */
  readNetwork(networkId: string, options: RequestOptions): Promise<unknown>;
  /** The networks of the account. */
  listNetworks(options: RequestOptions): Promise<readonly FoundNetwork[]>;
  /** The regions of a network, with the public addresses of their gateways. */
  listRegions(networkId: string, options: RequestOptions): Promise<readonly FoundRegion[]>;
  /** The tunnels of a network, all pages of them; undefined where that is not worth it. */
  listTunnels(networkId: string, options: RequestOptions, reading?: Reading): Promise<Pass | undefined>;
  readStatus(statusId: string, options: RequestOptions): Promise<OperationStatus>;
  /** The health of all tunnels of a network. */
  readHealth(networkId: string, options: RequestOptions): Promise<readonly ProbedTunnel[]>;
}

/** What a client is made of. */
export interface ClientSettings {
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly redactor: Redactor;
  /** @default one of its own, over HTTP */
  readonly transport?: Transport;
  /** For one exchange, in milliseconds. @default 60000 */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 60_000;

/** Creates the client of one account at one address. */
export function createClient(settings: ClientSettings): Client {
  const {
    transport = createTransport(() => settings.clock.elapsed()),
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    redactor,
  } = settings;
  redactor.addSecret(settings.apiKey);
  const { read, write, openAhead } = createRequests({ ...settings, transport, requestTimeoutMs });

  const readPage = sizedPages<{ readonly networkId: string; readonly options: RequestOptions }>(
    (number, size, { networkId, options }) => {
      const call = callOf("GET", `list the tunnels of network ${networkId}`, [...network(networkId), "tunnels"]);
      return read({ ...call, path: `${call.path}?page=${number}&limit=${size}` }, options, decodePage);
    },
    (error) => error instanceof RefusedError && error.status === 400,
  );

  return {
    openAhead,
    createGroup: async (networkId, body, options) => {
      const operation = `create a tunnel group in network ${networkId}`;
      return write({ ...callOf("POST", operation, groups(networkId), body), networkId }, options);
    },
    updateGroup: async (networkId, groupId, body, options) =>
      write(
        { ...callOf("PUT", `update tunnel group ${groupId}`, group(networkId, groupId), body), networkId },
        options,
      ),
    deleteGroup: async (networkId, groupId, options) =>
      write({ ...callOf("DELETE", `delete tunnel group ${groupId}`, group(networkId, groupId)), networkId }, options),
    readGroup: async (networkId, groupId, options) =>
      read(callOf("GET", `read tunnel group ${groupId}`, group(networkId, groupId)), options, decodeGroup),
    readNetwork: async (networkId, options) =>
      read(callOf("GET", `read network ${networkId}`, network(networkId)), options, anything),
    listNetworks: async (options) => read(callOf("GET", "list the networks", NETWORKS), options, decodeNetworks),
    listRegions: async (networkId, options) => {
      const call = callOf("GET", `list the regions of network ${networkId}`, [...network(networkId), "regions"]);
      return read(call, options, decodeRegions);
    },
    listTunnels: async (networkId, options, reading = { isSure: true }) =>
      readList((number) => readPage(number, { networkId, options }), reading),
    readStatus: async (statusId, options) =>
      read(callOf("GET", `ask for operation ${statusId}`, ["networks", "status", statusId]), options, (json) =>
        decodeStatus(json, redactor),
      ),
    readHealth: async (networkId, options) => {
      const call = callOf("GET", `read the health of network ${networkId}`, [...network(networkId), "health"]);
      return read(call, options, decodeHealth);
    },
  };
}

const NETWORKS = ["networks", "enhanced"];
const network = (networkId: string) => [...NETWORKS, networkId];
const groups = (networkId: string) => [...network(networkId), "tunnels", "ipsec", "dynamic"];
const group = (networkId: string, groupId: string) => [...groups(networkId), groupId];

function anything(json: unknown): unknown {
  return json ?? undefined;
}

function callOf(method: Call["method"], operation: string, segments: readonly string[], body?: object): Call {
  // An empty or dotted segment would name another object of the API than the one that is meant.
  const odd = segments.find((segment) => /^\.{0,2}$/.test(segment));
  if (odd !== undefined) throw new RefusedError(`Cannot ${operation}: "${odd}" is not an id.`, { operation, method });
  const path = `/v2.3/${segments.map((segment) => encoded(segment)).join("/")}`;
  return { method, operation, path, ...(body ? { body } : {}) };
}

/** Half a surrogate pair, which cannot be encoded, becomes a replacement character. */
function encoded(segment: string): string {
  return encodeURIComponent(Buffer.from(segment).toString());
}
