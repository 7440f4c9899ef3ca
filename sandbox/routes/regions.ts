import { type Call, type Endpoint, networkOf } from "../endpoint";
import type { Region } from "../model";
import { Refusal } from "../refusal";
import { regionView } from "../views";

const regions = "/api/rest/v2.3/networks/enhanced/:networkId/regions";

/** Lists the regions of a network. */
export const listRegions: Endpoint = {
  operation: "listRegions",
  method: "GET",
  url: regions,
  handle: (call) => {
    const network = networkOf(call);
    return { status: 200, body: network.regions.map((region) => regionView(region, network)) };
  },
};

/** Reads one region of a network. */
export const readRegion: Endpoint = {
  operation: "readRegion",
  method: "GET",
  url: `${regions}/:regionId`,
  handle: (call) => ({ status: 200, body: regionView(regionOf(call), networkOf(call)) }),
};

/**
 * The region that the address names.
 * @throws Refusal 404 when the network does not have it
 */
export function regionOf(call: Call): Region {
  const { regionId } = call.params;
  const region = networkOf(call).regions.find(({ id }) => id === regionId);
  if (region === undefined) throw new Refusal(404, `Region with Id ${regionId} not found.`);
  return region;
}
