import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, type DynamicTunnelGroupArgs } from "pulumi-harmony-sase";
import type { OfferedNetwork, Sandbox } from "../../sandbox";
import type { EngineStack } from "../workshop";

/** The networks of the first account that nobody has used. */
export function emptyNetworks({ accounts }: Sandbox): readonly OfferedNetwork[] {
  return accounts[0].networks.slice(1);
}

/** Makes a resource of a name from what a group takes. */
export type Make = (name: string, args: DynamicTunnelGroupArgs) => unknown;

/** A program of so many groups, spread over networks; made by something else than this package where said so. */
export function fleet(
  networks: readonly OfferedNetwork[],
  groups: number,
  changes: Partial<DynamicTunnelGroupArgs> = {},
  make: Make = (name, args) => new DynamicTunnelGroup(name, args),
): () => Promise<void> {
  return async () => {
    for (let n = 0; n < groups; n++) {
      const network = networks[n % networks.length];
      if (network !== undefined) make(nameOf(n), { ...argsOf(network, n), ...changes });
    }
  };
}

const nameOf = (n: number) => `bench${n}x`;

function argsOf({ id: networkId, regions }: OfferedNetwork, n: number): DynamicTunnelGroupArgs {
  return {
    networkId,
    tunnelName: nameOf(n),
    tunnels: {
      only: {
        regionID: regions[0],
        remotePublicIP: "203.0.113.10",
        remoteASN: 65_010,
        p81GWInternalIP: "169.254.10.1",
        remoteGWInternalIP: "169.254.10.2",
        passphrase: pulumi.secret("Bench.secret_1"),
      },
    },
    sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
  };
}

/** A provider whose methods do nothing, written as short as one can: what any provider costs. */
const NOTHING =
  "exports.handler=()=>({check:async(_,inputs)=>({inputs,failures:[]}),diff:async()=>({changes:false}),create:async(outs)=>({id:outs.tunnelName,outs}),read:async(id,props)=>({id,props}),update:async(_i,_o,outs)=>({outs}),delete:async()=>{}})";

/** A resource of the provider that does nothing. */
class Nothing extends pulumi.CustomResource {
  constructor(name: string, args: object) {
    super("pulumi-nodejs:dynamic/bench:Nothing", name, { ...args, __provider: NOTHING });
  }
}

/** Makes a resource of it, with the inputs of a group. */
export const nothing: Make = (name, args) => new Nothing(name, args);

/** The same, with all the properties that a group has in state: defaults, ids and what is hidden. */
export function alike(outputs: object = {}): Make {
  const text = JSON.stringify(outputs);
  return (name, args) => {
    const { tunnels, ...rest } = JSON.parse(text.replaceAll(nameOf(0), name));
    const { passphrase } = (args.tunnels as Record<string, { readonly passphrase: pulumi.Input<string> }>).only ?? {};
    return new Nothing(name, { ...rest, tunnels: { only: { ...tunnels.only, passphrase } } });
  };
}

interface Deployment {
  readonly resources: readonly { readonly id?: string; readonly custom: boolean; readonly type: string }[];
}

/**
 * Makes a stack of one resource one of many, without the time that the engine takes to create as many: in state, and in
 * the sandbox as well, where the resource is a group.
 * @returns how many bytes a resource takes in state
 */
export async function multiplied(stack: EngineStack, groups: number, sandbox: Sandbox): Promise<number> {
  const exported = await stack.automation.exportStack();
  const deployment = exported.deployment as Deployment;
  const isOurs = ({ type }: Deployment["resources"][number]) => type.startsWith("pulumi-nodejs:dynamic/");
  const first = deployment.resources.find(isOurs);
  if (first === undefined) throw new Error("The stack has no resource to multiply.");
  const text = JSON.stringify(first);
  const copies = Array.from({ length: groups - 1 }, (_, at) => copied(text, first.id ?? "", at + 1, sandbox));
  const resources = [...deployment.resources, ...copies];
  await stack.automation.importStack({ ...exported, deployment: { ...deployment, resources } });
  return text.length;
}

function copied(text: string, id: string, n: number, sandbox: Sandbox): Deployment["resources"][number] {
  const named = text.replaceAll(nameOf(0), nameOf(n));
  const group = sandbox.group(id);
  if (group === undefined) return JSON.parse(named);
  const { groupId = "" } = sandbox.edit({ kind: "copyGroup", groupId: id });
  sandbox.edit({ kind: "changeGroup", groupId, changes: { tunnelName: nameOf(n) } });
  const made = sandbox.group(groupId);
  const renumbered = group.tunnels.reduce(
    (rest, tunnel, at) => rest.replaceAll(tunnel.id, made?.tunnels[at]?.id ?? ""),
    named.replaceAll(id, groupId),
  );
  return JSON.parse(renumbered);
}
