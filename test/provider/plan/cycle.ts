import { attached, doubted } from "../../../provider/converge/attach";
import { completed } from "../../../provider/converge/known";
import type { Session } from "../../../provider/converge/session";
import { pendingWriteOf } from "../../../provider/converge/writeChange";
import type { PresentGroup } from "../../../provider/model/present";
import type { GroupInputs } from "../../../provider/model/schema";
import { outputsOf, readState, type State } from "../../../provider/model/state";
import { planFromState } from "../../../provider/plan/changes";
import { mandateOf, plan } from "../../../provider/plan/plan";
import { type Change, requestsOf } from "../../../provider/plan/requests";
import { decodeGroup, type ShownGroup } from "../../../provider/service/wire";
import { applyRequest, freshIds } from "../simulation";

/** The group that updates follow each other on. */
export const ID = "TgAAAAAAA1";

/** What GET shows of a group: flat, decorated, without what it never shows; passphrases as it pleases. */
export function get(group: PresentGroup, isEchoing: boolean): ShownGroup {
  const { leftASN: _, peakBandwidth: peakBandwidthMbps, ...shared } = group.sharedSettings ?? {};
  const items = group.tunnels.map((entry, index) => {
    const { remoteASN: __, p81GWInternalIP: ___, remoteGWInternalIP: ____, passphrase, ...visible } = entry;
    return {
      ...visible,
      ...(isEchoing ? { passphrase } : {}),
      tunnelName: `${group.tunnelName}0${index + 1}`,
      description: group.description,
      ...shared,
      peakBandwidthMbps,
      ...group.advancedSettings,
    };
  });
  return decodeGroup(JSON.parse(JSON.stringify(items))) as ShownGroup;
}

/** State as the engine keeps it: outputs in JSON, secrets in clear once they come back. */
export function kept(outputs: Record<string, unknown>): State {
  const plain = (_name: string, value: unknown) =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value && "value" in value
      ? value.value
      : value;
  return readState(JSON.parse(JSON.stringify(outputs), plain) as Record<string, unknown>);
}

/** A group right after it was created from a program, and the state of that. */
export function created(desired: GroupInputs): { readonly group: PresentGroup; readonly state: State } {
  const { description, sharedSettings, advancedSettings, tunnelName } = desired;
  const entries = Object.entries(desired.tunnels);
  const tunnels = entries.map(([key, entry]) => ({
    ...entry,
    remoteID: entry.remotePublicIP,
    authType: "psk" as const,
    routingType: "route" as const,
    id: `Made${key}`,
  }));
  const tunnelIds = Object.fromEntries(entries.map(([key]) => [key, `Made${key}`]));
  return {
    group: { description, sharedSettings, advancedSettings, tunnelName, tunnels },
    state: kept(outputsOf({ inputs: desired, groupId: ID, tunnelIds, origin: "created" })),
  };
}

/** One update, as a run goes about it: plan from state, read, plan, send. */
export function update(
  state: State,
  group: PresentGroup,
  declared: GroupInputs,
  isEchoing: boolean,
  freshId = freshIds(),
) {
  const before = get(group, isEchoing);
  const fromState = planFromState(state, declared);
  const present = completed(before, state, declared);
  const fromService = plan(declared, present, mandateOf(fromState));
  const changes = requestsOf(declared, present, fromService);
  const after = changes.reduce((result, { body }) => applyRequest(result, body, freshId), group);
  return { changes, bodies: changes.map(({ body }) => body), before, fromState, fromService, after };
}

/** State once a change was sent that is not proven yet. */
export function sent(state: State, declared: GroupInputs, change: Change, before: ShownGroup): State {
  const clock = { now: () => 0 } as Session["clock"];
  const write = pendingWriteOf({ clock } as Session, { groupId: ID, declared }, change, before);
  return { ...doubted(state, write), pending: [write] };
}

/** A group of which the service has carried out the additions of a change, and not the removals yet. */
export function onlyAdded(before: PresentGroup, after: PresentGroup): PresentGroup {
  const gone = before.tunnels.filter(({ id }) => !after.tunnels.some((each) => each.id === id));
  return { ...after, tunnels: [...gone, ...after.tunnels] };
}

/** State as it is once the writes that it holds have ended, and the group is seen. */
export function recovered(state: State, group: PresentGroup, isEchoing: boolean): State {
  return attached(state.pending.reduce<State>(doubted, state), state.pending, get(group, isEchoing).tunnels);
}
