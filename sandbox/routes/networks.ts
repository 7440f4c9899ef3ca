import { type Answer, type Endpoint, networkOf } from "../endpoint";
import { pageQuery, parsed } from "../schemas";
import { groupsOf } from "../store";
import { healthItem, listedTunnel, networkView } from "../views";

const networks = "/api/rest/v2.3/networks/enhanced";
const network = `${networks}/:networkId`;

/** Lists the networks of the account. */
export const listNetworks: Endpoint = {
  operation: "listNetworks",
  method: "GET",
  url: networks,
  handle: ({ service, session, query }) => {
    const own = [...service.store.networks.values()].filter(({ account }) => account === session?.holder.account);
    return paged(own.map(networkView), query);
  },
};

/** Reads one network. */
export const readNetwork: Endpoint = {
  operation: "readNetwork",
  method: "GET",
  url: network,
  handle: (call) => ({ status: 200, body: networkView(networkOf(call)) }),
};

/** Lists the regions of a network. */
export const listRegions: Endpoint = {
  operation: "listRegions",
  method: "GET",
  url: `${network}/regions`,
  handle: (call) => ({ status: 200, body: { data: networkOf(call).regions } }),
};

/** Lists the tunnels of a network, those of other kinds included. */
export const listTunnels: Endpoint = {
  operation: "listTunnels",
  method: "GET",
  url: `${network}/tunnels`,
  handle: (call) => {
    const { id, staticTunnels } = networkOf(call);
    const dynamic = groupsOf(call.service.store, id).flatMap((group) =>
      group.tunnels.map((tunnel) => listedTunnel(group, tunnel)),
    );
    const others = staticTunnels.map(({ tunnelName: name, ...tunnel }) => ({ ...tunnel, name, type: "ipsec" }));
    return paged([...others, ...dynamic], call.query);
  },
};

/** Shows what the probes of a network's tunnels have found. */
export const readHealth: Endpoint = {
  operation: "readHealth",
  method: "GET",
  url: `${network}/health`,
  handle: (call) => {
    const { store, settings, now } = call.service;
    const probedBefore = now() - settings.probeAfterMs;
    const data = groupsOf(store, networkOf(call).id).flatMap((group) =>
      group.tunnels.map((tunnel) => healthItem(group, tunnel, tunnel.createdAtMs <= probedBefore)),
    );
    return { status: 200, body: { data } };
  },
};

function paged(entries: readonly object[], query: unknown): Answer {
  const { page, limit } = parsed(pageQuery, query);
  const data = entries.slice((page - 1) * limit, page * limit);
  const totalPage = Math.ceil(entries.length / limit);
  return { status: 200, body: { data, page, totalPage, itemsTotal: entries.length } };
}
