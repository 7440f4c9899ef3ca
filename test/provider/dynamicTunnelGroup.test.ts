import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import sinon from "sinon";
import type { DynamicTunnelGroupArgs } from "../../provider/args";
import { DynamicTunnelGroup } from "../../provider/dynamicTunnelGroup";
import { Provider } from "../../provider/provider";

const PROVIDER_TEXT = 'exports.handler=()=>require("pulumi-harmony-sase/lifecycle")';

class Plain extends pulumi.dynamic.Resource {
  constructor(name: string) {
    super({ create: async () => ({ id: "x", outs: {} }) }, name, {}, undefined, "harmony-sase", "DynamicTunnelGroup");
  }
}

const args = (changes: Partial<DynamicTunnelGroupArgs> = {}): DynamicTunnelGroupArgs => ({
  networkId: "Nw1",
  tunnelName: "branch",
  tunnels: { primary: { regionID: "Rg1", passphrase: "Hunter2.secret" } },
  ...changes,
});

const known = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });

describe("DynamicTunnelGroup", () => {
  let registered: pulumi.runtime.MockResourceArgs[];

  before(async () => {
    registered = [];
    await pulumi.runtime.setMocks(
      {
        newResource: (resource) => {
          registered.push(resource);
          return { id: `id-of-${resource.name}`, state: resource.inputs };
        },
        call: () => ({}),
      },
      "project",
      "stack",
    );
  });

  async function register(
    name: string,
    changes?: Partial<DynamicTunnelGroupArgs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    const group = new DynamicTunnelGroup(name, args(changes), options);
    await known(group.urn);
    return { group, registration: registered.find((resource) => resource.name === name) };
  }

  it("registers with the type, and so with the provider process, of a pulumi.dynamic.Resource", async () => {
    const { registration } = await register("one");
    const plain = new Plain("plain");
    await known(plain.urn);
    expect(registration?.type).to.equal(registered.find(({ name }) => name === "plain")?.type);
    expect(registration).to.include({ type: "pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup", custom: true });
    expect(registration?.provider).to.equal(registered.find(({ name }) => name === "plain")?.provider);
  });

  it("carries the constant text that states hold for ever", async () => {
    const { registration } = await register("text");
    expect(registration?.inputs.__provider).to.equal(PROVIDER_TEXT);
  });

  it("carries its URN and its timeouts, which dynamic providers are not told", async () => {
    const { group, registration } = await register("hidden", {}, { customTimeouts: { update: "5m" } });
    expect(registration?.inputs.__urn).to.equal(await known(group.urn));
    expect(registration?.inputs.__timeouts).to.deep.equal({ update: "5m" });
  });

  it("carries where its secrets stand, since providers get every value in clear", async () => {
    const { registration } = await register("secrets", {
      description: pulumi.secret("mine"),
      tunnels: {
        primary: { regionID: "Rg1", remotePublicIP: pulumi.secret("203.0.113.1"), passphrase: "Hunter2.secret" },
      },
      sharedSettings: {
        p81GatewaySubnets: pulumi.output(["0.0.0.0/0"]),
        remoteGatewaySubnets: ["10.20.0.0/16", pulumi.secret("10.30.0.0/16")],
      },
    });
    expect(registration?.inputs.__secrets).to.deep.equal([
      "description",
      "sharedSettings.remoteGatewaySubnets",
      "tunnels.primary.remotePublicIP",
    ]);
  });

  it("carries where secrets stand in outputs, and those that are secret as a whole", async () => {
    const regionID = "Rg1";
    const { registration } = await register("deep", {
      networkId: pulumi.secret("Nw1"),
      tunnels: pulumi.output("203.0.113.1").apply((address) => ({
        primary: { regionID, remotePublicIP: pulumi.secret(address) },
        backup: pulumi.secret({ regionID }),
      })) as never,
      sharedSettings: Promise.resolve({ remoteGatewaySubnets: pulumi.secret(["10.20.0.0/16"]) }),
      advancedSettings: pulumi.output({ lifetime: pulumi.secret("1h") }),
    });
    expect(registration?.inputs.__secrets).to.deep.equal([
      "advancedSettings",
      "networkId",
      "sharedSettings.remoteGatewaySubnets",
      "tunnels.backup",
      "tunnels.primary.remotePublicIP",
    ]);
  });

  it("carries ignoreChanges, since the engine applies it before the provider sees anything", async () => {
    const { registration } = await register("ignoring", {}, { ignoreChanges: ["tunnels.primary.remoteASN"] });
    expect(registration?.inputs.__ignoreChanges).to.deep.equal(["tunnels.primary.remoteASN"]);
  });

  it("takes a null for dynamicTunnelId as none", async () => {
    const { group } = await register("nulled", { dynamicTunnelId: null as never });
    expect(await known(group.dynamicTunnelId)).to.equal("id-of-nulled");
  });

  it("says once in a run that replaceOnChanges has no effect", async () => {
    const warn = sinon.stub(pulumi.log, "warn").resolves();
    try {
      for (const name of ["first", "second"]) await register(name, {}, { replaceOnChanges: ["tunnels"] });
      expect(warn.args.map(([text]) => text).join()).to.match(/^replaceOnChanges has no effect[^,]*$/);
    } finally {
      warn.restore();
    }
  });

  it("registers beside another under one parent, neither waiting for the other", async () => {
    const parent = new pulumi.ComponentResource("acme:network:Office", "office");
    const groups = await Promise.all(["north", "south"].map((name) => register(name, {}, { parent })));
    for (const { group, registration } of groups) {
      expect(registration?.inputs.__urn).to.equal(await known(group.urn));
      expect(registration?.inputs.__urn).to.contain("::acme:network:Office$pulumi-nodejs:dynamic/harmony-sase:");
    }
  }).timeout(10_000);

  it("leaves it to the program whether it is deleted before it is replaced", async () => {
    for (const given of [{}, { deleteBeforeReplace: true }]) {
      let options: pulumi.ResourceOptions = {};
      const spy: pulumi.ResourceTransformation = ({ opts }) => {
        options = opts;
        return undefined;
      };
      await register("replaced", {}, { ...given, transformations: [spy] } as pulumi.CustomResourceOptions);
      expect(options).to.deep.include(given);
      expect("deleteBeforeReplace" in options).to.equal("deleteBeforeReplace" in given);
    }
  });

  it("has an output for each of its properties, also for those that the program is silent about", async () => {
    const { group, registration } = await register("silent");
    const { description, sharedSettings, advancedSettings, unmanagedTunnels, tunnelIds, gateways, dynamicTunnelId } =
      group;
    for (const output of [
      description,
      sharedSettings,
      advancedSettings,
      unmanagedTunnels,
      tunnelIds,
      gateways,
      dynamicTunnelId,
    ]) {
      expect(pulumi.Output.isInstance(output)).to.equal(true);
    }
    expect(registration?.inputs).to.have.all.keys(
      "networkId",
      "tunnelName",
      "tunnels",
      "__urn",
      "__secrets",
      "__provider",
    );
  });

  it("has an output for a name that is left out, of no value", async () => {
    const { group } = await register("nameless", { dynamicTunnelId: "TgAAAAAAA1", tunnelName: undefined as never });
    expect(pulumi.Output.isInstance(group.tunnelName)).to.equal(true);
    expect(await known(group.tunnelName)).to.equal(undefined);
  });

  it("has an id for each key where no provider runs, unless the mocks give one, and none of them secret", async () => {
    const { group } = await register("mocked");
    expect(await known(group.tunnelIds)).to.deep.equal({ primary: "mocked-primary" });
    expect(await pulumi.isSecret(group.tunnelIds)).to.equal(false);
    const given = { tunnelIds: { primary: "Tn1" } } as Partial<DynamicTunnelGroupArgs>;
    expect(await known((await register("given", given)).group.tunnelIds)).to.deep.equal({ primary: "Tn1" });
  });

  it("has gateways for each key where no provider runs, unless the mocks give some", async () => {
    const { group } = await register("routed");
    expect(await known(group.gateways)).to.deep.equal({ primary: { addresses: ["192.0.2.1"] } });
    expect(await pulumi.isSecret(group.gateways)).to.equal(false);
    const given = { gateways: { primary: { addresses: ["198.51.100.1"] } } };
    const { gateways } = (await register("routed too", given as Partial<DynamicTunnelGroupArgs>)).group;
    expect(await known(gateways)).to.deep.equal(given.gateways);
  });

  it("says what it needs when it is given no arguments", () => {
    const untyped = DynamicTunnelGroup as unknown as new (name: string) => DynamicTunnelGroup;
    expect(() => new untyped("bare")).to.throw(
      "needs arguments: networkId, tunnels, and tunnelName or dynamicTunnelId",
    );
  });

  it("makes a passphrase secret that the program forgot to", async () => {
    const { group } = await register("secret");
    expect(await pulumi.isSecret(group.tunnels)).to.equal(true);
  });

  it("has the group's id as dynamicTunnelId when it was not given one", async () => {
    expect(await known((await register("created")).group.dynamicTunnelId)).to.equal("id-of-created");
    expect(await known((await register("adopted", { dynamicTunnelId: "Tg1" })).group.dynamicTunnelId)).to.equal("Tg1");
  });

  for (const option of ["import", "id"] as const) {
    it(`refuses the option ${option} with a pointer to dynamicTunnelId`, () => {
      expect(() => new DynamicTunnelGroup("refused", args(), { [option]: "Tg1" })).to.throw(
        `does not take the option "${option}": give the group's id as the argument dynamicTunnelId`,
      );
    });
  }

  it("knows its instances from others", async () => {
    const { group } = await register("instance");
    const other = new pulumi.ComponentResource("acme:network:Office", "other");
    const answers = [group, other, {}, undefined].map((value) => DynamicTunnelGroup.isInstance(value));
    expect(answers).to.deep.equal([true, false, false, false]);
  });

  it("is configured by an explicit Provider with text under the package's namespace, the key secret", async () => {
    const provider = new Provider("eu", { apiKey: "a-key", region: "eu", requestsPerWindow: 100 });
    await known(provider.urn);
    const registration = registered.find(({ name }) => name === "eu");
    expect(registration?.type).to.equal("pulumi:providers:pulumi-nodejs");
    expect(registration?.inputs).to.deep.equal({
      // A value marked with the engine's signature is a secret.
      "harmony-sase:apiKey": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "a-key" },
      "harmony-sase:region": "eu",
      "harmony-sase:requestsPerWindow": "100",
      "harmony-sase:explicit": "true",
    });
  });
});
