import { expect } from "chai";
import { declare } from "../../../provider/import/declare";
import { engineFileText } from "../../../provider/import/engineFile";
import { CERTIFICATE } from "../builders";
import { realGroup, realTunnel, sceneOf } from "./scenes";

describe("engineFileText", () => {
  const certified = { passphrase: undefined, customerRootCA: CERTIFICATE } as object;
  const { found, answers } = sceneOf([realGroup(1, [realTunnel(1), realTunnel(2, certified)])]);
  const { resources } = JSON.parse(engineFileText(declare(found, answers).resources, "infra", "dev"));
  const [{ inputs, outputs, ...resource }] = resources;
  const type = "pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup";

  it("names the resource as the stack does, its group, and the provider that every later step needs", () => {
    expect(resource).to.deep.equal({ type, name: "branch1", id: "Tg1" });
    for (const half of [inputs, outputs]) {
      expect(half).to.include({
        __urn: `urn:pulumi:dev::infra::${type}::branch1`,
        __provider: 'exports.handler=()=>require("pulumi-harmony-sase/lifecycle")',
      });
    }
  });

  it("takes the name of a stack with its organization, which is no part of what state holds", () => {
    const [{ inputs }] = JSON.parse(
      engineFileText(declare(found, answers).resources, "infra", "acme/infra/dev"),
    ).resources;
    expect(inputs.__urn).to.equal(`urn:pulumi:dev::infra::${type}::branch1`);
  });

  it("has outputs as of a group that the resource has created, defaults and all", () => {
    expect(outputs).to.deep.include({
      __origin: "created",
      dynamicTunnelId: "Tg1",
      tunnelIds: { dublin: "Tn1x1", frankfurt: "Tn1x0" },
    });
    expect(outputs.tunnels.frankfurt).to.include({ remoteID: "203.0.113.1", routingType: "route", authType: "psk" });
    expect(outputs.tunnels.dublin).to.include({ authType: "cert", customerRootCA: CERTIFICATE });
  });

  it("has passphrases as the CLI takes a secret from a file, and says where they are", () => {
    for (const { tunnels, __secrets } of [inputs, outputs]) {
      expect(tunnels.frankfurt.passphrase).to.deep.equal({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: '"Import.secret_1"',
      });
      expect(__secrets).to.deep.equal(["tunnels.frankfurt.passphrase"]);
    }
  });
});
