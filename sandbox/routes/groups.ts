import { created, deleted, updated } from "../changes";
import { type Answer, type Call, type Endpoint, networkOf } from "../endpoint";
import type { StoredGroup, StoredNetwork } from "../model";
import type { Write } from "../operations";
import { Refusal } from "../refusal";
import { checkAutonomousSystem, checkGroup, checkRouting, checkUpdate } from "../rules";
import { createBody, parsed, updateBody } from "../schemas";
import { groupItem } from "../views";

const groups = "/api/rest/v2.3/networks/enhanced/:networkId/tunnels/ipsec/dynamic";
const group = `${groups}/:groupId`;

/** Reads a group: one item per tunnel, in no order to rely on. */
export const readGroup: Endpoint = {
  operation: "readGroup",
  method: "GET",
  url: group,
  handle: (call) => {
    const { settings, chance } = call.service;
    const found = groupOf(call, networkOf(call));
    const items = found.tunnels.map((tunnel) => groupItem(found, tunnel, settings.isPassphraseShown));
    return { status: 200, body: chance.shuffled(items) };
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
    const groupId = call.service.chance.id("Tg");
    checkRouting(body.tunnels);
    return accepted(call, {
      kind: "createGroup",
      groupId,
      apply: (extent) => {
        if (extent === "none") return;
        const network = currentNetwork(call, networkId);
        const { leftASN } = body.sharedSettings;
        checkAutonomousSystem(network, leftASN);
        const made = created(network, groupId, body, extent, circumstances(call));
        checkGroup({ ...network, asn: leftASN }, made);
        call.service.store.networks.set(networkId, { ...network, asn: leftASN });
        call.service.store.groups.set(groupId, made);
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
    const { id: groupId } = groupOf(call, networkOf(call));
    const body = parsed(updateBody, call.body);
    checkStoredName(call, body.tunnelName);
    return accepted(call, {
      kind: "updateGroup",
      groupId,
      apply: (extent) => {
        if (extent === "none") return;
        const network = currentNetwork(call, networkId);
        const present = groupOf(call, network);
        checkUpdate(present, body);
        const result = updated(present, body, extent, circumstances(call));
        checkGroup(network, result);
        call.service.store.groups.set(groupId, result);
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
    const network = networkOf(call);
    const { id: groupId } = groupOf(call, network);
    return accepted(call, {
      kind: "deleteGroup",
      groupId,
      apply: (extent) => {
        const rest = deleted(groupOf(call, network), extent);
        if (rest === undefined) call.service.store.groups.delete(groupId);
        else call.service.store.groups.set(groupId, rest);
      },
    });
  },
};

/** The cap counts the name as sent, or as stored: nobody knows. */
function checkStoredName({ service: { settings } }: Call, tunnelName: string): void {
  if (!settings.isStoredNameCapped || tunnelName.length <= 13) return;
  throw new Refusal(400, "Bad Request", ["interfaceName must be shorter than or equal to 15 characters"]);
}

/** Refuses now what could not be carried out now; then makes an operation of the rest. */
function accepted(call: Call, asked: Pick<Write, "kind" | "groupId" | "apply">): Answer {
  const { service, params, session } = call;
  tried(call, asked);
  const write: Write = { ...asked, account: session?.holder.account ?? "", networkId: params.networkId ?? "" };
  service.operations.checkLimit(write.networkId);
  const { id } = service.operations.start(write, service.faults.take(asked.kind));
  const statusUrl = `${service.settings.statusOrigin}/api/rest/v2.3/networks/status/${id}`;
  const body = { statusUrl, samplingTime: service.settings.samplingTimeSeconds };
  return { status: 202, body, appliedId: write.groupId, statusId: id };
}

/** Carries a write out and takes it back: the rules are the same at once and at the end of the operation. */
function tried({ service: { store } }: Call, { apply }: Pick<Write, "apply">): void {
  const before = { groups: [...store.groups], networks: [...store.networks] };
  try {
    apply("all");
  } finally {
    restore(store.groups, before.groups);
    restore(store.networks, before.networks);
  }
}

function restore<T>(map: Map<string, T>, entries: readonly (readonly [string, T])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function circumstances({ service }: Call) {
  return { chance: service.chance, nowMs: service.now() };
}

function currentNetwork({ service }: Call, id: string): StoredNetwork {
  const network = service.store.networks.get(id);
  if (network === undefined) throw new Refusal(404, `Network with Id ${id} not found.`);
  return network;
}

function groupOf({ service, params }: Call, network: StoredNetwork): StoredGroup {
  const found = service.store.groups.get(params.groupId ?? "");
  if (found === undefined || found.networkId !== network.id) {
    throw new Refusal(404, `Tunnel with Id ${params.groupId} not found.`);
  }
  return found;
}
