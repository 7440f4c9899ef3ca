import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { useFixture } from "./fixture";

const EXAMPLES = join(__dirname, "..", "..", "examples");

/** An example as a program: it is loaded anew for each run and for other tests, and its exports are the stack's outputs. */
function example(folder: string): PulumiFn {
  return async () => {
    const path = require.resolve(join(EXAMPLES, folder, "index.ts"));
    try {
      return { ...(require(path) as Record<string, unknown>) };
    } finally {
      delete require.cache[path];
    }
  };
}

describe("Examples on the real engine", () => {
  const fixture = useFixture({ negotiationMs: 1000, probeEveryMs: 200 });
  /** Examples look ids up in this process, which the workspace's environment does not reach. */
  const account = () => ({
    configuration: { "harmony-sase:baseUrl": fixture.sandbox.baseUrl },
    secrets: { "harmony-sase:apiKey": fixture.sandbox.accounts[0].apiKey },
  });
  const [north, south] = [{ key: "Rotate.north_1" }, { key: "Rotate.south_1" }];

  it("branch-office and router: makes a group, changes nothing the second time, and tells its router what it needs", async () => {
    const stack = await fixture.workshop.stack({
      name: "dev",
      project: "branch-office",
      program: example("branch-office"),
      configuration: {
        ...account().configuration,
        "branch-office:network": "branches",
        "branch-office:primaryRegion": "Frankfurt",
        "branch-office:backupRegion": "Dublin",
      },
      secrets: { ...account().secrets, "branch-office:primaryPsk": north.key, "branch-office:backupPsk": south.key },
    });
    const { outputs } = await stack.up();
    expect(outputs.dynamicTunnelId).to.equal(fixture.groups()[0]?.id);
    expect(outputs.tunnelIds).to.have.all.keys("primary", "backup");
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });

    const router = await fixture.workshop.stack({
      name: "router",
      project: "router",
      program: example("router"),
      configuration: { "router:branchStack": "organization/branch-office/dev" },
    });
    fixture.sandbox.clearJournal();
    const { swanctl, frr } = (await router.up()).outputs;
    expect(fixture.sandbox.journal()).to.deep.equal([]);
    expect(swanctl).to.match(
      / primary \{[^}]*local_addrs = 203\.0\.113\.10\n *remote_addrs = 198\.18\.2\.11, 198\.18\.2\.12\n/,
    );
    expect(swanctl).to.match(
      / backup \{[^}]*remote_addrs = 198\.18\.2\.21, 198\.18\.2\.22\n *proposals = aes256-sha512-ecp521\n/,
    );
    expect(swanctl).to.contain(`secret = "${south.key}"`);
    expect(frr).to.match(/^router bgp 65010\n(.*\n)* neighbor 169\.254\.10\.1 remote-as 64600\n/);
    const files = [...(await fixture.workshop.files()).values()].map(String);
    for (const text of [...files, ...stack.transcript, ...router.transcript]) expect(text).not.to.contain(south.key);
    await stack.destroy();
    expect(fixture.groups()).to.deep.equal([]);
  });

  it("adopt-existing: adds one tunnel and two settings with one PUT, and leaves the rest alone", async () => {
    const { id, tunnels } = fixture.sandbox.foreignGroup;
    const before = fixture.sandbox.group(id);
    const stack = await fixture.workshop.stack({
      project: "adopt-existing",
      program: example("adopt-existing"),
      configuration: account().configuration,
      secrets: { ...account().secrets, "adopt-existing:southPsk": south.key },
    });
    fixture.sandbox.clearJournal();
    const { outputs } = await stack.up();
    expect(fixture.writes()).to.have.length(1);
    expect((outputs.tunnelIds as Record<string, string>).east).to.equal(tunnels[0]?.id);
    expect(fixture.sandbox.group(id)?.tunnels.slice(0, 2)).to.deep.equal(before?.tunnels.slice(0, 2));
    await stack.destroy();
    expect(fixture.sandbox.group(id)?.tunnels.map((tunnel) => tunnel.id)).not.to.include(tunnels[0]?.id);
  });

  it("hub-and-branches: the branch adds its tunnel to the hub's group, and the hub's next up leaves it alone", async () => {
    const hub = await fixture.workshop.stack({
      name: "prod",
      project: "hub",
      program: example("hub-and-branches/hub"),
      configuration: { ...account().configuration, "hub:network": "branches", "hub:hubRegion": "Frankfurt" },
      secrets: { ...account().secrets, "hub:hubPsk": north.key },
    });
    const { outputs } = await hub.up();
    const branch = await fixture.workshop.stack({
      name: "oslo",
      project: "branch",
      program: example("hub-and-branches/branch"),
      configuration: {
        ...account().configuration,
        "branch:hubStack": "organization/hub/prod",
        "branch:branchRegion": "Dublin",
      },
      secrets: { ...account().secrets, "branch:branchPsk": south.key },
    });
    const branchRun = await branch.up();
    expect(branchRun.outputs.gateways).to.deep.equal({ branch: { addresses: ["198.18.2.21", "198.18.2.22"] } });
    expect(branchRun.outputs.hubTunnelIds).to.deep.equal(outputs.tunnelIds);
    expect(fixture.groups().map(({ tunnels }) => tunnels.length)).to.deep.equal([2]);
    fixture.sandbox.clearJournal();
    expect((await hub.up({ refresh: true })).changes).to.deep.equal({ same: 2 });
    expect(fixture.writes()).to.deep.equal([]);

    expect((await hub.failingDestroy()).output).to.match(/holds tunnels that this resource has not declared: Tn\w+/);
    await branch.destroy();
    expect(fixture.groups()[0]?.tunnels).to.have.length(1);
    await hub.destroy();
    expect(fixture.groups()).to.deep.equal([]);
  });

  it("rotate-psk: turns both ends of two tunnels to new keys in one up, and one tunnel is up all the time", async () => {
    const routers = () =>
      Object.entries(fixture.sandbox.peers()).filter(([, { remotePublicIP }]) =>
        remotePublicIP.startsWith("203.0.113."),
      );
    const keys = () =>
      routers()
        .toSorted(([, a], [, b]) => (a.remotePublicIP < b.remotePublicIP ? -1 : 1))
        .map(([, { passphrase }]) => passphrase ?? "");
    const stack = await fixture.workshop.stack({
      project: "rotate-psk",
      program: example("rotate-psk"),
      configuration: {
        ...account().configuration,
        "rotate-psk:network": "branches",
        "rotate-psk:primaryRegion": "Frankfurt",
        "rotate-psk:backupRegion": "Dublin",
        "rotate-psk:routers": `${fixture.sandbox.controlUrl}/peers`,
        "rotate-psk:keyVersion": "1",
      },
      secrets: { ...account().secrets, "rotate-psk:seed": "a seed that nobody knows" },
    });
    const { outputs } = await stack.up();
    expect(outputs.tunnelHealth).to.deep.equal({ primary: "passing", backup: "passing" });
    const before = keys();
    await stack.automation.setConfig("rotate-psk:keyVersion", { value: "2" });
    fixture.sandbox.clearJournal();
    const sinceMs = Date.now();
    const second = await stack.up();
    const [first, last] = keys();
    expect(before).not.to.include.oneOf([first, last]);
    expect(fixture.writes().map(({ body }) => body)).to.have.deep.members(
      [
        { id: fixture.tunnelTo("203.0.113.10").id, authType: "psk", passphrase: first },
        { id: fixture.tunnelTo("203.0.113.74").id, authType: "psk", passphrase: last },
      ].map((change) => ({ tunnelName: "rotating", updateTunnels: [change] })),
    );
    const { outages, longestWithoutAnyMs } = fixture.sandbox.downtime(fixture.groups()[0]?.id ?? "", sinceMs);
    expect({ times: outages.length, longestWithoutAnyMs }).to.deep.equal({ times: 2, longestWithoutAnyMs: 0 });
    expect(second.outputs.tunnelHealth).to.deep.equal({ primary: "passing", backup: "passing" });
    expect((await stack.up()).changes).to.deep.equal({ same: 4 });
    const printed = stack.transcript.join("");
    for (const key of [...before, ...keys()]) expect(printed).not.to.contain(key);
    await stack.destroy();
    expect(routers()).to.deep.equal([]);
  });
});
