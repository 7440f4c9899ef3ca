import { type Endpoint, networkOf } from "../endpoint";
import { networkView } from "../views";

const networks = "/api/rest/v2.3/networks/enhanced";

/** Lists the networks of the account. */
export const listNetworks: Endpoint = {
  operation: "listNetworks",
  method: "GET",
  url: networks,
  handle: ({ service, session }) => {
    const own = [...service.store.networks.values()].filter(({ account }) => account === session?.holder.account);
    return { status: 200, body: own.map(networkView) };
  },
};

/** Reads one network. */
export const readNetwork: Endpoint = {
  operation: "readNetwork",
  method: "GET",
  url: `${networks}/:networkId`,
  handle: (call) => ({ status: 200, body: networkView(networkOf(call)) }),
};
