import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { applyLateEdit } from "./edits";
import { type Answer, type Call, type Endpoint, type Service, unknownAddress } from "./endpoint";
import { endsRequest, type FaultAction } from "./faults";
import type { JournalEnd } from "./journal";
import { Refusal } from "./refusal";

type Ending = Extract<FaultAction, { kind: "answer" | "reset" | "hang" }>;
type End = (end: JournalEnd) => void;

/** Takes a request through journal, budget, faults and its endpoint. Without one its address is unknown. */
export async function serve(
  service: Service,
  endpoint: Endpoint | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { method, url: path, headers, body } = request;
  const matchable = { method, path, operation: endpoint?.operation };
  const end = service.journal.begin({ ...matchable, headers, body });
  if (!service.budget.take(request.ip)) {
    const refusal = new Refusal(429, "Too many requests: the limit is per address and 5 minutes");
    answerWith(reply, refused(service, refusal), end);
    return;
  }
  const actions = service.faults.strike(matchable);
  for (const action of actions) if (action.kind === "delay") await sleep(action.ms);
  makeEdits(service, actions, false);
  const ending = actions.find(endsRequest);
  const answer = ending !== undefined && !ending.after ? undefined : answerOf(service, endpoint, request);
  makeEdits(service, actions, true);
  if (ending !== undefined) endWith(ending, reply, end, answer);
  else if (answer !== undefined) answerWith(reply, answer, end);
}

function answerOf(service: Service, endpoint: Endpoint | undefined, request: FastifyRequest): Answer {
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

function endWith(ending: Ending, reply: FastifyReply, end: End, answer: Answer | undefined): void {
  const { appliedId, statusId } = answer ?? {};
  const acted = { ...(appliedId ? { appliedId } : {}), ...(statusId ? { statusId } : {}) };
  if (ending.kind === "answer") {
    const { status, body = {}, contentType, headers = {} } = ending;
    const content = typeof body === "string" ? { text: body } : { body };
    const type = contentType === undefined ? {} : { "content-type": contentType };
    answerWith(reply, { status, ...content, headers: { ...headers, ...type }, ...acted }, end);
    return;
  }
  end({ status: 0, ...acted });
  reply.hijack();
  if (ending.kind === "reset") reply.raw.socket?.resetAndDestroy();
}

function answerWith(reply: FastifyReply, { status, body, text, headers = {}, ...acted }: Answer, end: End): void {
  const type = text === undefined ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
  end({ status, ...acted });
  reply.code(status).headers({ "content-type": type, ...headers });
  reply.send(text ?? JSON.stringify(body));
}
