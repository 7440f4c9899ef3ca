import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { accessKind } from "../access";
import { peer } from "../contract/requests";
import type { Control } from "../control";
import { edit } from "../edits";
import { fault, outcome } from "../faults";
import { Refusal } from "../refusal";

const scheduled = z.object({ afterMs: z.coerce.number().min(0).default(0) });
const time = z.strictObject({ ms: z.number().min(0) });
const newKey = z.strictObject({ key: z.string(), account: z.string(), access: accessKind.default("full") });

const named = z.object({ name: z.string() });
const measured = z.object({ groupId: z.string(), sinceMs: z.coerce.number().min(0).default(0) });

type Handler = (body: unknown, query: unknown, params: unknown) => unknown;

/** The control interface over HTTP: `METHOD path` to what it does. */
function handlers(control: Control, describe: () => object): Readonly<Record<string, Handler>> {
  return {
    "GET /control": describe,
    "POST /control/faults": (body) => control.inject(fault.parse(body)),
    "GET /control/faults": () => ({ pending: control.pendingFaults() }),
    "DELETE /control/faults": control.clearFaults,
    "POST /control/outcomes": (body) => control.plan(outcome.parse(body)),
    "POST /control/edits": (body, query) => control.edit(edit.parse(body), scheduled.parse(query)),
    "GET /control/groups": control.groups,
    "GET /control/operations": control.operations,
    "DELETE /control/operations": control.abandonOperations,
    "POST /control/pause": control.pause,
    "POST /control/resume": control.resume,
    "POST /control/advance": (body) => control.advance(time.parse(body).ms),
    "POST /control/keys": (body) => control.addApiKey(newKey.parse(body)),
    "GET /control/peers": control.peers,
    "PUT /control/peers/:name": (body, _, params) => control.setPeer(named.parse(params).name, peer.parse(body)),
    "POST /control/peers/:name/restart": (_, __, params) => control.restartPeer(named.parse(params).name),
    "DELETE /control/peers/:name": (_, __, params) => control.forgetPeer(named.parse(params).name),
    "GET /control/downtime": (_, query) => {
      const { groupId, sinceMs } = measured.parse(query);
      return control.downtime(groupId, sinceMs);
    },
    "GET /control/journal": control.journal,
    "DELETE /control/journal": control.clearJournal,
  };
}

/** Adds the control interface. */
export function registerControl(app: FastifyInstance, control: Control, describe: () => object): void {
  for (const [route, handle] of Object.entries(handlers(control, describe))) {
    const [method = "", url = ""] = route.split(" ");
    app.route({
      method,
      url,
      handler: async ({ body, query, params }, reply) => {
        try {
          return reply.send(handle(body, query, params) ?? {});
        } catch (error) {
          if (error instanceof z.ZodError) return reply.code(400).send({ message: z.prettifyError(error) });
          if (error instanceof Refusal) return reply.code(error.status).send({ message: error.message });
          throw error;
        }
      },
    });
  }
}
