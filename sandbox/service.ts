import { createHash } from "node:crypto";
import { type CreateBody, complaintsAbout, createBody, type UpdateBody, updateBody } from "./bodies";
import {
  createdGroup,
  type Refusal,
  refuseName,
  refusePlaces,
  refuseTunnels,
  storedTunnel,
  updatedGroup,
} from "./changes";
import type { Edit, FaultList, Outcome } from "./faults";
import type { StoredGroup, StoredNetwork, StoredTunnel, World } from "./model";
import type { Operation, Operations, SandboxClock } from "./operations";
import type { Chance } from "./random";

/** An answer of the service. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly isText?: boolean;
}

/** How the service is set up. */
export interface ServiceSettings {
  readonly tokenLifetimeMs: number;
  readonly activeOperationsPerNetwork: number;
  readonly isPassphraseShown: boolean;
  readonly samplingTimeSeconds: number;
  readonly statusHost: string;
}

/** What the service is made of. */
export interface ServiceParts {
  readonly world: World;
  readonly operations: Operations;
  readonly faults: FaultList;
  readonly chance: Chance;
  readonly clock: SandboxClock;
  readonly settings: ServiceSettings;
}

/** The service: what each endpoint does, apart from HTTP. Every call but `authorize` takes the account of its token. */
export type Service = ReturnType<typeof createService>;

