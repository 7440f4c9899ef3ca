import { type Circumstances, created, deleted, type Extent, updated } from "../changes";
import { parsed } from "../contract/parsed";
import { createBody, updateBody } from "../contract/requests";
import { type Answer, type Call, type Endpoint, networkOf, type Service } from "../endpoint";
import { type Chance, NO_CHANCE } from "../ids";
import type { StoredGroup, StoredNetwork } from "../model";
import type { Write } from "../operations";
import { Refusal } from "../refusal";
import { type Bounds, checkAutonomousSystem, checkEmptied, checkGroup, checkRouting, checkUpdate } from "../rules";
import { groupItem } from "../views";

const groups = "/api/rest/v2.3/networks/enhanced/:networkId/tunnels/ipsec/dynamic";
const group = `${groups}/:groupId`;

/** What a write leaves of its group, and of the network. */
interface Effect {
  readonly group: StoredGroup | undefined;
  readonly network?: StoredNetwork;
}

/** What a request asks for. */
interface Asked extends Pick<Write, "kind"> {
  /** Undefined for a group that is still to be made. */
  readonly groupId?: string;
  /**
   * Works out the effect on what is stored now.
   * @throws Refusal when the service would not do it
   */
  effect(groupId: string, extent: Exclude<Extent, "none">, how: Circumstances): Effect;
}

/** Reads a group: one item per tunnel, in no order to rely on. */
export const readGroup: Endpoint = {
  operation: "readGroup",
  method: "GET",
  url: group,
  handle: (call) => {
    const { settings, chances, store } = call.service;
    const found = ofNetwork(store.shown(call.params.groupId ?? ""), networkOf(call).id, call);
    const items = found.tunnels.map((tunnel) => groupItem(found, tunnel, settings));
    const body = settings.isOrderStable ? items : chances.order.shuffled(items);
    return { status: 200, body, isOutsideContract: found.isOutsideContract === true };
  },
};

/** Accepts a new group. */
export const createGroup: Endpoint = {
  operation: "createGroup",
  method: "POST",
  url: groups,
  handle: (call) => {
    const { id: networkId } = networkOf(call);
    const body = parsed(createBody, call.body);
    checkStoredName(call, body.tunnelName);
    checkRouting(body.tunnels, call.service.settings.routingOf);
    return accepted(call, {
      kind: "createGroup",
      effect: (groupId, extent, how) => {
        const { leftASN } = body.sharedSettings;
        const present = currentNetwork(call, networkId);
        checkAutonomousSystem(present, leftASN);
        const network = { ...present, asn: leftASN };
        const made = created(network, groupId, body, extent, how);
        checkGroup(network, made, boundsOf(call, made));
        return { group: made, network };
      },
    });
  },
};

/** Accepts changes of a group. */
export const updateGroup: Endpoint = {
  operation: "updateGroup",
  method: "PUT",
  url: group,
  handle: (call) => {
    const { id: networkId } = networkOf(call);
    const { id: groupId } = currentGroup(call, networkId);
    const body = parsed(updateBody, call.body);
    checkStoredName(call, body.tunnelName);
    const { emptiedGroup, routingOf } = call.service.settings;
    return accepted(call, {
      kind: "updateGroup",
      groupId,
      effect: (_, extent, how) => {
        const present = currentGroup(call, networkId);
        checkUpdate(present, body, routingOf);
        const result = updated(present, body, extent, how);
        checkGroup(currentNetwork(call, networkId), result, boundsOf(call, result));
        const isEmptied = result.tunnels.length === 0 && present.tunnels.length > 0;
        if (isEmptied) checkEmptied(result, emptiedGroup);
        return { group: isEmptied && emptiedGroup === "deleted" ? undefined : result };
      },
    });
  },
};

/** Accepts the removal of a group. */
export const deleteGroup: Endpoint = {
  operation: "deleteGroup",
  method: "DELETE",
  url: group,
  handle: (call) => {
    const { id: networkId } = networkOf(call);
    const { id: groupId } = currentGroup(call, networkId);
    return accepted(call, {
      kind: "deleteGroup",
      groupId,
      effect: (_, extent, how) => ({ group: deleted(currentGroup(call, networkId), extent, how) }),
    });
  },
};

/** The cap counts the name as sent, or as stored: nobody knows. */
function checkStoredName({ service: { settings } }: Call, tunnelName: string): void {
  if (!settings.isStoredNameCapped || tunnelName.length <= 13) return;
  throw new Refusal(400, "Bad Request", ["interfaceName must be shorter than or equal to 15 characters"]);
}

/** Refuses now what could not be carried out now; then makes an operation of the rest. */
function accepted(call: Call, { kind, effect, groupId: present }: Asked): Answer {
  const { service, params, session } = call;
  const networkId = params.networkId ?? "";
  if (present !== undefined) service.operations.checkSecondWrite(present);
  service.operations.checkSecondGroup(networkId, present);
  if (!service.settings.isJudgedLate) effect(present ?? NO_CHANCE.id("Tg"), "all", circumstances(service, NO_CHANCE));
  service.operations.checkLimit(networkId);
  const groupId = present ?? service.chances.group.id("Tg");
  const write: Write = {
    kind,
    account: session?.holder.account ?? "",
    networkId,
    groupId,
    apply: (extent, dueAtMs) => {
      if (extent === "none") return;
      const { group, network } = effect(groupId, extent, circumstances(service, service.chances.tunnel));
      if (network) service.store.networks.set(networkId, network);
      service.store.put(groupId, group, dueAtMs, service.settings.lagMs);
    },
  };
  const { id } = service.operations.start(write, service.faults.take(kind));
  const statusUrl = `${service.settings.statusOrigin}/api/rest/v2.3/networks/status/${id}`;
  const body = { statusUrl, samplingTime: service.settings.samplingTimeSeconds };
  return { status: 202, body, appliedId: groupId, statusId: id };
}

function circumstances({ now, settings }: Service, chance: Chance): Circumstances {
  return { chance, nowMs: now(), rules: settings };
}

function boundsOf({ service: { settings, store } }: Call, { id, networkId }: StoredGroup): Bounds {
  if (!settings.isNameUnique) return { ...settings, takenNames: [] };
  const others = [...store.groups.values()].filter((each) => each.networkId === networkId && each.id !== id);
  return { ...settings, takenNames: others.map(({ tunnelName }) => tunnelName) };
}

function currentNetwork({ service }: Call, id: string): StoredNetwork {
  const network = service.store.networks.get(id);
  if (network === undefined) throw new Refusal(404, `Network with Id ${id} not found.`);
  return network;
}

function currentGroup(call: Call, networkId: string): StoredGroup {
  return ofNetwork(call.service.store.groups.get(call.params.groupId ?? ""), networkId, call);
}

function ofNetwork(found: StoredGroup | undefined, networkId: string, { params }: Call): StoredGroup {
  if (found?.networkId !== networkId) throw new Refusal(404, `Tunnel with Id ${params.groupId} not found.`);
  return found;
}
