import type { FastifyReply, FastifyRequest } from "fastify";
import { breachOf } from "./contract/answers";
import { applyLateEdit } from "./edits";
import { type Answer, type Call, type Endpoint, type Service, unknownAddress } from "./endpoint";
import { endsRequest, type FaultAction } from "./faults";
import type { JournalEnd } from "./journal";
import type { Trip } from "./latency";
import { type Normalisation, normalised } from "./normalise";
import { Refusal } from "./refusal";

type Ending = Extract<FaultAction, { kind: "answer" | "reset" | "hang" }>;

/** A request on its way to an answer. */
interface Exchange {
  readonly service: Service;
  readonly endpoint: Endpoint | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly trip: Trip;
  readonly end: (end: JournalEnd) => void;
}

/** Takes a request through journal, budget, faults and its endpoint. Without one its address is unknown. */
export async function serve(
  service: Service,
  endpoint: Endpoint | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { method, url: path } = request;
  const matchable = { method, path, operation: endpoint?.operation };
  const exchange = await arrived(service, endpoint, request, reply);
  if (!service.budget.take(request.ip)) {
    await answerOwn(exchange, refused(service, overBudget(service)));
    return;
  }
  const actions = service.faults.strike(matchable);
  for (const action of actions) if (action.kind === "delay") await service.sleep(action.ms, reply.raw);
  makeEdits(service, actions, false);
  const ending = actions.find(endsRequest);
  const answer = ending !== undefined && !ending.after ? undefined : answerOf(exchange);
  makeEdits(service, actions, true);
  if (ending !== undefined) await endWith(ending, exchange, answer);
  else if (answer !== undefined) await answerOwn(exchange, answer);
}

/** Refuses a request that does not even reach an endpoint. */
export async function refuse(
  service: Service,
  refusal: Refusal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerOwn(await arrived(service, undefined, request, reply), refused(service, refusal));
}

/** Lets a request arrive; the journal has it from then on. */
async function arrived(
  service: Service,
  endpoint: Endpoint | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Exchange> {
  const { method, url: path, headers, body } = request;
  const trip = service.distance.tripOn(request.raw.socket);
  if (trip.thereMs > 0) await service.sleep(trip.thereMs, reply.raw);
  const end = service.journal.begin({ method, path, operation: endpoint?.operation, headers, body });
  return { service, endpoint, request, reply, trip, end };
}

/** Lets what comes of a request arrive at its client. */
async function returned({ service, reply, trip: { backMs } }: Exchange): Promise<void> {
  if (backMs > 0) await service.sleep(backMs, reply.raw);
}

function overBudget({ settings: { requestBudget } }: Service): Refusal {
  return new Refusal(429, `Too many requests: the limit is ${requestBudget} per address and 5 minutes`);
}

function answerOf({ service, endpoint, request }: Exchange): Answer {
  service.agenda.settle();
  if (endpoint === undefined) return unknownAddress(request.method, request.url);
  try {
    const session = endpoint.isOpen ? undefined : service.access.sessionOf(request.headers.authorization);
    if (session?.holder.access === "read" && request.method !== "GET") throw new Refusal(403, "Forbidden resource");
    const params = request.params as Call["params"];
    return endpoint.handle({ service, params, query: request.query, body: request.body, session });
  } catch (error) {
    if (error instanceof Refusal) return refused(service, error);
    throw error;
  }
}

function refused({ chances }: Service, refusal: Refusal): Answer {
  return { status: refusal.status, body: refusal.body(chances.refusal.id()) };
}

function makeEdits(service: Service, actions: readonly FaultAction[], isAfter: boolean): void {
  for (const action of actions) {
    if (action.kind !== "edit" || (action.after ?? false) !== isAfter) continue;
    service.agenda.settle();
    applyLateEdit(service, action.edit);
  }
}

async function endWith(ending: Ending, exchange: Exchange, answer: Answer | undefined): Promise<void> {
  const { appliedId, statusId } = answer ?? {};
  const acted = { ...(appliedId ? { appliedId } : {}), ...(statusId ? { statusId } : {}) };
  if (ending.kind === "answer") {
    const { status, body = {}, contentType, headers = {} } = ending;
    const content = typeof body === "string" ? { text: body } : { body };
    const type = contentType === undefined ? {} : { "content-type": contentType };
    await answerWith(exchange, { status, ...content, headers: { ...headers, ...type }, ...acted });
    return;
  }
  const { reply, end } = exchange;
  await returned(exchange);
  end({ status: 0, ...acted });
  reply.hijack();
  if (ending.kind === "reset") reply.raw.socket?.resetAndDestroy();
}

/** Sends what the service itself answers, which has to keep to its contract; what a fault answers does not. */
async function answerOwn(exchange: Exchange, answer: Answer): Promise<void> {
  const { service, endpoint } = exchange;
  const { isContractChecked, nullEntries, normalise } = service.settings;
  const isChecked = isContractChecked && !answer.isOutsideContract;
  const breach = isChecked ? breachOf(endpoint?.operation, answer) : undefined;
  if (breach === undefined) {
    await answerWith(exchange, withNulls(withNormalised(answer, normalise), nullEntries));
    return;
  }
  service.breaches.push(breach);
  await answerWith(exchange, refused(service, new Refusal(500, `The sandbox broke its contract: ${breach}`)));
}

/** An answer whose tunnels are shown as a service does that makes something of values. */
function withNormalised(answer: Answer, kinds: readonly Normalisation[]): Answer {
  const change = (entry: unknown) => (isTunnel(entry) ? normalised(entry, kinds) : entry);
  if (kinds.length === 0) return answer;
  if (Array.isArray(answer.body)) return { ...answer, body: answer.body.map(change) };
  const { data } = (answer.body ?? {}) as { readonly data?: unknown };
  return Array.isArray(data) ? { ...answer, body: { ...(answer.body as object), data: data.map(change) } } : answer;
}

function isTunnel(entry: unknown): entry is object {
  return typeof entry === "object" && entry !== null && "haTunnelID" in entry;
}

/** An answer whose list holds entries that are null, among the others. */
function withNulls(answer: Answer, count: number): Answer {
  const nulls = Array.from({ length: count }, () => null);
  if (Array.isArray(answer.body)) return { ...answer, body: [...nulls, ...answer.body] };
  const { data } = (answer.body ?? {}) as { readonly data?: unknown };
  return Array.isArray(data) ? { ...answer, body: { ...(answer.body as object), data: [...nulls, ...data] } } : answer;
}

async function answerWith(exchange: Exchange, answer: Answer): Promise<void> {
  const { status, body, text, headers = {}, isOutsideContract: _, ...acted } = answer;
  const { reply, end } = exchange;
  await returned(exchange);
  const type = text === undefined ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
  end({ status, ...acted });
  reply.code(status).headers({ "content-type": type, ...headers });
  reply.send(text ?? JSON.stringify(body));
}
