import type { Edit, FaultAction, OperationName, Outcome, Sandbox } from "../../sandbox";

/** Whose group and tunnel somebody else meddles with: by name or id, and by id or address. */
export interface Victim {
  readonly groupId: string;
  readonly tunnelId: string;
}

interface Stage {
  readonly sandbox: Sandbox;
}

const BRANCH: Victim = { groupId: "branch", tunnelId: "203.0.113.10" };

/** Something that goes wrong with a request, or with the operation that it starts. */
export interface Trouble {
  readonly name: string;
  /** Somebody else changes a group. */
  readonly isDrift?: boolean;
  /** Which requests it can befall. @default any */
  readonly befalls?: (operation: OperationName) => boolean;
  /** @param victim whom it befalls where it is about one group; the rig's unless said otherwise */
  strike(stage: Stage, operation: OperationName, victim?: Victim): void;
}

const WRITES: readonly OperationName[] = ["createGroup", "updateGroup", "deleteGroup"];
const isWrite = (operation: OperationName) => WRITES.includes(operation);
const isStatus = (operation: OperationName) => operation === "readStatus";

const json = (status: number, message = "trouble"): FaultAction => ({ kind: "answer", status, body: { message } });

function answering(name: string, action: FaultAction, times = 1, befalls?: Trouble["befalls"]): Trouble {
  return {
    name,
    ...(befalls ? { befalls } : {}),
    strike: ({ sandbox }, operation) => sandbox.inject({ operation, times, action }),
  };
}

function ending(name: string, outcome: Omit<Outcome, "operation">): Trouble {
  return {
    name,
    befalls: isWrite,
    strike: ({ sandbox }, operation) => sandbox.plan({ ...outcome, operation: operation as Outcome["operation"] }),
  };
}

function meddling(
  name: string,
  edit: (victim: Victim) => Edit,
  befalls: Trouble["befalls"] = (operation) => operation !== "authorize",
): Trouble {
  return {
    name,
    isDrift: name.startsWith("somebody"),
    befalls,
    strike: ({ sandbox }, operation, victim = BRANCH) =>
      sandbox.inject({ operation, action: { kind: "edit", edit: edit(victim) } }),
  };
}

/** All that can go wrong, one at a time. */
export const TROUBLES: readonly Trouble[] = [
  answering("reset before acting", { kind: "reset" }),
  answering("reset after acting", { kind: "reset", after: true }),
  answering("502 before acting", json(502)),
  answering("502 after acting", { ...json(502), after: true } as FaultAction),
  answering("503 three times", json(503), 3),
  answering("429 twice", json(429), 2),
  answering("401 once", json(401)),
  answering("403", json(403)),
  answering("409 once", json(409), 1, isWrite),
  answering("400", json(400), 1, isWrite),
  answering("404 in JSON", json(404), 1, isStatus),
  answering("404 in text", { kind: "answer", status: 404, body: "Cannot GET", contentType: "text/plain" }),
  answering("HTML", { kind: "answer", status: 200, body: "<html></html>" }),
  answering("HTML after acting", { kind: "answer", status: 200, body: "<html></html>", after: true }, 1, isWrite),
  answering("half a JSON", { kind: "answer", status: 200, body: '{"data":', contentType: "application/json" }),
  answering("another JSON", { kind: "answer", status: 200, body: [[], null, 7] }),
  answering("a redirect", { kind: "answer", status: 302, headers: { location: "https://elsewhere.invalid/" } }),
  ending("fails, nothing applied", { statusCode: 422, reasons: ["refused"] }),
  ending("fails, partly applied", { statusCode: 500, reasons: ["broke"], applied: 1 }),
  ending("fails, though all applied", { statusCode: 500, reasons: ["broke"], applied: true }),
  ending("ends without a code, applied", { statusCode: null, applied: true }),
  ending("ends without a code, not applied", { statusCode: null, applied: false }),
  ending("succeeds, not applied", { statusCode: 200, applied: false }),
  ending("names its object early", { resource: "early" }),
  ending("never names its object", { resource: "never" }),
  ending("fails and names its object", { statusCode: 500, applied: false, resource: "end" }),
  ending("outlasts the step", { durationMs: 40 * 60_000 }),
  ending("never says that it is completed", { isNeverCompleted: true }),
  meddling("all tokens expire", () => ({ kind: "expireTokens" })),
  meddling("somebody changes a declared tunnel", (victim) => ({
    kind: "changeTunnel",
    ...victim,
    changes: { remoteID: "somebody" },
  })),
  meddling("somebody removes a declared tunnel", (victim) => ({
    kind: "removeTunnel",
    ...victim,
  })),
];
