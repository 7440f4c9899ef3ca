import { isDeepStrictEqual as isEqual } from "node:util";
import { differences, type Field, ownValue, valueAt } from "../model/compare";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";

/** Members that send nothing, and that read and delete find in outputs alone: how a note names each, and its default. */
const KEPT_IN_OUTPUTS = [
  ["__urn", "the resource's name in state", undefined],
  ["__timeouts", "customTimeouts", undefined],
  ["unmanagedTunnels", "unmanagedTunnels", "keep"],
  ["forceDestroy", "forceDestroy", false],
  ["health", "health", undefined],
  ["rollout", "rollout", undefined],
] as const;

/** The words by which a note names other keys of the same tunnels. */
export const NEW_KEYS = "the keys of tunnels";

/**
 * The parts in which inputs, all of them known, differ from what outputs hold, as a note names them.
 * @param state under the keys of the program
 */
export function restatedParts(state: State, declared: GroupInputs): readonly string[] {
  const { inputs, tunnels } = state;
  const keys = Object.keys({ ...tunnels, ...declared.tunnels });
  const isIn = (record: object) => (key: string) => Object.hasOwn(record, key);
  const isShared = (key: string) => isIn(tunnels)(key) && isIn(declared.tunnels)(key);
  const paths = [
    ...keys
      .filter(isShared)
      .flatMap((key) =>
        differingPaths(TUNNEL_FIELDS, ownValue(tunnels, key), ownValue(declared.tunnels, key), ["tunnels", key]),
      ),
    ...differingPaths(SETTING_FIELDS, inputs, declared),
    ...(inputs.tunnelName === declared.tunnelName ? [] : [["tunnelName"]]),
  ];
  const isSilent = (path: readonly string[]) => valueAt(declared, path) === undefined;
  const isNew = (path: readonly string[]) => !isSilent(path) && valueAt({ ...inputs, tunnels }, path) === undefined;
  return [
    ...KEPT_IN_OUTPUTS.filter(
      ([name, , fallback]) => !isEqual(inputs[name] ?? fallback, declared[name] ?? fallback),
    ).map(([, text]) => text),
    ...(isSecrecyNew(state, declared) ? ["which values are secret"] : []),
    ...(keys.every(isShared) ? [] : [NEW_KEYS]),
    ...named("what is managed (no longer ", paths.filter(isSilent)),
    ...named("what state knows (now also ", paths.filter(isNew)),
    ...named(
      "values (",
      paths.filter((path) => !isSilent(path) && !isNew(path)),
    ),
  ];
}

/** The note of an update that sends nothing; none where there is nothing to do at all. */
export function unsentNotes(parts: readonly string[]): readonly string[] {
  return parts.length === 0 ? [] : [`Only ${parts.join(", ")} changed; nothing is sent.`];
}

/** Earlier versions did not note what is secret: that alone is no change. */
function isSecrecyNew({ inputs: { __secrets: before } }: State, { __secrets: now }: GroupInputs): boolean {
  return before !== undefined && !isEqual(before, now);
}

function differingPaths(
  fields: readonly Field[],
  before: unknown,
  after: unknown,
  start: readonly string[] = [],
): readonly (readonly string[])[] {
  return differences(fields, before, after, "ordered").map(({ path }) => [...start, ...path]);
}

function named(start: string, paths: readonly (readonly string[])[]): readonly string[] {
  return paths.length === 0 ? [] : [`${start}${paths.map((path) => path.join(".")).join(", ")})`];
}
