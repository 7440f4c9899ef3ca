import * as pulumi from "@pulumi/pulumi";
import type { DynamicTunnelGroup } from "pulumi-harmony-sase";

/** Outputs of a tunnel group, as its stack exports them. */
type Group = Pick<
  pulumi.UnwrappedObject<DynamicTunnelGroup>,
  "gateways" | "tunnels" | "sharedSettings" | "advancedSettings"
>;
type Phase = NonNullable<Group["advancedSettings"]>["phase1"];

const stack = new pulumi.StackReference(new pulumi.Config().require("branchStack"));
const group = pulumi.all({
  gateways: stack.requireOutput("gateways"),
  tunnels: stack.requireOutput("tunnels"),
  sharedSettings: stack.requireOutput("sharedSettings"),
  advancedSettings: stack.requireOutput("advancedSettings"),
}) as pulumi.Output<Group>;

/** Algorithms in strongSwan's words, which are the API's: `aes256-sha512-ecp521`. */
function proposals({ encryption = [], auth = [], keyExchangeMethod = [] }: NonNullable<Phase> = {}): string {
  const exchanges = keyExchangeMethod.length > 0 ? keyExchangeMethod : [undefined];
  const all = encryption.flatMap((cipher) =>
    auth.flatMap((hash) => exchanges.map((exchange) => [cipher, hash, exchange])),
  );
  return all.map((words) => words.filter((word) => word !== undefined).join("-")).join(", ");
}

/** A tunnel as strongSwan takes it: a connection to the gateways of its region, by its pre-shared key. */
function connection(key: string, { gateways, tunnels, advancedSettings }: Group): string {
  const { remotePublicIP, remoteID, passphrase } = tunnels[key] ?? {};
  const { addresses } = gateways[key] ?? {};
  // A state of an earlier version has none until a refresh; then this stack has to wait.
  if (addresses === undefined) throw new Error(`The gateways of tunnel ${key} are not known: refresh its stack.`);
  return `connections {
  ${key} {
    version = 2
    local_addrs = ${remotePublicIP}
    remote_addrs = ${addresses.join(", ")}
    proposals = ${proposals(advancedSettings?.phase1)}
    local {
      auth = psk
      id = ${remoteID}
    }
    remote {
      auth = psk
    }
    children {
      ${key} {
        esp_proposals = ${proposals(advancedSettings?.phase2)}
        local_ts = 0.0.0.0/0
        remote_ts = 0.0.0.0/0
      }
    }
  }
}
secrets {
  ike-${key} {
    id = ${remoteID}
    secret = "${passphrase}"
  }
}
`;
}

/** The sessions inside the tunnels, as FRR takes them. */
function sessions({ tunnels, sharedSettings }: Group): string {
  const peers = Object.values(tunnels);
  return [
    `router bgp ${peers[0]?.remoteASN}`,
    ...peers.map(({ p81GWInternalIP }) => ` neighbor ${p81GWInternalIP} remote-as ${sharedSettings?.leftASN}`),
    ` address-family ipv4 unicast`,
    ...(sharedSettings?.remoteGatewaySubnets ?? []).map((subnet) => `  network ${subnet}`),
    "",
  ].join("\n");
}

// Both are secret, as all is that a pre-shared key has gone into.
export const swanctl = group.apply((each) =>
  Object.keys(each.tunnels)
    .map((key) => connection(key, each))
    .join(""),
);
export const frr = group.apply(sessions);
