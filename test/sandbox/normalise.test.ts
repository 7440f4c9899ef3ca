import { expect } from "chai";
import { AS_TERRAFORM_USERS_SAW, type Normalisation, type SandboxOptions } from "../../sandbox";
import { foreignPath, type Visitor, visitSandbox } from "./visitor";

type Item = Record<string, unknown>;

describe("normalise", () => {
  let visitor: Visitor;
  afterEach(() => visitor.sandbox.close());

  const read = async () => ((await visitor.call("GET", foreignPath(visitor.sandbox))).json as Item[])[0] as Item;
  const listed = async () => {
    const { networkId, id } = visitor.sandbox.foreignGroup;
    const { json } = await visitor.call("GET", `/v2.3/networks/enhanced/${networkId}/tunnels`);
    return (json as { data: Item[] }).data.find(({ haTunnelID }) => haTunnelID === id) as Item;
  };
  async function visit(normalise: readonly Normalisation[], more: SandboxOptions = {}): Promise<void> {
    visitor = await visitSandbox({ normalise, isOrderStable: true, ...more });
    visitor.sandbox.edit({
      kind: "changeGroup",
      groupId: visitor.sandbox.foreignGroup.id,
      changes: {
        description: "  data centre ",
        sharedSettings: { remoteGatewaySubnets: ["10.20.0.9/17", "10.20.128.0/17"] },
        advancedSettings: { lifetime: "1h", keyExchange: "ikev2" },
      },
    });
  }

  const KINDS: readonly (readonly [Normalisation, Item])[] = [
    ["clearedHostBits", { remoteGatewaySubnets: ["10.20.0.0/17", "10.20.128.0/17"] }],
    ["aggregatedSubnets", { remoteGatewaySubnets: ["10.20.0.0/16"] }],
    ["dottedMasks", { remoteGatewaySubnets: ["10.20.0.9/255.255.128.0", "10.20.128.0/255.255.128.0"] }],
    ["otherUnits", { lifetime: "60m" }],
    ["seconds", { lifetime: 3600 }],
    ["enumCase", { keyExchange: "IKEv2" }],
    ["textForOne", { p81GatewaySubnets: "0.0.0.0/0" }],
    ["trimmedDescription", { description: "data centre" }],
    ["nameCase", { tunnelName: "DATACENTER01" }],
  ];
  for (const [kind, shown] of KINDS) {
    it(`shows values with ${kind}, in lists too, and stores them as they were sent`, async () => {
      await visit([kind]);
      expect(await read()).to.deep.include(shown);
      expect(await listed()).to.deep.include(shown);
      expect(visitor.sandbox.group(visitor.sandbox.foreignGroup.id)?.description).to.equal("  data centre ");
    });
  }

  it("shows a bandwidth as text, an address with its mask, and an empty description as null", async () => {
    await visit(["numbersAsText", "hostMasks", "nullForEmpty", "regionCase"]);
    const { peakBandwidthMbps, remotePublicIP, regionID } = await read();
    expect(peakBandwidthMbps).to.equal("2000");
    expect(remotePublicIP).to.match(/^[\d.]+\/32$/);
    expect(regionID).to.match(/^[a-z0-9]+$/);
    visitor.sandbox.edit({
      kind: "changeGroup",
      groupId: visitor.sandbox.foreignGroup.id,
      changes: { description: "" },
    });
    expect(await read()).to.have.property("description", null);
  });

  it("does several of them together", async () => {
    await visit(AS_TERRAFORM_USERS_SAW);
    const { description, lifetime, remotePublicIP } = await read();
    expect([description, lifetime]).to.deep.equal(["data centre", "60m"]);
    expect(remotePublicIP).to.match(/\/32$/);
  });
});

describe("setByHand", () => {
  let visitor: Visitor;
  afterEach(() => visitor.sandbox.close());

  const items = async () => (await visitor.call("GET", foreignPath(visitor.sandbox))).json as Item[];

  it("sets what no request could, of a group or of one tunnel, until a request sets it", async () => {
    visitor = await visitSandbox({ isOrderStable: true });
    const groupId = visitor.sandbox.foreignGroup.id;
    const [tunnel] = visitor.sandbox.foreignGroup.tunnels;
    visitor.sandbox.edit({ kind: "setByHand", groupId, values: { advancedSettings: { lifetime: "36h" } } });
    visitor.sandbox.edit({
      kind: "setByHand",
      groupId,
      tunnelId: tunnel?.id,
      values: { remoteID: 7, dpdDelay: "99s" },
    });
    const shown = (await items()).map(({ lifetime, remoteID, dpdDelay }) => [lifetime, remoteID, dpdDelay]);
    expect(shown[0]).to.deep.equal(["36h", 7, "99s"]);
    expect(shown[1]?.slice(0, 1)).to.deep.equal(["36h"]);
    expect(shown[1]?.slice(1)).not.to.include.members([7, "99s"]);
    await visitor.carryOut("PUT", foreignPath(visitor.sandbox), {
      tunnelName: "datacenter",
      updateTunnels: [{ id: tunnel?.id, remoteID: "peer1" }],
      advancedSettings: { lifetime: "1h", dpdDelay: "10s" },
    });
    const after = (await items()).map(({ lifetime, remoteID, dpdDelay }) => [lifetime, remoteID, dpdDelay]);
    expect(after[0]).to.deep.equal(["1h", "peer1", "10s"]);
  });
});
