import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { LookupError } from "../../../provider/lookups/error";
import type { LookupName } from "../../../provider/lookups/find";
import { run } from "../../../provider/lookups/run";
import type { GetTunnelGroupResult } from "../../../provider/lookups/shapes";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox";

describe("run, a lookup against the sandbox", () => {
  let sandbox: Sandbox;
  let stack: object;

  async function start(options: SandboxOptions = {}): Promise<void> {
    sandbox = await startSandbox(options);
    stack = {};
  }
  beforeEach(() => start());
  afterEach(() => sandbox.close());

  function look<T = Record<string, unknown>>(
    lookup: LookupName,
    args: object = {},
    changes: { apiKey?: string; isAfterwards?: boolean; stack?: object } = {},
  ): Promise<T> {
    const { apiKey = sandbox.accounts[0].apiKey, isAfterwards = false } = changes;
    const settings = {
      "harmony-sase:explicit": "true",
      "harmony-sase:apiKey": apiKey,
      "harmony-sase:baseUrl": sandbox.baseUrl,
    };
    const asked = { stack: changes.stack ?? stack, lookup, args: { ...args }, settings, isAfterwards };
    return run(asked) as Promise<T>;
  }

  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail("nothing failed"),
      ({ message, kind }: { message: string; kind: string }) => `${kind}: ${message}`,
    );
  const requests = () => sandbox.journal().map(({ operation }) => operation);
  const headquarters = () => sandbox.accounts[0].networks[0];
  const networkId = () => headquarters().id;

  it("finds a network by name and by id, with what groups must fit", async () => {
    const { id } = headquarters();
    const found = await look("getNetwork", { name: "headquarters" });
    expect(found).to.include({ id, name: "headquarters", asn: 64_601, subnet: "10.255.0.0/16", isDefault: false });
    expect(await look("getNetwork", { id })).to.deep.equal(found);
    expect((await look("getNetwork", { name: "branches" })).asn).to.equal(undefined);
    const { networks } = await look<{ networks: { name: string }[] }>("getNetworks");
    expect(networks.map(({ name }) => name)).to.deep.equal(["headquarters", "branches"]);
  });

  it("takes the key that the program's configuration has for destroy and refresh before the stack's own", async () => {
    const before = pulumi.runtime.allConfig();
    pulumi.runtime.setAllConfig({
      "pulumi-nodejs:harmonySaseApiKey": sandbox.accounts[0].apiKey,
      "harmony-sase:apiKey": "revoked-since",
      "harmony-sase:baseUrl": sandbox.baseUrl,
    });
    try {
      const asked = { stack, args: { name: "headquarters" }, settings: undefined, isAfterwards: false };
      expect(await run({ ...asked, lookup: "getNetwork" })).to.include({ id: networkId() });
    } finally {
      pulumi.runtime.setAllConfig(before);
    }
  });

  it("finds a region by name, with the public addresses of its gateways", async () => {
    const found = await look("getRegion", { networkId: networkId(), name: "Dublin" });
    expect(found).to.deep.include({
      id: headquarters().regions[1],
      networkId: networkId(),
      name: "Dublin",
      addresses: ["198.18.1.21", "198.18.1.22"],
      globalIPs: [],
    });
    const { regions } = await look<{ regions: object[] }>("getRegions", { networkId: networkId() });
    expect(regions).to.have.length(3);
    expect(regions[1]).to.deep.equal(found);
  });

  it("finds a tunnel group by name and by id, and no static tunnel", async () => {
    const { id, tunnels } = sandbox.foreignGroup;
    const found = await look<GetTunnelGroupResult>("getTunnelGroup", { networkId: networkId(), name: "datacenter" });
    expect(found).to.include({ id, networkId: networkId(), name: "datacenter", description: "made by hand" });
    expect(found.tunnels.map((tunnel) => tunnel.id)).to.have.members(tunnels.map((tunnel) => tunnel.id));
    expect(found.tunnels[0]).to.include({ authType: "psk", routingType: "route" });
    expect(found.sharedSettings).to.include({ peakBandwidth: 2000 });
    expect(found.advancedSettings).to.include({ keyExchange: "ikev2" });
    expect(await look("getTunnelGroup", { networkId: networkId(), id })).to.deep.equal(found);
    expect(await look("getTunnelGroups", { networkId: networkId() })).to.deep.equal({ tunnelGroups: [found] });
  });

  it("shows passphrases when asked alone, and then as a secret", async () => {
    const args = { networkId: networkId(), name: "datacenter" };
    expect(JSON.stringify(await look("getTunnelGroup", args))).not.to.match(/passphrase|Foreign\.Secret/);
    expect(JSON.stringify(await look("getTunnelGroups", args))).not.to.match(/passphrase|Foreign\.Secret/);
    const { passphrases } = await look<GetTunnelGroupResult>("getTunnelGroup", { ...args, includePassphrases: true });
    expect(passphrases && (await pulumi.isSecret(passphrases))).to.equal(true);
    const shown = await new Promise((resolve) => passphrases?.apply(resolve));
    const stored = sandbox.group(sandbox.foreignGroup.id)?.tunnels ?? [];
    expect(shown).to.deep.equal(Object.fromEntries(stored.map(({ id, passphrase }) => [id, passphrase])));
    expect(Object.values(shown as object).toSorted()).to.deep.equal(["Foreign.Secret.1", "Foreign.Secret.2"]);
  });

  it("finds by its id a group that no list shows, since it has no tunnel", async () => {
    const { id, tunnels } = sandbox.foreignGroup;
    for (const tunnel of tunnels) sandbox.edit({ kind: "removeTunnel", groupId: id, tunnelId: tunnel.id });
    const found = await look("getTunnelGroup", { networkId: networkId(), id });
    expect(found).to.deep.include({ id, name: "", tunnels: [] });
  });

  it("finds by its name a group that is listed under its own id, as static tunnels are, by reading it", async () => {
    const { id } = sandbox.foreignGroup;
    const data = [id, "Tn0Static00"].map((each) => ({ id: each, haTunnelID: each, tunnelName: "datacenter01" }));
    const body = { data, page: 1, totalPage: 1, itemsTotal: data.length };
    sandbox.inject({ operation: "listTunnels", action: { kind: "answer", status: 200, body } });
    expect(await look("getTunnelGroup", { networkId: networkId(), name: "datacenter" })).to.include({ id });
  });

  it("tells the health of a network's tunnels, of a static one too", async () => {
    sandbox.forgetPeer("datacenter02");
    sandbox.advance(60_000);
    const { tunnels } = await look<{ tunnels: { tunnelName: string; tunnelId?: string; status: string }[] }>(
      "getTunnelHealth",
      { networkId: networkId() },
    );
    const statuses = Object.fromEntries(tunnels.map(({ tunnelName, status }) => [tunnelName, status]));
    expect(statuses).to.deep.equal({ datacenter01: "passing", datacenter02: "critical", legacy: "passing" });
    const ids = sandbox.foreignGroup.tunnels.map(({ id }) => id);
    expect(tunnels.map(({ tunnelId }) => tunnelId)).to.include.members(ids);
    expect(tunnels[0]).to.have.property("regionId");
  });

  describe("requests", () => {
    it("are one token and one list of each kind in a run, however many lookups there are", async () => {
      const many = Array.from({ length: 20 }, () => [
        look("getNetwork", { name: "branches" }),
        look("getRegion", { networkId: networkId(), name: "Dublin" }),
        look("getRegions", { networkId: networkId() }),
        look("getTunnelGroup", { networkId: networkId(), id: sandbox.foreignGroup.id }),
      ]);
      await Promise.all(many.flat());
      await look("getTunnelGroups", { networkId: networkId() });
      await look("getNetworks");
      expect(requests().toSorted()).to.deep.equal(["authorize", "listNetworks", "listRegions", "listTunnels"]);
      await look("getNetworks", {}, { stack: {} });
      expect(requests().slice(4)).to.deep.equal(["authorize", "listNetworks"]);
    });

    it("are made anew for what resources of the run may have changed, once for all who ask at once", async () => {
      const { id } = sandbox.foreignGroup;
      const args = { networkId: networkId(), id };
      await look("getTunnelGroup", args);
      sandbox.edit({ kind: "changeGroup", groupId: id, changes: { description: "changed" } });
      const after = await Promise.all([1, 2, 3].map(() => look("getTunnelGroup", args, { isAfterwards: true })));
      expect(after.map(({ description }) => description)).to.deep.equal(Array(3).fill("changed"));
      expect(requests().filter((operation) => operation === "listTunnels")).to.have.length(2);
    });

    it("are tried again after a failure that the program has caught", async () => {
      sandbox.inject({ operation: "listNetworks", action: { kind: "answer", status: 400, body: { message: "no" } } });
      await failureOf(look("getNetworks"));
      expect(await look("getNetworks")).to.have.property("networks");
    });
  });

  describe("failures", () => {
    const cases: Record<string, readonly [message: RegExp, lookup: LookupName, args: () => object]> = {
      "no network has the name": [
        /^NotFoundError: Cannot find network "Headquater": there is none of that name\. There are "headquarters" \(Nw\w{8}\), "branches" \(Nw\w{8}\)\.$/,
        "getNetwork",
        () => ({ name: "Headquater" }),
      ],
      "no network has the id": [
        /^NotFoundError: Cannot list the regions of network branch: there is none of that id\. There are "branches" \(Nw\w{8}\), "headquarters" /,
        "getRegions",
        () => ({ networkId: "branch" }),
      ],
      "no region has the name": [
        /^NotFoundError: Cannot find region "dubln" of network Nw\w{8}: there is none of that name\. There are "Dublin" \(Rg\w{8}\), /,
        "getRegion",
        () => ({ networkId: networkId(), name: "dubln" }),
      ],
      "a static tunnel has the name": [
        /^NotFoundError: Cannot find tunnel group "legacy" of network Nw\w{8}: there is none of that name\. There is "datacenter" \(Tg\w{8}\)\.$/,
        "getTunnelGroup",
        () => ({ networkId: networkId(), name: "legacy" }),
      ],
      "no group has the id": [
        /^NotFoundError: Cannot find tunnel group TgNotThere of network Nw\w{8}: there is none of that id\. There is "datacenter" /,
        "getTunnelGroup",
        () => ({ networkId: networkId(), id: "TgNotThere" }),
      ],
      "neither name nor id is given": [
        /^ArgumentError: getNetwork: give one of name and id\.$/,
        "getNetwork",
        () => ({}),
      ],
      "both are given": [
        /^ArgumentError: getNetwork: give one of name and id\.$/,
        "getNetwork",
        () => ({ name: "a", id: "b" }),
      ],
      "an output stands for a text": [
        /^ArgumentError: getRegions: networkId must be a text that is not empty; of an Output make it with getRegionsOutput\.$/,
        "getRegions",
        () => ({ networkId: pulumi.output("Nw1") }),
      ],
    };
    for (const [what, [message, lookup, args]] of Object.entries(cases)) {
      it(`say what there is and what to do when ${what}`, async () => {
        expect(await failureOf(look(lookup, args()))).to.match(message);
      });
    }

    it("have no frames: the SDK of Node 20 and 22 would never end printing them", async () => {
      const error = await look("getNetwork", { name: "brnches" }).catch((failure: unknown) => failure);
      expect(error)
        .to.be.instanceOf(LookupError)
        .and.to.have.property("stack", (error as Error).message);
    });

    it("name the ids when several regions have one name", async () => {
      const twins = ["Rg2", "Rg1"].map((id) => ({ id, name: "Dublin" }));
      sandbox.inject({ operation: "listRegions", action: { kind: "answer", status: 200, body: twins } });
      expect(await failureOf(look("getRegion", { networkId: networkId(), name: "Dublin" }))).to.match(
        /^AmbiguousError: .*: 2 have that name: Rg1, Rg2\. Take the id of the one that is meant\.$/,
      );
    });

    it("are those of resources when the service refuses, and hold no key", async () => {
      const text = await failureOf(look("getNetworks", {}, { apiKey: "no-such-key" }));
      expect(text).to.match(/^CredentialsError: Cannot list the networks: The API key was refused at 127\.0\.0\.1/);
      expect(text)
        .to.match(/The key came from the explicit provider\.$/)
        .and.not.to.contain("no-such-key");
    });

    it("quote no argument where one is a secret", async () => {
      const asked = { stack, lookup: "getRegion", settings: undefined, isAfterwards: false } as const;
      const settings = {
        "harmony-sase:explicit": "true",
        "harmony-sase:apiKey": sandbox.accounts[0].apiKey,
        "harmony-sase:baseUrl": sandbox.baseUrl,
      };
      const args = { networkId: networkId(), name: "Atlantis" };
      const failing = (isSecret: boolean) => failureOf(run({ ...asked, stack: {}, settings, args, isSecret }));
      expect(await failing(false)).to.contain(`region "Atlantis" of network ${networkId()}:`);
      expect(await failing(true)).to.contain('region "[secret]" of network [secret]:');
    });

    it("are the configuration's where that is wrong, before any request", async () => {
      const settings = { "harmony-sase:explicit": "true", "harmony-sase:timeout": "soon" };
      const asked = { stack, lookup: "getNetworks", args: {}, settings, isAfterwards: false } as const;
      expect(await failureOf(run(asked))).to.match(
        /^ConfigurationError: .*no apiKey.*timeout of the explicit Provider must be/,
      );
      expect(requests()).to.deep.equal([]);
    });
  });
});
