import { ownValue } from "../converge/current";
import { isSame, valueAt } from "../model/compare";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { UpdateBody } from "../service/wire";
import type { Current } from "./plan";

/**
 * What a request sets right that the program did not change: somebody else moved the group since state was written, and
 * no preview has shown it.
 */
export function driftWarnings(
  state: State | undefined,
  desired: GroupInputs,
  current: Current,
  request: UpdateBody | undefined,
): readonly string[] {
  if (state === undefined || request === undefined) return [];
  return [
    ...vanished(state, desired, current),
    ...movedFields(state, desired, current, request),
    ...movedSettings(state, desired, current),
  ];
}

function vanished({ tunnelIds }: State, desired: GroupInputs, current: Current): readonly string[] {
  const present = new Set(current.tunnels.map(({ id }) => id));
  return Object.keys(desired.tunnels)
    .filter((key) => {
      const id = ownValue(tunnelIds, key);
      return id !== undefined && !present.has(id);
    })
    .map((key) => `tunnels.${key} was removed by somebody else; it is added again.`);
}

function movedFields(
  { tunnels, tunnelIds }: State,
  desired: GroupInputs,
  current: Current,
  request: UpdateBody,
): readonly string[] {
  return (request.updateTunnels ?? []).flatMap((update) => {
    const key = Object.keys(desired.tunnels).find((name) => ownValue(tunnelIds, name) === update.id);
    if (key === undefined) return [];
    const [before, after] = [ownValue(tunnels, key), ownValue(desired.tunnels, key)];
    const there = current.tunnels.find(({ id }) => id === update.id);
    const moved = TUNNEL_FIELDS.filter(({ path, traits }) => {
      const [known, wanted] = [valueAt(before, path), valueAt(after, path)];
      const isKept = known !== undefined && isSame(traits, known, wanted, "ordered");
      return isKept && valueAt(update, path) !== undefined && !isSame(traits, wanted, valueAt(there, path), "ordered");
    }).map(({ path }) => path.join("."));
    return moved.length === 0
      ? []
      : [`tunnels.${key}: ${moved.join(", ")} was changed by somebody else; it is set back.`];
  });
}

function movedSettings({ inputs }: State, desired: GroupInputs, current: Current): readonly string[] {
  const moved = SETTING_FIELDS.filter(({ path, traits }) => {
    const [before, wanted, there] = [valueAt(inputs, path), valueAt(desired, path), valueAt(current, path)];
    const isKept = before !== undefined && isSame(traits, before, wanted, "ordered");
    return isKept && there !== undefined && !isSame(traits, wanted, there, "unordered");
  }).map(({ path }) => path.join("."));
  return moved.length === 0 ? [] : [`${moved.join(", ")} was changed by somebody else; it is set back.`];
}
