import type { Access, Session } from "./access";
import type { Agenda } from "./agenda";
import type { Budget } from "./budget";
import type { Faults, OperationName } from "./faults";
import type { Tunnelling } from "./health/health";
import type { Chances } from "./ids";
import type { Journal } from "./journal";
import type { Distance } from "./latency";
import type { StoredNetwork } from "./model";
import type { Operations } from "./operations";
import type { Exchange, Settings } from "./options";
import { Refusal } from "./refusal";
import type { Store } from "./store";

/** The parts of one sandbox. */
export interface Service {
  readonly settings: Settings;
  readonly chances: Chances;
  readonly store: Store;
  readonly tunnelling: Tunnelling;
  readonly access: Access;
  readonly agenda: Agenda;
  readonly budget: Budget;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly journal: Journal;
  /** What was wrong with answers of the sandbox itself. */
  readonly breaches: string[];
  readonly distance: Distance;
  readonly now: () => number;
  /** Lets a request wait. */
  readonly sleep: (ms: number, exchange: Exchange) => Promise<void>;
}

/** A request, taken apart. */
export interface Call {
  readonly service: Service;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  /** Undefined only where no token is asked for. */
  readonly session: Session | undefined;
}

/** What the service answers. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON, unless there is a text. */
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True if it shows what somebody has set by hand, past the contract. */
  readonly isOutsideContract?: boolean;
  /** For the journal. */
  readonly appliedId?: string;
  readonly statusId?: string;
}

/** One call that the service understands. */
export interface Endpoint {
  readonly operation: OperationName;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly isOpen?: boolean;
  handle(call: Call): Answer;
}

/** What comes for an address that the service does not have: text, not JSON. */
export function unknownAddress(method: string, path: string): Answer {
  return { status: 404, text: `Cannot ${method} ${path}`, headers: { "content-type": "text/html; charset=utf-8" } };
}

/**
 * The network that the address names.
 * @throws Refusal 404 when it is not there, or another account's
 */
export function networkOf({ service, params, session }: Call): StoredNetwork {
  const network = service.store.networks.get(params.networkId ?? "");
  if (network === undefined || network.account !== session?.holder.account) {
    throw new Refusal(404, `Network with Id ${params.networkId} not found.`);
  }
  return network;
}
