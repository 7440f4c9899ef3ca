import type { Endpoint } from "../endpoint";

const networks = "/api/rest/v2.3/networks/enhanced";

const OFFERED = [
  ["Frankfurt", "DE", "EU"],
  ["Dublin", "IE", "EU"],
  ["Stockholm", "SE", "EU"],
  ["Ashburn", "US", "NA"],
  ["Sydney", "AU", "OC"],
] as const;

/** Lists the regions that a network could have: a fixed word where the address of a network has its id. */
export const listServiceRegions: Endpoint = {
  operation: "listServiceRegions",
  method: "GET",
  url: `${networks}/harmony-sase-regions`,
  handle: () => ({
    status: 200,
    body: OFFERED.map(([displayName, countryCode, continentCode]) => {
      const name = displayName.toLowerCase();
      return { id: `hsr-${name}`, objectId: `hsr-${name}`, displayName, name, countryCode, continentCode };
    }),
  }),
};

/** Lists the certificates of the account, of which it has none. */
export const listCertificates: Endpoint = {
  operation: "listCertificates",
  method: "GET",
  url: `${networks}/network-customer-certificate`,
  handle: () => ({ status: 200, body: [] }),
};

/** Says that the service is up. */
export const readService: Endpoint = {
  operation: "readService",
  method: "GET",
  url: "/api/rest/v2.3/status",
  handle: () => ({ status: 200, text: "Ok", headers: { "content-type": "text/plain; charset=utf-8" } }),
};
