import { z } from "zod";
import { isMap } from "./compare";
import { tunnelsWithDefaults } from "./defaults";
import { type Echo, echoOf, readEcho } from "./echo";
import type { Tunnel } from "./fields";
import type { TunnelHealth } from "./health";
import { type PendingWrite, readPending, withoutCredential } from "./pending";
import { type GroupInputs, groupInputs, type Origin } from "./schema";
import { asSecret } from "./secretMark";
import { isSecretAt, isSecretField } from "./secrets";
import { isUnknown } from "./unknowns";

/** What state holds of a group beside its inputs. A field that could not be proven is left out of its tunnel. */
export interface State {
  readonly inputs: Partial<Omit<GroupInputs, "tunnels">>;
  readonly tunnels: Readonly<Record<string, Partial<Tunnel>>>;
  readonly tunnelIds: Readonly<Record<string, string>>;
  readonly origin: Origin;
  /** Writes that were sent and are not proven yet, oldest first. */
  readonly pending: readonly PendingWrite[];
  /** Whether an update has found that the group is gone. */
  readonly isGone: boolean;
  /** What the service has made of values that it took. */
  readonly echo?: Echo | undefined;
}

/** State of a group of which nothing is known. */
export function blankState(origin: Origin): State {
  return { inputs: {}, tunnels: {}, tunnelIds: {}, origin, pending: [], isGone: false };
}

const record = z.record(z.string(), z.unknown()).catch({});
const outputs = z.looseObject({
  tunnels: record,
  tunnelIds: record,
  __origin: z.enum(["created", "adopted"]).optional().catch(undefined),
  __gone: z.literal(true).optional().catch(undefined),
  __pending: z.unknown().optional(),
  __echo: z.unknown().optional(),
  /** As version 0.1.0 kept an operation. */
  __operation: z
    .object({
      statusId: z.string().min(1),
      kind: z.enum(["create", "update", "delete"]),
      startedAtMs: z.number(),
    })
    .optional()
    .catch(undefined),
});

/** Reads outputs back, tolerantly: an older version may have written them, or a person edited them. */
export function readState(props: Readonly<Record<string, unknown>>): State {
  const { tunnels, tunnelIds, __origin, __operation, __pending, __gone, __echo, ...rest } = outputs.parse(props);
  const known = Object.entries(rest).filter(([name]) => Object.hasOwn(groupInputs.shape, name));
  const inputs = Object.fromEntries(known) as State["inputs"];
  const { dynamicTunnelId, ...others } = inputs;
  const origin = __origin ?? "adopted";
  const echo = readEcho(__echo);
  const state = {
    inputs: origin === "adopted" && dynamicTunnelId !== undefined ? inputs : others,
    tunnels: onlyThose(tunnels, isTunnel),
    tunnelIds: onlyThose(tunnelIds, isId),
    origin,
    isGone: __gone === true,
    ...(echo === undefined ? {} : { echo }),
  };
  return {
    ...state,
    tunnels: isPresumed(state) ? tunnelsWithDefaults(state.tunnels) : state.tunnels,
    pending: [...pendingOf(state, dynamicTunnelId, __operation), ...readPending(__pending)],
  };
}

/**
 * Whether the defaults of a group's tunnels are presumed: the earlier version that wrote the state left them out, and
 * left out what is secret too.
 */
export function isPresumed({ origin, inputs }: Pick<State, "origin" | "inputs">): boolean {
  return origin === "created" && inputs.networkId !== undefined && inputs.__secrets === undefined;
}

/** The operation as version 0.1.0 kept it: what it added are the tunnels without an id. */
function pendingOf(
  { inputs, tunnels, tunnelIds }: Omit<State, "pending">,
  groupId: string | undefined,
  operation: Pick<PendingWrite, "kind" | "startedAtMs" | "statusId"> | undefined,
): readonly PendingWrite[] {
  if (operation === undefined || inputs.networkId === undefined) return [];
  const added = Object.entries(tunnels).filter(([key]) => !Object.hasOwn(tunnelIds, key));
  return [
    {
      ...operation,
      networkId: inputs.networkId,
      ...(operation.kind === "create" ? { tunnelName: inputs.tunnelName } : { groupId }),
      before: Object.values(tunnelIds),
      added: added.map(([key, tunnel]) => [key, withoutCredential(tunnel)] as const),
      changed: {},
    },
  ];
}

function onlyThose<T>(
  source: Readonly<Record<string, unknown>>,
  isOne: (value: unknown) => value is T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(source).filter((entry): entry is [string, T] => isOne(entry[1])));
}

