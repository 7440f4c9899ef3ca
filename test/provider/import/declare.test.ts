import { expect } from "chai";
import { declare, type Found } from "../../../provider/import/declare";
import { CERTIFICATE } from "../builders";
import { realGroup, realTunnel, type Scene, sceneOf } from "./scenes";

const NOTHING = { tunnels: new Map() };
const declared = ({ found, answers }: Scene) => declare(found, answers);
const keysOf = (scene: Scene) => declared(scene).resources.map(({ tunnelIds }) => Object.entries(tunnelIds));

describe("declare", () => {
  it("leaves out what is at its default", () => {
    const [resource] = declared(sceneOf([realGroup(1, [realTunnel(1)])])).resources;
    expect(resource?.inputs).to.deep.equal({
      ...realGroup(1, []).inputs,
      tunnels: { frankfurt: realTunnel(1) },
    });
  });

  it("keeps what is not", () => {
    const tunnel = realTunnel(1, { remoteID: "peer", routingType: "policy" });
    const advancedSettings = { ikeLifeTime: "9h", phase1: { auth: ["sha256" as const] } };
    const [resource] = declared(
      sceneOf([realGroup(1, [tunnel], { description: "by hand", advancedSettings })]),
    ).resources;
    expect(resource?.inputs).to.deep.include({ description: "by hand", advancedSettings });
    expect(resource?.inputs.tunnels.frankfurt).to.deep.equal(tunnel);
  });

  it("gives an authType where the credential does not imply it", () => {
    const scene = sceneOf([
      realGroup(1, [realTunnel(1, { passphrase: undefined, customerRootCA: CERTIFICATE } as object)]),
    ]);
    expect(declared(scene).resources[0]?.inputs.tunnels.frankfurt).not.to.have.property("authType");
  });

  it("names tunnels after their regions, and numbers those of one by their addresses", () => {
    const at = (n: number, last: number) => realTunnel(n, { regionID: "Rg0", remotePublicIP: `203.0.113.${last}` });
    expect(keysOf(sceneOf([realGroup(1, [at(1, 100), realTunnel(3), at(2, 9)])]))).to.deep.equal([
      [
        ["dublin1", "Tn1x2"],
        ["dublin2", "Tn1x0"],
        ["frankfurt", "Tn1x1"],
      ],
    ]);
  });

  it("tells regions of one name apart, and names one that is not there", () => {
    const scene = sceneOf(
      [realGroup(1, [realTunnel(1), realTunnel(2), realTunnel(3, { regionID: "Rg7" })])],
      ["Dublin", "Dublin"],
    );
    expect(keysOf(scene)[0]?.map(([key]) => key)).to.deep.equal(["dublin1", "dublin2", "region"]);
    expect([...declared(scene).regions]).to.deep.equal([
      ["dublin1", "Rg0"],
      ["dublin2", "Rg1"],
      ["region", "Rg7"],
    ]);
  });

  it("numbers groups of one name", () => {
    const named = (n: number, tunnelName: string) => realGroup(n, [realTunnel(n)], { tunnelName });
    const { resources } = declared(sceneOf([named(3, "branch"), named(1, "branch"), named(2, "branch1")]));
    expect(resources.map(({ name, groupId }) => [name, groupId])).to.deep.equal([
      ["branch2", "Tg1"],
      ["branch3", "Tg3"],
      ["branch1", "Tg2"],
    ]);
  });

  describe("without answers", () => {
    const questions = (found: Found) => declare(found, NOTHING).questions;

    it("asks for what the service never shows, and fails with nothing else", () => {
      const { found } = sceneOf([realGroup(1, [realTunnel(1)])]);
      const result = declare(found, NOTHING);
      expect(result.failures).to.deep.equal([]);
      expect(result.questions).to.deep.equal({
        isAsnWanted: false,
        tunnels: [
          {
            resource: "branch1",
            key: "frankfurt",
            tunnelId: "Tn1x0",
            remotePublicIP: "203.0.113.1",
            fields: ["remoteASN", "p81GWInternalIP", "remoteGWInternalIP"],
          },
        ],
      });
    });

    it("asks for credentials that are not shown, and for the network's ASN", () => {
      const certified = { passphrase: undefined, customerRootCA: CERTIFICATE } as object;
      const { found } = sceneOf([realGroup(1, [realTunnel(1), realTunnel(2, certified)])]);
      const groups = found.groups.map((group) => ({
        ...group,
        tunnels: group.tunnels.map(({ passphrase: _, customerRootCA: __, ...tunnel }) => tunnel),
      }));
      const { isAsnWanted, tunnels } = questions({ ...found, network: { id: "NwAAAAAAA1", name: "branches" }, groups });
      expect(isAsnWanted).to.equal(true);
      expect(tunnels.map(({ fields }) => fields.filter((name) => !/ASN|Internal/.test(name)))).to.deep.equal([
        ["customerRootCA"],
        ["passphrase"],
      ]);
    });

    it("asks for an address that is not shown", () => {
      const { found } = sceneOf([realGroup(1, [realTunnel(1)])]);
      const groups = found.groups.map((group) => ({
        ...group,
        tunnels: group.tunnels.map(({ remotePublicIP: _, ...tunnel }) => tunnel),
      }));
      expect(questions({ ...found, groups }).tunnels[0]?.fields).to.include("remotePublicIP");
    });
  });

  it("believes what is shown, whatever was answered", () => {
    const { found, answers } = sceneOf([realGroup(1, [realTunnel(1)])]);
    const known = answers.tunnels.get("Tn1x0");
    const tunnels = new Map([["Tn1x0", { ...known, passphrase: "Another.secret", remotePublicIP: "192.0.2.1" }]]);
    const [resource] = declare(found, { tunnels }).resources;
    expect(resource?.inputs.tunnels.frankfurt).to.deep.equal(realTunnel(1));
  });

  it("fails with what check would refuse, and names the group", () => {
    const scene = sceneOf([realGroup(1, [realTunnel(1, { remoteASN: 23_456_789_012 })], { tunnelName: "my-branch" })]);
    expect(declared(scene).failures).to.deep.equal([
      'group "my-branch" (Tg1): tunnelName: must be 3..15 letters and digits',
      'group "my-branch" (Tg1): tunnels.frankfurt.remoteASN: must be a whole number in 1..64496, 64512..65535, 131072..4294967295; got 23456789012',
    ]);
  });

  it("tells what it takes to be at its default, since it is not shown", () => {
    const { found, answers } = sceneOf([realGroup(1, [realTunnel(1)])]);
    const groups = found.groups.map(({ advancedSettings: _, ...group }) => ({
      ...group,
      advancedSettings: { keyExchange: "ikev2" as const },
      tunnels: group.tunnels.map(({ routingType: _, ...tunnel }) => tunnel),
    }));
    const { presumed } = declare({ ...found, groups }, answers);
    expect(presumed).to.include.members([
      'group "branch1" (Tg1): advancedSettings.lifetime',
      'group "branch1" (Tg1): tunnels.frankfurt.routingType',
    ]);
    expect(presumed.join()).not.to.contain("keyExchange,");
  });
});
