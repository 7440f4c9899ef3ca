import { z } from "zod";
import { isMap, valueAt } from "./compare";
import { asSecret, unmarked } from "./secretMark";

const regionGateways = z.object({ addresses: z.array(z.string()), globalIPs: z.array(z.string()).optional() });

/** The public addresses of a region's gateways, as `getRegion` names them; a list without any is left out. */
export type RegionGateways = z.output<typeof regionGateways>;
/** Gateways by the ids of their regions: all tunnels of a region end at the same. */
export type GatewaysByRegion = ReadonlyMap<string, RegionGateways>;

type Plain = Readonly<Record<string, unknown>>;

/** What outputs hold of gateways; a form that is none is passed over. */
export function gatewaysIn(outputs: Plain): GatewaysByRegion {
  const found = regionsIn(outputs).flatMap(({ key, regionID }) => {
    const { data } = regionGateways.safeParse(unmarked(valueAt(outputs, ["gateways", key])).value);
    return data ? [[regionID, data] as const] : [];
  });
  return new Map(found);
}

/** Whether the gateways of a tunnel are not known. */
export function lacksGateways(outputs: Plain, known: GatewaysByRegion): boolean {
  return regionsIn(outputs).some(({ regionID }) => !known.has(regionID));
}

/** The outputs with the gateways of each tunnel, as far as they are known; they are as secret as its region. */
export function withGateways(outputs: Plain, known: GatewaysByRegion): Record<string, unknown> {
  const gateways = regionsIn(outputs).flatMap(({ key, regionID, isSecret }) => {
    const found = known.get(regionID);
    return found ? [[key, isSecret ? asSecret(found) : found] as const] : [];
  });
  return { ...outputs, gateways: Object.fromEntries(gateways) };
}

/** What is shown, in the order that is known where it means the same: the service promises none. */
export function inKnownOrder(shown: GatewaysByRegion, known: GatewaysByRegion): GatewaysByRegion {
  const ordered = [...shown].map(([regionID, found]) => {
    const before = known.get(regionID);
    return [regionID, before && sorted(before) === sorted(found) ? before : found] as const;
  });
  return new Map(ordered);
}

function sorted({ addresses, globalIPs = [] }: RegionGateways): string {
  return JSON.stringify([addresses.toSorted(), globalIPs.toSorted()]);
}

/** The regions of the tunnels that have an id. */
function regionsIn(outputs: Plain): readonly { key: string; regionID: string; isSecret: boolean }[] {
  const { tunnelIds } = outputs;
  return Object.keys(isMap(tunnelIds) ? tunnelIds : {}).flatMap((key) => {
    const { value: regionID, isSecret } = unmarked(valueAt(outputs, ["tunnels", key, "regionID"]));
    return typeof regionID === "string" ? [{ key, regionID, isSecret }] : [];
  });
}
