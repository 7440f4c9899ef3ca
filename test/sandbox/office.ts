import type { OfferedNetwork, Peer, SandboxOptions, StoredGroup } from "../../sandbox";
import { newGroup, newTunnel } from "./bodies";
import { groupsPath, type Visitor, visitSandbox } from "./visitor";

/** How often a tunnel is probed, unless a test says otherwise. */
export const PROBE_MS = 5000;
/** How long two ends take to bring a tunnel up, unless a test says otherwise. */
export const NEGOTIATION_MS = 3000;
export const HOUR_MS = 3_600_000;

/** What is known of one tunnel's health. */
export interface Entry {
  readonly type: string;
  readonly meta: { networkId: string; tunnelName: string; tunnelId?: string; regionId?: string };
  readonly status: string;
}

/** A visitor who keeps one group, and the routers at its far ends. */
export interface Office extends Visitor {
  readonly network: OfferedNetwork;
  /** The router that suits `newTunnel` of the same number. */
  router(n: number, changes?: Partial<Peer>): Peer;
  health(networkId?: string): Promise<readonly Entry[]>;
  statuses(networkId?: string): Promise<readonly string[]>;
  group(): StoredGroup | undefined;
  groupId(): string;
  create(tunnels?: readonly object[]): Promise<unknown>;
  update(body: object): Promise<unknown>;
  /** An entry of `updateTunnels`. */
  withKey(at: number, passphrase: string): object;
  /** The address of each tunnel that was down, and for how long. */
  outages(): (number | string | undefined)[][];
}

/** Opens an office in the network that has no group yet. */
export async function openOffice(options: SandboxOptions = {}): Promise<Office> {
  const visitor = await visitSandbox({ tokenLifetimeMs: 24 * HOUR_MS, ...options });
  const { sandbox, call, carryOut } = visitor;
  const network = sandbox.accounts[0].networks.at(-1) as OfferedNetwork;
  const groups = groupsPath(network.id);
  const health: Office["health"] = async (networkId = network.id) => {
    const { json } = await call("GET", `/v2.3/networks/enhanced/${networkId}/health`);
    return (json as { data: Entry[] }).data;
  };
  const group = () => sandbox.groups().find(({ networkId }) => networkId === network.id);
  const groupId = () => group()?.id ?? "";
  return {
    ...visitor,
    network,
    router: (n, changes = {}) => {
      const { authType: _, routingType: __, ...end } = newTunnel(network, n) as Peer & Record<string, unknown>;
      return { ...(end as Peer), ...changes };
    },
    health,
    statuses: async (networkId) => (await health(networkId)).map(({ status }) => status),
    group,
    groupId,
    create: (tunnels = [newTunnel(network)]) => carryOut("POST", groups, newGroup(network, { tunnels })),
    update: (body) => carryOut("PUT", `${groups}/${groupId()}`, { tunnelName: "edge", ...body }),
    withKey: (at, passphrase) => ({ id: group()?.tunnels[at]?.id, authType: "psk", passphrase }),
    outages: () =>
      sandbox
        .downtime(groupId())
        .outages.map(({ remotePublicIP, fromMs, untilMs }) => [
          remotePublicIP,
          untilMs === undefined ? "on" : untilMs - fromMs,
        ]),
  };
}
