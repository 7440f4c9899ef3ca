import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  DynamicTunnelGroup,
  getNetwork,
  getNetworkOutput,
  getRegion,
  getTunnelGroupOutput,
  Provider,
} from "pulumi-harmony-sase";
import { passphraseOf, useFixture } from "./fixture";

describe("Lookups on the real engine", () => {
  const fixture = useFixture();
  const counted = () => {
    const operations = fixture.sandbox.journal().map(({ operation }) => operation ?? "");
    return Object.fromEntries(
      [...new Set(operations)].toSorted().map((name) => [name, operations.filter((each) => each === name).length]),
    );
  };
  /** A program of the Automation API runs in this process, which the workspace's environment does not reach. */
  const settings = () => ({
    environment: { HARMONY_SASE_API_KEY: "", HARMONY_SASE_BASE_URL: "" },
    configuration: { "harmony-sase:baseUrl": fixture.sandbox.baseUrl },
    secrets: { "harmony-sase:apiKey": fixture.sandbox.accounts[0].apiKey },
  });

  it("make a group by names alone, in preview and up, and find what the run has made", async () => {
    const stack = await fixture.workshop.stack({
      ...settings(),
      program: async () => {
        const network = await getNetwork({ name: "branches" });
        const region = await getRegion({ networkId: network.id, name: "Dublin" });
        const group = new DynamicTunnelGroup("branch", {
          ...fixture.args({ networkId: network.id }),
          tunnels: { only: fixture.tunnel(0, { regionID: region.id }) },
          sharedSettings: {
            p81GatewaySubnets: ["0.0.0.0/0"],
            remoteGatewaySubnets: ["10.20.0.0/16"],
            leftASN: network.asn ?? 64_600,
          },
        });
        const found = getTunnelGroupOutput({
          networkId: network.id,
          id: group.dynamicTunnelId,
          includePassphrases: true,
        });
        const asn = getNetworkOutput({ id: group.networkId }).asn;
        return { addresses: region.addresses, id: found.id, passphrases: found.passphrases, asn };
      },
    });
    fixture.sandbox.clearJournal();
    const preview = await stack.automation.preview({ color: "never" });
    expect(preview.changeSummary).to.deep.equal({ create: 2 });
    expect(counted()).to.deep.equal({ authorize: 1, listNetworks: 1, listRegions: 1 });
    const { outputs } = await stack.up();
    expect(outputs.addresses).to.deep.equal(["198.18.2.21", "198.18.2.22"]);
    expect(outputs.id).to.equal(fixture.groups()[0]?.id);
    expect(outputs.asn).to.equal(64_600);
    const told = await stack.automation.outputs();
    expect(told.passphrases?.secret).to.equal(true);
    expect(Object.values(told.passphrases?.value as object)).to.deep.equal([passphraseOf(0)]);
    expect(stack.transcript.join("")).not.to.contain(passphraseOf(0));
    await stack.destroy();
  });

  it("ask the account of an explicit Provider, its parent's too", async () => {
    const [, second] = fixture.sandbox.accounts;
    const names: string[] = [];
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "", HARMONY_SASE_BASE_URL: "" },
      program: async () => {
        const { apiKey } = second;
        const provider = new Provider("second", { apiKey, baseUrl: fixture.sandbox.baseUrl });
        const parent = new pulumi.ComponentResource("test:Branch", "branch", {}, { providers: [provider] });
        for (const options of [{ provider }, { parent }]) {
          names.push((await getNetwork({ name: "elsewhere" }, options)).id);
        }
      },
    });
    fixture.sandbox.clearJournal();
    await stack.up();
    expect(new Set(names)).to.deep.equal(new Set([second.networks[0].id]));
    expect(counted()).to.deep.equal({ authorize: 1, listNetworks: 1 });
    await stack.destroy();
  });

  it("fail with what there is, and neither stack nor key", async () => {
    const stack = await fixture.workshop.stack({
      ...settings(),
      program: async () => {
        await getNetwork({ name: "brnches" });
      },
    });
    const { output } = await stack.failingUp();
    expect(output).to.match(/Cannot find network "brnches": there is none of that name\. There are "branches" \(Nw/);
    expect(output).not.to.match(/ at .*\.[jt]s:\d+/);
    expect(output).not.to.contain(fixture.sandbox.accounts[0].apiKey);
  });

  it("fail without a name that is a secret", async () => {
    const stack = await fixture.workshop.stack({
      ...settings(),
      program: async () => ({ id: getNetworkOutput({ name: pulumi.secret("brnches") }).id }),
    });
    const { output } = await stack.failingUp();
    expect(output).to.contain('Cannot find network "[secret]": there is none of that name');
    expect(output).not.to.contain("brnches");
  });

  it("fail in an output as well, with the run", async () => {
    const stack = await fixture.workshop.stack({
      ...settings(),
      program: async () => ({ id: getNetworkOutput({ name: pulumi.output("brnches") }).id }),
    });
    const { output } = await stack.failingUp();
    expect(output).to.match(/Cannot find network "brnches": there is none of that name/);
  });
});