/** Creates the service. */
export function createService({ world, operations, faults, chance, clock, settings }: ServiceParts) {
  const tokens = new Map<string, { account: string; apiKey: string; expiresAtMs: number }>();

  function authorize(body: unknown): Reply {
    const { grantType, apiKey } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const account = [...world.keys].find(([, key]) => key === apiKey)?.[0];
    if (grantType !== "api_key" || account === undefined) return refusal({ status: 401, message: "Unauthorized" });
    const accessToken = `sandbox-token-${chance.id()}${chance.id()}`;
    const expiresAtMs = clock.now() + settings.tokenLifetimeMs;
    tokens.set(accessToken, { account, apiKey: String(apiKey), expiresAtMs });
    return { status: 200, body: { data: { accessToken, accessTokenExpire: expiresAtMs / 1000, tokenType: "Bearer" } } };
  }

  /** The account of a token that is good: not expired, and of a key that still is one. */
  function accountOf(authorization: string | undefined): string | undefined {
    const token = tokens.get(authorization?.replace(/^Bearer /, "") ?? "");
    const isGood = token && clock.now() < token.expiresAtMs && world.keys.get(token.account) === token.apiKey;
    return isGood ? token.account : undefined;
  }

  function networkOf(account: string, networkId: string): StoredNetwork | undefined {
    const network = world.networks.get(networkId);
    return network?.account === account ? network : undefined;
  }

  function groupOf(account: string, networkId: string, groupId: string): StoredGroup | undefined {
    const group = world.groups.get(groupId);
    return group?.networkId === networkId && networkOf(account, networkId) ? group : undefined;
  }

  function accept(
    network: StoredNetwork,
    kind: Outcome["operation"],
    resourceId: string,
    apply: Parameters<Operations["start"]>[0]["apply"],
  ): Reply {
    if (operations.activeOn(network.id) >= settings.activeOperationsPerNetwork) {
      return refusal({ status: 429, message: `too many concurrent operations on network ${network.id}` });
    }
    const resource = `/api/rest/v2.3/networks/enhanced/${network.id}/tunnels/ipsec/dynamic/${resourceId}`;
    const operation = operations.start({ networkId: network.id, kind, resource, outcome: faults.take(kind), apply });
    const statusUrl = `${settings.statusHost}/api/rest/v2.3/networks/status/${operation.id}`;
    return { status: 202, body: { statusUrl, samplingTime: settings.samplingTimeSeconds } };
  }

  function createGroup(account: string, networkId: string, raw: unknown): Reply {
    const network = networkOf(account, networkId);
    if (!network) return notFound(`Network with Id ${networkId} not found.`);
    const complaints = complaintsAbout(createBody, raw);
    if (complaints.length > 0) return malformed(complaints);
    const body = raw as CreateBody;
    const tunnels = body.tunnels.map((tunnel) => storedTunnel(tunnel, chance));
    const asn = body.sharedSettings.leftASN;
    const problem =
      refuseName(body.tunnelName) ??
      refusePlaces(network, body.sharedSettings.p81GatewaySubnets, body.tunnels) ??
      refuseTunnels(tunnels) ??
      (network.asn !== undefined && network.asn !== asn
        ? { status: 409, message: `the network's ASN is ${network.asn} and cannot change` }
        : undefined);
    if (problem) return refusal(problem);
    const id = chance.id("Tg");
    return accept(network, "createGroup", id, (share) => {
      network.asn = asn;
      world.groups.set(id, createdGroup(id, networkId, body, tunnels.slice(0, share)));
      return undefined;
    });
  }

  function updateGroup(account: string, networkId: string, groupId: string, raw: unknown): Reply {
    const group = groupOf(account, networkId, groupId);
    const network = networkOf(account, networkId);
    if (!group || !network) return notFound(`Tunnel with Id ${groupId} not found.`);
    const complaints = complaintsAbout(updateBody, raw);
    if (complaints.length > 0) return malformed(complaints);
    const body = raw as UpdateBody;
    const added = (body.addTunnels ?? []).map((tunnel) => storedTunnel(tunnel, chance));
    const problem = refuseUpdate(network, group, body, added);
    if (problem) return refusal(problem);
    return accept(network, "updateGroup", groupId, (share) => {
      const present = world.groups.get(groupId);
      if (!present) return { status: 404, message: `Tunnel with Id ${groupId} not found.` };
      const late = refuseUpdate(network, present, body, added);
      if (late) return late;
      world.groups.set(groupId, updatedGroup(present, body, added, share));
      return undefined;
    });
  }

  function refuseUpdate(
    network: StoredNetwork,
    group: StoredGroup,
    body: UpdateBody,
    added: readonly StoredTunnel[],
  ): Refusal | undefined {
    const named = [...(body.updateTunnels ?? []), ...(body.removeTunnels ?? [])];
    const stranger = named.find(({ id }) => !group.tunnels.some((tunnel) => tunnel.id === id));
    if (stranger) return { status: 404, message: `Tunnel with Id ${stranger.id} not found.` };
    return (
      refuseName(body.tunnelName) ??
      refusePlaces(network, body.sharedSettings?.p81GatewaySubnets ?? [], body.addTunnels ?? []) ??
      refuseTunnels(updatedGroup(group, body, added).tunnels)
    );
  }

  function deleteGroup(account: string, networkId: string, groupId: string): Reply {
    const network = networkOf(account, networkId);
    if (!network || !groupOf(account, networkId, groupId)) return notFound(`Tunnel with Id ${groupId} not found.`);
    return accept(network, "deleteGroup", groupId, () => {
      world.groups.delete(groupId);
      return undefined;
    });
  }

  function itemsOf(group: StoredGroup): Record<string, unknown>[] {
    const { peakBandwidth, ...shared } = group.sharedSettings;
    const items = group.tunnels.map((tunnel, index) => {
      // What the service never shows: the ASN of the peer, and the inner addresses.
      const { remoteASN: _, p81GWInternalIP: __, remoteGWInternalIP: ___, passphrase, ...visible } = tunnel;
      return {
        ...visible,
        ...(settings.isPassphraseShown && passphrase !== undefined ? { passphrase } : {}),
        haTunnelID: group.id,
        type: "ipsec",
        tunnelName: `${group.tunnelName}0${index + 1}`,
        description: group.description,
        ...shared,
        peakBandwidthMbps: peakBandwidth,
        ...group.advancedSettings,
      };
    });
    // The order of the array means nothing, and here it shows.
    return items.toSorted((a, b) => digest(a.id).localeCompare(digest(b.id)));
  }

  function readGroup(account: string, networkId: string, groupId: string): Reply {
    const group = groupOf(account, networkId, groupId);
    return group ? { status: 200, body: itemsOf(group) } : notFound(`Tunnel with Id ${groupId} not found.`);
  }

  function listTunnels(account: string, networkId: string, page: number, limit: number): Reply {
    if (!networkOf(account, networkId)) return notFound(`Network with Id ${networkId} not found.`);
    const all = [...world.groups.values()].filter((group) => group.networkId === networkId).flatMap(itemsOf);
    const data = all.slice((page - 1) * limit, page * limit);
    return {
      status: 200,
      body: { data, page, totalPage: Math.max(1, Math.ceil(all.length / limit)), itemsTotal: all.length },
    };
  }

  function readHealth(account: string, networkId: string): Reply {
    if (!networkOf(account, networkId)) return notFound(`Network with Id ${networkId} not found.`);
    const groups = [...world.groups.values()].filter((group) => group.networkId === networkId);
    const data = groups.flatMap((group) =>
      group.tunnels.map((_tunnel, index) => ({
        type: "tunnel",
        // Until the first probe neither the tunnel's id nor its region is known here.
        meta: { networkId, tunnelName: `${group.tunnelName}0${index + 1}` },
        status: "unknown",
      })),
    );
    return { status: 200, body: { data } };
  }

  function listNetworks(account: string): Reply {
    return {
      status: 200,
      body: { data: [...world.networks.values()].filter((network) => network.account === account).map(shownNetwork) },
    };
  }

  function readNetwork(account: string, networkId: string): Reply {
    const network = networkOf(account, networkId);
    return network ? { status: 200, body: shownNetwork(network) } : notFound(`Network with Id ${networkId} not found.`);
  }

  function listRegions(account: string, networkId: string): Reply {
    const network = networkOf(account, networkId);
    return network
      ? { status: 200, body: { data: network.regions } }
      : notFound(`Network with Id ${networkId} not found.`);
  }

  function readStatus(statusId: string): Reply {
    const operation = operations.get(statusId);
    return operation ? { status: 200, body: statusOf(operation) } : notFound(`Status with Id ${statusId} not found.`);
  }

  function edit(change: Edit): void {
    if (change.kind === "rotateKey") {
      world.keys.set(change.account, change.apiKey);
      return;
    }
    if (change.kind === "expireTokens") {
      tokens.clear();
      return;
    }
    const group = world.groups.get(change.groupId);
    if (!group) throw new Error(`There is no group ${change.groupId} to edit.`);
    if (change.kind === "removeGroup") world.groups.delete(group.id);
    if (change.kind === "changeGroup") world.groups.set(group.id, { ...group, ...change.changes });
    if (change.kind === "removeTunnel") group.tunnels = group.tunnels.filter(({ id }) => id !== change.tunnelId);
    if (change.kind === "addTunnel") {
      group.tunnels = [
        ...group.tunnels,
        { routingType: "route", authType: "psk", ...change.tunnel, id: chance.id("Tn") } as StoredTunnel,
      ];
    }
    if (change.kind === "changeTunnel") {
      group.tunnels = group.tunnels.map((tunnel) =>
        tunnel.id === change.tunnelId ? { ...tunnel, ...change.changes } : tunnel,
      );
    }
  }

  return {
    accountOf,
    authorize,
    createGroup,
    updateGroup,
    deleteGroup,
    readGroup,
    listTunnels,
    readHealth,
    listNetworks,
    readNetwork,
    listRegions,
    readStatus,
    edit,
  };
}

function statusOf({ completed, outcome, resource, statusCode, reasons }: Operation): unknown {
  const naming = outcome?.resource ?? "end";
  const isNamed = naming === "early" || (naming === "end" && completed);
  if (!completed) return { completed, ...(isNamed ? { result: { resource } } : {}) };
  return {
    completed,
    result: {
      resource: isNamed ? resource : "",
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(reasons.length > 0 ? { reason: reasons } : {}),
    },
  };
}

function shownNetwork({ id, name, subnet, regions }: StoredNetwork): unknown {
  return { id, name, subnet, regions };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refusal({ status, message }: Refusal): Reply {
  return { status, body: { id: digest(message).slice(0, 10), message } };
}

function notFound(message: string): Reply {
  return refusal({ status: 404, message });
}

function malformed(errors: string[]): Reply {
  return { status: 400, body: { id: "BadRequest", message: "Validation failed", data: { errors } } };
}
