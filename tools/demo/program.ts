import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DynamicTunnelGroup, type TunnelArgs } from "pulumi-harmony-sase";
import type { SandboxAccount } from "../../sandbox";

/** Pre-shared keys of the demo. */
export const PASSPHRASES = {
  primary: "Demo.primary_key1",
  rotated: "Demo.primary_key2",
  backup: "Demo.backup_key1",
  more: "Demo.other_key1",
};

/** How far the demo has come. */
export type Chapter = "begun" | "changed" | "grown";

/** Hands out an address, as a cloud's resource for public addresses would: nobody knows it before it exists. */
class PublicAddress extends pulumi.dynamic.Resource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, address: string) {
    super({ create: async (inputs) => ({ id: "address", outs: { address: inputs.wanted } }) }, name, {
      wanted: address,
      address: undefined,
    });
  }
}

/** The branch office's program, as it stands in a chapter of the demo. */
export function branchOffice(account: SandboxAccount, chapter: Chapter = "begun"): PulumiFn {
  const network = account.networks.at(-1) ?? account.networks[0];
  const isChanged = chapter !== "begun";
  const tunnel = (n: number, passphrase: string, remotePublicIP: pulumi.Input<string>): TunnelArgs => ({
    regionID: network.regions[n % 3] ?? "",
    remotePublicIP,
    remoteASN: 65_010,
    p81GWInternalIP: `169.254.10.${4 * n + 1}`,
    remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
    passphrase: pulumi.secret(passphrase),
  });
  return async () => {
    const office = new PublicAddress("office", "203.0.113.10");
    const branch = new DynamicTunnelGroup("branch", {
      networkId: network.id,
      tunnelName: "branch",
      tunnels: {
        primary: tunnel(0, isChanged ? PASSPHRASES.rotated : PASSPHRASES.primary, office.address),
        backup: tunnel(1, PASSPHRASES.backup, isChanged ? "203.0.113.75" : "203.0.113.74"),
        ...(isChanged ? { lte: tunnel(2, PASSPHRASES.more, "203.0.113.99") } : {}),
        ...(chapter === "grown"
          ? {
              fibre: tunnel(3, PASSPHRASES.more, "203.0.113.120"),
              satellite: tunnel(4, PASSPHRASES.more, "203.0.113.130"),
            }
          : {}),
      },
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
    });
    return { dynamicTunnelId: branch.dynamicTunnelId, tunnelIds: branch.tunnelIds };
  };
}