const isTunnel = (value: unknown): value is Partial<Tunnel> => isMap(value);
const isId = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What a group's outputs are made of. */
export interface Outcome {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly groupId: string;
  readonly tunnelIds: Readonly<Record<string, string>>;
  readonly origin: Origin;
  readonly pending?: readonly PendingWrite[];
  readonly isGone?: boolean;
  readonly echo?: Echo | undefined;
  /** By key, where the group asks for it. */
  readonly tunnelHealth?: Readonly<Record<string, TunnelHealth>> | undefined;
}

/** The engine reads properties of a failed step from a header: beyond this size it would wait for ever. */
const MOST_BYTES_OF_A_FAILURE = 40_000;

/** Outputs as they go to the engine: JSON only, passphrases marked secret. */
export function outputsOf({
  inputs,
  groupId,
  tunnelIds,
  origin,
  pending = [],
  isGone,
  echo,
  tunnelHealth,
}: Outcome): Record<string, unknown> {
  const left = echoOf(echo, tunnelIds);
  return engineValue({
    ...inputs,
    dynamicTunnelId: groupId,
    tunnelIds,
    ...(tunnelHealth === undefined ? {} : { tunnelHealth }),
    __origin: origin,
    ...(pending.length > 0 ? { __pending: pending } : {}),
    ...(isGone ? { __gone: true } : {}),
    ...(left === undefined ? {} : { __echo: left }),
  });
}

/** Outputs of a failed step: as {@link outputsOf}, with certificates left out, the largest first, while they are too large. */
export function failureOutputsOf(outcome: Outcome): Record<string, unknown> {
  const whole = outputsOf(outcome);
  if (Buffer.byteLength(JSON.stringify(whole)) <= MOST_BYTES_OF_A_FAILURE) return whole;
  const tunnels = Object.entries((outcome.inputs.tunnels ?? {}) as Record<string, Partial<Tunnel>>);
  const size = (tunnel: Partial<Tunnel>) => tunnel.customerRootCA?.length ?? 0;
  const [largest] = tunnels.toSorted(([, a], [, b]) => size(b) - size(a));
  if (largest === undefined || size(largest[1]) === 0) return whole;
  const { customerRootCA: _, ...rest } = largest[1];
  const smaller = { ...Object.fromEntries(tunnels), [largest[0]]: rest };
  return failureOutputsOf({ ...outcome, inputs: { ...outcome.inputs, tunnels: smaller } });
}

/**
 * Inputs or outputs as the engine takes them: no `undefined`, nothing but JSON, every passphrase marked secret whatever its
 * type, and what the program gave as a secret of a tunnel, though the program may have the tunnel no more: with a secret
 * address the identifier that may be the same, and the writes that name it.
 */
export function engineValue(value: object): Record<string, unknown> {
  const json = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  const secrets = Array.isArray(json.__secrets) ? json.__secrets.map(String) : [];
  const isSecret = (path: readonly string[]) =>
    isSecretField(path) || (path.length === 3 && path[0] === "tunnels" && isSecretAt(secrets, path));
  const result = withMarks(json, [], isSecret) as Record<string, unknown>;
  const isOf: Readonly<Record<string, (path: string) => boolean>> = { __pending: mayBePending, __echo: mayBeEchoed };
  const mayHoldSecret = Object.keys(isOf).filter(
    (name) => json[name] !== undefined && secrets.some((path) => isOf[name]?.(path)),
  );
  return { ...result, ...Object.fromEntries(mayHoldSecret.map((name) => [name, asSecret(json[name])])) };
}

function withMarks(value: unknown, path: readonly string[], isSecret: (path: readonly string[]) => boolean): unknown {
  const isTunnelOfAnyKey = path.length === 2 && path[0] === "tunnels" && isMap(value);
  if (isSecret(path) && !isTunnelOfAnyKey) return marked(value);
  if (Array.isArray(value)) return value.map((entry) => withMarks(entry, path, isSecret));
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withMarks(member, [...path, name], isSecret)]);
  return Object.fromEntries(members);
}

/** Writes are kept without credentials. */
function mayBePending(path: string): boolean {
  return /^(networkId|tunnelName)$|^tunnels\b(?!.*\.(passphrase|customerRootCA)$)/.test(path);
}

/** Echoes are kept of all but passphrases. */
function mayBeEchoed(path: string): boolean {
  return /^(tunnels|sharedSettings|advancedSettings|description)\b(?!.*\.passphrase$)/.test(path);
}

function marked(value: unknown): unknown {
  return value === null || isUnknown(value) ? value : asSecret(value);
}
