import { expect } from "chai";
import { declare } from "../../../provider/import/declare";
import { programText } from "../../../provider/import/program";
import { CERTIFICATE } from "../builders";
import { type Real, realGroup, realTunnel, sceneOf } from "./scenes";

const programOf = (...groups: Real[]) => {
  const { found, answers } = sceneOf(groups);
  return programText(declare(found, answers));
};

describe("programText", () => {
  it("is what a person would write for one group", () => {
    expect(programOf(realGroup(1, [realTunnel(1)]))).to.equal(`import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";

const config = new pulumi.Config();
const networkId = "NwAAAAAAA1";
const regions = { frankfurt: "Rg1" };

new DynamicTunnelGroup("branch1", {
  networkId,
  tunnelName: "branch1",
  tunnels: {
    frankfurt: {
      regionID: regions.frankfurt,
      remotePublicIP: "203.0.113.1",
      remoteASN: 65001,
      p81GWInternalIP: "169.254.1.1",
      remoteGWInternalIP: "169.254.1.2",
      passphrase: config.requireSecret("branch1-frankfurt-psk"),
    },
  },
  sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.1.0.0/16"], leftASN: 64600 },
});
`);
  });

  it("names once what is equal in all groups, and in each what is not", () => {
    const common = { description: "by hand", advancedSettings: { keyExchange: "ikev1" as const } };
    const text = programOf(
      realGroup(1, [realTunnel(1)], common),
      realGroup(2, [realTunnel(2)], {
        ...common,
        advancedSettings: { ...common.advancedSettings, dpdDelay: "60s" },
      }),
    );
    expect(text).to.contain("import { type AdvancedSettingsArgs, DynamicTunnelGroup, type SharedSettingsArgs } from");
    expect(text).to.contain('const description = "by hand";\n');
    expect(text).to.contain(
      'const sharedSettings: SharedSettingsArgs = { p81GatewaySubnets: ["0.0.0.0/0"], leftASN: 64600 };\n',
    );
    expect(text).to.contain('const advancedSettings: AdvancedSettingsArgs = { keyExchange: "ikev1" };\n');
    expect(text.match(/^ {2}description,$/gm)).to.have.length(2);
    expect(text).to.contain('  sharedSettings: { ...sharedSettings, remoteGatewaySubnets: ["10.1.0.0/16"] },\n');
    expect(text.match(/^ {2}advancedSettings,$/gm)).to.have.length(1);
    expect(text).to.contain('  advancedSettings: { ...advancedSettings, dpdDelay: "60s" },\n');
  });

  it("names nothing common that one group lacks", () => {
    const text = programOf(
      realGroup(1, [realTunnel(1)], { advancedSettings: { dpdDelay: "60s" }, description: "one" }),
      realGroup(2, [realTunnel(2)]),
    );
    expect(text).not.to.contain("const advancedSettings").and.not.contain("const description");
    expect(text.match(/dpdDelay/g)).to.have.length(1);
  });

  it("has each certificate once, and no configuration where there is no passphrase", () => {
    const certified = { passphrase: undefined, customerRootCA: CERTIFICATE } as object;
    const text = programOf(realGroup(1, [realTunnel(1, certified), realTunnel(2, certified)]));
    expect(text).to.contain(`const customerRootCA = \`${CERTIFICATE}\`;\n`);
    expect(text.match(/customerRootCA: customerRootCA,/g)).to.have.length(2);
    expect(text).not.to.contain("Config").and.not.contain("@pulumi/pulumi");
  });
});
