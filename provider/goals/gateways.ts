import { messageOf, PartialFailure } from "../converge/failure";
import type { Session } from "../converge/session";
import { type GatewaysByRegion, gatewaysIn, inKnownOrder, lacksGateways, withGateways } from "../model/gateways";
import type { FoundRegion } from "../service/wire";

type Plain = Readonly<Record<string, unknown>>;

/** What outputs say of the gateways that tunnels end at. It is a convenience: no step fails for it. */
export interface Gateways {
  /** Outputs with what they were known to be before; what that lacks is read. */
  completed(session: Session, outputs: Plain, former?: Plain): Promise<Record<string, unknown>>;
  /** Outputs with what is shown now; what cannot be read stays as it was known to be. */
  refreshed(session: Session, outputs: Plain, former: Plain): Promise<Record<string, unknown>>;
}

/** The service may be slow, or away, while the group itself is as it should be. */
const LONGEST_MS = 20_000;
const PATIENCE_MS = 5000;

/** Reads the regions of each network once in a process, however many groups it has, and whatever comes of it. */
export function createGateways(): Gateways {
  const networks = new Map<string, Promise<GatewaysByRegion | undefined>>();

  function shownIn(session: Session, networkId: string): Promise<GatewaysByRegion | undefined> {
    const shown = networks.get(networkId) ?? read(session, networkId);
    networks.set(networkId, shown);
    return shown;
  }

  return {
    completed: async (session, outputs, former = {}) => {
      const known = gatewaysIn(former);
      if (!lacksGateways(outputs, known)) return withGateways(outputs, known);
      const shown = (await shownIn(session, String(outputs.networkId))) ?? [];
      return withGateways(outputs, new Map([...shown, ...known]));
    },
    refreshed: async (session, outputs, former) => {
      const known = gatewaysIn(former);
      const shown = await shownIn(session, String(outputs.networkId));
      return withGateways(outputs, shown ? inKnownOrder(shown, known) : known);
    },
  };
}

/** @returns undefined where they cannot be read, which is warned of */
async function read({ client, clock, warn }: Session, networkId: string): Promise<GatewaysByRegion | undefined> {
  const options = { deadlineMs: clock.elapsed() + LONGEST_MS, patienceMs: PATIENCE_MS };
  try {
    return shownBy(await client.listRegions(networkId, options));
  } catch (error) {
    await warn(
      `gateways: the regions of network ${networkId} could not be read, so that the output may lack addresses until the next refresh: ${messageOf(error)}`,
    );
    return undefined;
  }
}

function shownBy(regions: readonly FoundRegion[]): GatewaysByRegion {
  const found = regions.flatMap(({ id, addresses, globalIPs }) => {
    const shown = { addresses: [...addresses], ...(globalIPs.length > 0 ? { globalIPs: [...globalIPs] } : {}) };
    return addresses.length + globalIPs.length > 0 ? [[id, shown] as const] : [];
  });
  return new Map(found);
}

/** A failure that keeps what outputs have said of gateways. */
export function keepingGateways(error: unknown, former: Plain): unknown {
  if (!(error instanceof PartialFailure)) return error;
  const { id, properties, reasons, cause } = error;
  return new PartialFailure(id, withGateways(properties, gatewaysIn(former)), reasons, cause);
}
