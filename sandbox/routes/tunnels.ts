import { parsed } from "../contract/parsed";
import { pageQuery } from "../contract/requests";
import { type Answer, type Call, type Endpoint, networkOf, type Service } from "../endpoint";
import { decoratedName, type StaticTunnel, type StoredGroup, type StoredNetwork, type StoredTunnel } from "../model";
import { Refusal } from "../refusal";
import { groupItem, healthItem, staticItem } from "../views";
import { regionOf } from "./regions";

const network = "/api/rest/v2.3/networks/enhanced/:networkId";

/** A tunnel of either kind; one without a group is static. */
type Entry =
  | { readonly group: StoredGroup; readonly tunnel: StoredTunnel }
  | { readonly group: undefined; readonly tunnel: StaticTunnel };

/** Lists the tunnels of a network, static ones included. */
export const listTunnels: Endpoint = {
  operation: "listTunnels",
  method: "GET",
  url: `${network}/tunnels`,
  handle: (call) => paged(call, entriesOf(call.service, networkOf(call))),
};

/** Lists the tunnels of a region, in the form of the network's list. */
export const listRegionTunnels: Endpoint = {
  operation: "listRegionTunnels",
  method: "GET",
  url: `${network}/regions/:regionId/tunnels`,
  handle: (call) => {
    const { id } = regionOf(call);
    return paged(
      call,
      entriesOf(call.service, networkOf(call)).filter(({ tunnel }) => tunnel.regionID === id),
    );
  },
};

/** Reads a static tunnel. */
export const readStaticTunnel: Endpoint = {
  operation: "readStaticTunnel",
  method: "GET",
  url: `${network}/tunnels/ipsec/static/:tunnelId`,
  handle: (call) => {
    const { tunnelId } = call.params;
    const tunnel = networkOf(call).staticTunnels.find(({ id }) => id === tunnelId);
    if (tunnel === undefined) throw new Refusal(404, `Tunnel with Id ${tunnelId} not found.`);
    return { status: 200, body: staticItem(tunnel, call.service.settings) };
  },
};

/** Shows what the probes of a network's tunnels have found. */
export const readHealth: Endpoint = {
  operation: "readHealth",
  method: "GET",
  url: `${network}/health`,
  handle: (call) => {
    const { tunnelling } = call.service;
    const found = networkOf(call);
    const data = entriesOf(call.service, found).map(({ group, tunnel }) => {
      const name = group === undefined ? tunnel.tunnelName : decoratedName(group, tunnel);
      return healthItem(found.id, name, tunnel, tunnelling.healthOf(tunnel));
    });
    return { status: 200, body: { data } };
  },
};

function entriesOf({ store }: Service, { id, staticTunnels }: StoredNetwork): Entry[] {
  const others = staticTunnels.map((tunnel): Entry => ({ group: undefined, tunnel }));
  const grouped = store.shownOf(id).flatMap((group) => group.tunnels.map((tunnel): Entry => ({ group, tunnel })));
  return [...others, ...grouped];
}

/** One page; only its entries are looked at, so that a page costs the same however many there are. */
function paged({ service: { settings }, query }: Call, entries: readonly Entry[]): Answer {
  const { page, limit } = parsed(pageQuery, query);
  const most = Math.min(limit, settings.mostPerPage);
  const size = settings.areLongPagesCut ? limit : most;
  const data = entries
    .slice((page - 1) * size, (page - 1) * size + most)
    .map(({ group, tunnel }) =>
      group === undefined ? staticItem(tunnel, settings) : groupItem(group, tunnel, settings),
    );
  const isOutsideContract = entries.some(({ group }) => group?.isOutsideContract);
  const totalPage = Math.ceil(entries.length / size);
  return { status: 200, body: { data, page, totalPage, itemsTotal: entries.length }, isOutsideContract };
}
