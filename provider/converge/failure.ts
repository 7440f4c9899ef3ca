import { ownValue, valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { pickedShown, type WithForeign } from "../model/foreign";
import type { PresentGroup } from "../model/present";
import { type Desired, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { failureOutputsOf, type Outcome, type State } from "../model/state";
import { presentIn } from "../plan/changes";

/** The service was changed, or may have been, and the step failed: what is known of the outcome must reach the state. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  /**
   * @param id the resource's id
   * @param properties outputs as they are to be kept in state
   * @param reasons what the user is told; the engine shows nothing else
   * @param cause the error that it came from, one of this package's own
   */
  constructor(
    readonly id: string,
    readonly properties: Readonly<Record<string, unknown>>,
    readonly reasons: readonly string[],
    cause: unknown,
  ) {
    super(reasons.join(" "), { cause });
  }
}

/** The failure of a step that brings to state what is known. */
export function failedStep(error: unknown, outcome: Outcome): PartialFailure {
  return new PartialFailure(outcome.groupId, failureOutputsOf(outcome), [messageOf(error)], error);
}

/** What is known of a group when a step ends before it is provably as declared. */
export interface Known {
  readonly declared: Desired;
  readonly state: State;
  /** The group as it is; absent where it could not be read. */
  readonly present: PresentGroup | undefined;
  /** The tunnels that the declared ones are, by key. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * The inputs as far as they are proven: of each tunnel and setting what reading showed, else what was known before. A
 * field that was sent and cannot be proven is left out, so that the next plan sends it again; a tunnel that was to be
 * removed and is still there stays known.
 */
export function standingOf({ declared, state, present, ids }: Known): Pick<Outcome, "inputs" | "tunnelIds"> {
  const there = present ?? presentIn(state);
  const byId = new Map(there.tunnels.map((tunnel) => [tunnel.id, tunnel]));
  const keys = new Map<string, string>();
  for (const [key, id] of [
    ...Object.entries({ ...ids, ...declaredIds(state, declared) }),
    ...Object.entries(state.tunnelIds),
  ]) {
    if (byId.has(id) && !keys.has(id) && ![...keys.values()].includes(key)) keys.set(id, key);
  }
  const tunnels = [...keys].map(([id, key]) => [key, ownFields(key, byId.get(id) ?? {}, declared, state)] as const);
  return {
    inputs: {
      ...declared,
      description: undefined,
      sharedSettings: undefined,
      advancedSettings: undefined,
      ...pickedShown(SETTING_FIELDS, there, ({ path }) => valueAt(declared, path) !== undefined),
      tunnelName: nameIn(there, declared, state),
      ...(declared.__secrets ? { __secrets: secretsOf(declared, state) } : {}),
      tunnels: Object.fromEntries(tunnels),
    },
    tunnelIds: Object.fromEntries([...keys].map(([id, key]) => [key, id])),
  };
}

/** Of an existing group the name that the program gives it, once it has that: until then the next plan gives it again. */
function nameIn({ tunnelName }: PresentGroup, declared: Desired, { origin, inputs }: State): string | undefined {
  if (origin === "created") return tunnelName ?? declared.tunnelName;
  return tunnelName === declared.tunnelName ? tunnelName : inputs.tunnelName;
}

/** What is kept of a tunnel that is declared no more stays as secret as it was; where state does not say, all of it. */
function secretsOf({ __secrets = [], tunnels }: Desired, state: State): readonly string[] {
  const undeclared = Object.keys(state.tunnels).filter((key) => !Object.hasOwn(tunnels, key));
  const before = state.inputs.__secrets ?? undeclared.map((key) => `tunnels.${key}`);
  return [...new Set([...__secrets, ...before])];
}

function declaredIds({ tunnelIds }: State, { tunnels }: Desired): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tunnelIds).filter(([key]) => Object.hasOwn(tunnels, key)));
}

/** What is declared of a tunnel, or was as long as it was declared. */
function ownFields(
  key: string,
  there: Partial<Tunnel> & WithForeign,
  declared: Desired,
  state: State,
): Partial<Tunnel> {
  const own = ownValue(declared.tunnels, key) ?? ownValue(state.tunnels, key);
  return pickedShown(TUNNEL_FIELDS, there, ({ path }) => valueAt(own, path) !== undefined);
}

/** What any error has to say. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error, or one that it came from, is of a class. */
export function isFrom(error: unknown, kind: new (...args: never[]) => Error): boolean {
  return error instanceof kind || (error instanceof Error && error.cause !== undefined && isFrom(error.cause, kind));
}
