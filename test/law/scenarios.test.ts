import { expect } from "chai";
import * as mocha from "mocha";
import type { Plain } from "../../provider/process";
import type { Declaration } from "./engine";
import { type Outcome, type Stack, startWorld, type World } from "./world";

let world: World;
const SOON_MS = 700;
const DAY_MS = 24 * 60 * 60_000;

/** A test on a world of its own, where in the end nothing was done to what somebody else declares. */
function it(title: string, scenario: () => Promise<void>): void {
  mocha.it(title, async () => {
    await scenario();
    expect(world.ledger.violations, "what must not be done was done").to.deep.equal([]);
  });
}

describe("Nothing that works is destroyed", () => {
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const addresses = () =>
    world
      .made()
      .map(({ tunnels }) => tunnels.map(({ remotePublicIP }) => Number(remotePublicIP?.split(".").at(-1)) - 10).sort());
  const broken = (): Declaration => ({
    name: "broken",
    args: world.creating("broken", [7], { networkId: "NwNotThere" }),
  });
  const group = (name: string, changes: Plain = {}): Declaration => ({
    name,
    args: world.creating("branch", [0, 1], changes),
  });
  const postsOf = ({ writes }: Outcome) => writes.filter(({ operation }) => operation === "createGroup");
  /** A run that had something to do. */
  function expectDone({ failure }: Outcome): void {
    expect(failure, "the run failed").to.equal(undefined);
  }
  async function expectSame(stack: Stack): Promise<void> {
    const { failure, writes, log } = await stack.up();
    expect({ failure, writes: writes.length, changes: log.filter((line) => !line.startsWith("same")) }).to.deep.equal({
      failure: undefined,
      writes: 0,
      changes: [],
    });
  }
  /** A create that refuses, before anything was sent, with the id of what is there and a way on. */
  function expectRefusal(outcome: Outcome, id: string, way: RegExp): void {
    expect(outcome.failure ?? "it succeeded").to.include(id);
    expect(outcome.failure).to.match(way);
    expect(postsOf(outcome)).to.deep.equal([]);
  }
  async function expectNothingLeft(...stacks: readonly Stack[]): Promise<void> {
    for (const stack of stacks) expectDone(await stack.destroy());
    expect(world.leftovers()).to.deep.equal([]);
  }
  /** A hub with one tunnel in its group. */
  async function hubUp(): Promise<{ readonly hub: Stack; readonly id: string }> {
    const hub = world.stack("hub");
    expectDone(await hub.up([{ name: "hub", args: world.creating("branch", [0]) }]));
    return { hub, id: hub.idOf("hub") };
  }
  const adopter = (id: string, numbers: readonly number[], changes: Plain = {}): Declaration => ({
    name: "part",
    args: world.adopting(id, "branch", numbers, changes),
  });

  describe("when stacks on one machine adopt tunnels of one group (1)", () => {
    it("keeps the tunnels of both, the second beginning while the first waits", async () => {
      const { hub, id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      const outcomes = await world.together(
        () => one.up([adopter(id, [1])]),
        () => two.up([adopter(id, [2])], { afterMs: SOON_MS }),
      );
      outcomes.forEach(expectDone);
      expect(addresses()).to.deep.equal([[0, 1, 2]]);
      await expectSame(one);
      await expectSame(two);
      await expectNothingLeft(two, one, hub);
    });

    it("keeps what a killed run has added, while another adds and goes", async () => {
      const { hub, id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      await one.up([adopter(id, [1])], { kill: { request: 2, operation: "readStatus" } });
      expectDone(await two.up([adopter(id, [2])]));
      expect(addresses()).to.deep.equal([[0, 1, 2]]);
      expectDone(await two.destroy());
      expect(addresses()).to.deep.equal([[0, 1]]);
      expectDone(await one.up());
      await expectSame(one);
      await expectNothingLeft(one, hub);
    });

    it("keeps what a killed run of the same program has added for another resource", async () => {
      const { hub, id } = await hubUp();
      const both = world.stack("both");
      const first = { ...adopter(id, [1]), name: "first" };
      const second = { ...adopter(id, [2]), name: "second" };
      await both.up([first, second], { kill: { request: 2, operation: "readStatus" } });
      expectDone(await both.up([second, first]));
      expect(addresses()).to.deep.equal([[0, 1, 2]]);
      await expectSame(both);
      await expectNothingLeft(both, hub);
    });

    it("keeps what a killed run is just adding, while the group's owner is destroyed, and names it", async () => {
      const { hub, id } = await hubUp();
      const one = world.stack("one");
      await one.up([adopter(id, [1])], { kill: { request: 1, operation: "readStatus" } });
      const { failure } = await hub.destroy();
      expect(failure ?? "it succeeded").to.include("203.0.113.11");
      expect(addresses()).to.deep.equal([[0, 1]]);
      expectDone(await one.up());
      await expectNothingLeft(one, hub);
    });

    it("takes back what a killed run has added, though it does not show at once, when the program goes back", async () => {
      const { hub, id } = await hubUp();
      const one = world.stack("one");
      expectDone(await one.up([adopter(id, [1])]));
      world.strike({ stack: "one", operation: "updateGroup", kind: "lag", times: 3 });
      await one.up([adopter(id, [1, 3])], { kill: { request: 1, operation: "readStatus" } });
      expectDone(await one.up([adopter(id, [1])]));
      expect(addresses()).to.deep.equal([[0, 1]]);
      await expectSame(one);
      await expectNothingLeft(one, hub);
    });

    it("keeps what one adds while the other is destroyed", async () => {
      const { hub, id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      expectDone(await one.up([adopter(id, [1])]));
      await world.together(
        () => two.up([adopter(id, [2])]),
        () => one.destroy({ afterMs: SOON_MS }),
      );
      expect(addresses()).to.deep.equal([[0, 2]]);
      await expectSame(two);
      await expectNothingLeft(two, hub);
    });

    it("keeps what one adds while the other removes undeclared ones", async () => {
      const { id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      expectDone(await one.up([adopter(id, [1], { unmanagedTunnels: "remove" })]));
      await world.together(
        () => two.up([adopter(id, [2])]),
        () => one.up([adopter(id, [1, 3], { unmanagedTunnels: "remove" })], { afterMs: SOON_MS }),
      );
      expect(addresses()).to.deep.equal([[0, 1, 2, 3]]);
    });

    it("keeps what one adds while the other is killed in the middle of a rebuild", async () => {
      const { hub, id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      expectDone(await one.up([adopter(id, [1])]));
      const moved = adopter(id, [], { tunnels: { t1: world.tunnel(1, { p81GWInternalIP: "169.254.77.1" }) } });
      await world.together(
        () => two.up([adopter(id, [2])]),
        () => one.up([moved], { afterMs: SOON_MS, kill: { request: 2, operation: "readStatus" } }),
      );
      expectDone(await one.up([moved]));
      expect(addresses()).to.deep.equal([[0, 1, 2]]);
      await expectSame(two);
      await expectSame(one);
      await expectNothingLeft(two, one, hub);
    });

    it("keeps what one adds after the other was killed in the middle of a rebuild, and goes back", async () => {
      const { hub, id } = await hubUp();
      const [one, two] = [world.stack("one"), world.stack("two")];
      expectDone(await one.up([adopter(id, [1])]));
      const moved = adopter(id, [], { tunnels: { t1: world.tunnel(1, { p81GWInternalIP: "169.254.77.1" }) } });
      await one.up([moved], { kill: { request: 1, operation: "readStatus" } });
      expectDone(await two.up([adopter(id, [2])]));
      expectDone(await one.up([adopter(id, [1])]));
      expect(addresses()).to.deep.equal([[0, 1, 2]]);
      const tunnels = world.sandbox.group(id)?.tunnels ?? [];
      expect(tunnels.map(({ p81GWInternalIP }) => p81GWInternalIP)).to.include("169.254.10.5");
      await expectSame(two);
      await expectSame(one);
      await expectNothingLeft(two, one, hub);
    });
  });

  describe("when a resource is renamed or replaced (2)", () => {
    it("refuses a new name without an alias, and goes on with one, also when another resource fails", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("old")]));
      const id = stack.idOf("old");
      expectRefusal(await stack.up([group("new"), broken()]), id, /alias/);
      expectRefusal(await stack.up([group("new")]), id, /alias/);
      expectDone(await stack.up([{ ...group("new"), aliases: ["old"] }]));
      await expectSame(stack);
      expect(world.made().map((each) => each.id)).to.deep.equal([id]);
      await expectNothingLeft(stack);
    });

    it("refuses --replace where the new one comes first, and changes nothing with the next up", async () => {
      const stack = world.stack("app");
      const declared = { ...group("app"), deleteBeforeReplace: false };
      expectDone(await stack.up([declared]));
      const id = stack.idOf("app");
      expectRefusal(await stack.up([declared, broken()], { replace: ["app"] }), id, /deleteBeforeReplace/);
      await stack.up([declared]);
      await expectSame(stack);
      expect(world.made().map((each) => each.id)).to.deep.equal([id]);
      await expectNothingLeft(stack);
    });

    it("makes the group anew with --replace where deleteBeforeReplace says so", async () => {
      const stack = world.stack("app");
      const declared = { ...group("app"), deleteBeforeReplace: true };
      expectDone(await stack.up([declared]));
      const id = stack.idOf("app");
      expectDone(await stack.up([declared], { replace: ["app"] }));
      expect(world.made().map((each) => each.id)).not.to.include(id);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("keeps the tunnels of an adopter that got a new name in an up where another resource failed", async () => {
      const { hub, id } = await hubUp();
      const stack = world.stack("app");
      expectDone(await stack.up([adopter(id, [1])]));
      await stack.up([{ ...adopter(id, [1]), name: "renamed" }, broken()]);
      expectDone(await stack.up([{ ...adopter(id, [1]), name: "renamed" }]));
      expect(addresses()).to.deep.equal([[0, 1]]);
      await expectSame(stack);
      await expectNothingLeft(stack, hub);
    });

    it("keeps the group when a replacement in a network that is not there fails", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      const id = stack.idOf("app");
      const { failure } = await stack.up([group("app", { networkId: "NwMistaken" })]);
      expect(failure).to.be.a("string");
      expect(world.made().map((each) => each.id)).to.deep.equal([id]);
      expectDone(await stack.up([group("app")]));
      await expectSame(stack);
      await expectNothingLeft(stack);
    });
  });

  describe("when an adopter leaves a group that another stack created (3)", () => {
    it("does not replace the group while the adopter moves away", async () => {
      const hub = world.stack("hub");
      const declared: Declaration[] = [
        { name: "hub", args: world.creating("branch", [0]) },
        { name: "other", args: world.creating("other", [5]) },
      ];
      expectDone(await hub.up(declared));
      const [id, other] = [hub.idOf("hub"), hub.idOf("other")];
      const part = world.stack("part");
      expectDone(await part.up([adopter(id, [1])]));
      const moved = { name: "part", args: world.adopting(other, "other", [1]), deleteBeforeReplace: true };
      const outcomes = await world.together(
        () => part.up([moved]),
        () => hub.up(declared, { afterMs: SOON_MS }),
      );
      outcomes.forEach(expectDone);
      expect(outcomes[1]?.log).to.deep.equal(["same hub", "same other"]);
      expect(hub.idOf("hub")).to.equal(id);
      await expectNothingLeft(part, hub);
    });

    it("does not replace the group after the adopter's destroy was cut off", async () => {
      const { hub, id } = await hubUp();
      const part = world.stack("part");
      expectDone(await part.up([adopter(id, [1])]));
      await part.destroy({ kill: { request: 1, operation: "readStatus" } });
      await expectSame(hub);
      expect(hub.idOf("hub")).to.equal(id);
      await expectNothingLeft(part, hub);
    });

    it("does not replace the group 40 days after the adopter died between its note and its request", async () => {
      const { hub, id } = await hubUp();
      const part = world.stack("part");
      expectDone(await part.up([adopter(id, [1])]));
      await part.destroy({ kill: { request: 1, operation: "updateGroup" } });
      await world.wait(40 * DAY_MS);
      await expectSame(hub);
      expect(hub.idOf("hub")).to.equal(id);
      await expectNothingLeft(part, hub);
    });
  });

  describe("when a write is refused with 403 (4)", () => {
    it("keeps in state what it knew, and leaves alone the tunnel that somebody has put in the place of its own", async () => {
      const { id } = await hubUp();
      const part = world.stack("part");
      expectDone(await part.up([adopter(id, [1])]));
      world.strike({ stack: "part", operation: "updateGroup", kind: "refuse" });
      const changed = adopter(id, [], { tunnels: { t1: world.tunnel(1, { remotePublicIP: "203.0.113.99" }) } });
      expect((await part.up([changed])).failure).to.match(/403|refused/);
      world.sandbox.edit({ kind: "removeTunnel", groupId: id, tunnelId: "203.0.113.11" });
      const { regionID } = world.tunnel(1);
      const { tunnelId } = world.sandbox.edit({
        kind: "addTunnel",
        groupId: id,
        tunnel: { regionID, remotePublicIP: "198.51.100.77", passphrase: "Somebody.else" },
      });
      expectDone(await part.destroy());
      expect(world.sandbox.group(id)?.tunnels.map((tunnel) => tunnel.id)).to.include(tunnelId);
    });
  });

  describe("when two declare the same group (5)", () => {
    it("refuses the second on another machine, whose destroy then leaves the group", async () => {
      const [mine, theirs] = [world.stack("mine", "laptop"), world.stack("theirs", "ci")];
      expectDone(await mine.up([group("app")]));
      const id = mine.idOf("app");
      expectRefusal(await theirs.up([group("app")]), id, /dynamicTunnelId/);
      expectDone(await theirs.destroy());
      await expectSame(mine);
      await expectNothingLeft(mine);
    });

    it("refuses in a stack with a copied configuration on the same machine", async () => {
      const [dev, copy] = [world.stack("dev"), world.stack("pr123")];
      expectDone(await dev.up([group("app")]));
      expectRefusal(await copy.up([group("app")]), dev.idOf("app"), /HARMONY_SASE_IMPORT|dynamicTunnelId/);
      expectDone(await copy.destroy());
      await expectSame(dev);
      await expectNothingLeft(dev);
    });

    it("refuses the copy of a declaration in every up, and keeps the group when the copy is removed", async () => {
      const stack = world.stack("app");
      const first = await stack.up([group("app"), group("copy")]);
      const id = stack.idOf("app");
      expectRefusal({ ...first, writes: first.writes.slice(1) }, id, /tunnelName|dynamicTunnelId/);
      expectRefusal(await stack.up([group("app"), group("copy")]), id, /tunnelName|dynamicTunnelId/);
      expectDone(await stack.up([group("app")]));
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("gives what a killed run has made to the resource that made it, and to no other", async () => {
      const stack = world.stack("app");
      await stack.up([group("app")], { kill: { request: 2, operation: "readStatus" } });
      const { failure } = await stack.up([group("copy"), group("app")]);
      expect(failure).to.match(/^copy: /);
      expectDone(await stack.up([group("app")]));
      expect(world.made()).to.have.length(1);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("makes no second group when both begin at once on one machine", async () => {
      const [dev, copy] = [world.stack("dev"), world.stack("pr123")];
      await world.together(
        () => dev.up([group("app")]),
        () => copy.up([group("app")], { afterMs: SOON_MS }),
      );
      expect(world.made()).to.have.length(1);
      await expectSame(dev);
      await expectNothingLeft(copy, dev);
    });
  });

  describe("when two rows stand for one thing (5a)", () => {
    it("refuses a new name with a move to an explicit provider", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("old")]));
      const id = stack.idOf("old");
      expectRefusal(await stack.up([{ ...group("new"), provider: "eu" }]), id, /alias/);
      expectDone(await stack.up([{ ...group("new"), provider: "eu", aliases: ["old"] }]));
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("keeps the group after a move without an alias, up --target and up", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("old")]));
      const id = stack.idOf("old");
      expectRefusal(await stack.up([group("new")], { targets: ["new"] }), id, /alias|dynamicTunnelId/);
      expectRefusal(await stack.up([group("new")]), id, /alias/);
      expect(world.made().map((each) => each.id)).to.deep.equal([id]);
    });

    it("keeps a tunnel that two resources have adopted when one of them is removed", async () => {
      const { hub, id } = await hubUp();
      const stack = world.stack("app");
      const [one, two] = [adopter(id, [1]), { ...adopter(id, [1]), name: "twin" }];
      const { failure, warnings } = await stack.up([one, two]);
      expect(failure ?? warnings.join(" ")).to.match(/t1|part/);
      expectDone(await stack.up([one]));
      expect(addresses()).to.deep.equal([[0, 1]]);
      await expectSame(stack);
      await expectNothingLeft(stack, hub);
    });

    it("does not delete a group in which a row that stays has adopted tunnels, and names them", async () => {
      const stack = world.stack("app");
      const hub = { name: "hub", args: world.creating("branch", [0]) };
      expectDone(await stack.up([hub]));
      const id = stack.idOf("hub");
      expectDone(await stack.up([hub, adopter(id, [1])]));
      const { failure } = await stack.up([adopter(id, [1])]);
      expect(failure ?? "it succeeded").to.include("203.0.113.11");
      expect(addresses()).to.deep.equal([[0, 1]]);
    });
  });

  describe("when the answer to a POST never comes (6)", () => {
    it("makes one group, and the next up goes on with it", async () => {
      const stack = world.stack("app");
      world.strike({ stack: "app", operation: "createGroup", kind: "gateway", times: 100 });
      const { failure } = await stack.up([group("app")]);
      expect(world.made()).to.have.length(1);
      world.clearTroubles();
      if (failure !== undefined) expectDone(await stack.up());
      await expectSame(stack);
      expect(world.made()).to.have.length(1);
      await expectNothingLeft(stack);
    });

    it("makes one group where the operation takes longer than is looked for", async () => {
      const stack = world.stack("app");
      world.sandbox.plan({ operation: "createGroup", durationMs: 45 * 60_000 });
      world.strike({ stack: "app", operation: "createGroup", kind: "lose" });
      const first = await stack.up([group("app")]);
      expect(postsOf(first)).to.have.length(1);
      await world.wait(60 * 60_000);
      if (first.failure !== undefined) expectDone(await stack.up());
      await expectSame(stack);
      expect(world.made()).to.have.length(1);
      await expectNothingLeft(stack);
    });

    it("lets another machine, which knows state alone, go on with what was made", async () => {
      const stack = world.stack("app", "laptop");
      const declared = { ...group("app"), timeouts: { create: "2m" } };
      world.sandbox.plan({ operation: "createGroup", durationMs: 20 * 60_000 });
      expect((await stack.up([declared])).failure).to.be.a("string");
      await world.wait(30 * 60_000);
      stack.machine = "ci";
      const second = await stack.up();
      expectDone(second);
      expect(second.writes).to.deep.equal([]);
      expect(world.made()).to.have.length(1);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("refuses on another machine, which knows nothing, and takes a person's word for whose it is", async () => {
      const stack = world.stack("app", "laptop");
      await stack.up([group("app")], { kill: { request: 1, operation: "readStatus" } });
      await world.wait(DAY_MS);
      stack.machine = "ci";
      const [made] = world.made();
      expectRefusal(await stack.up(), made?.id ?? "", /HARMONY_SASE_IMPORT/);
      const outcome = await stack.up(undefined, { env: { HARMONY_SASE_IMPORT: `app=${made?.id}` } });
      expectDone(outcome);
      expect(outcome.writes).to.deep.equal([]);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });
  });

  describe("when a creation was not seen to its end, and its group is used as an existing one (7)", () => {
    let stack: Stack;
    let id: string;
    beforeEach(async () => {
      stack = world.stack("app");
      world.sandbox.plan({ operation: "createGroup", durationMs: 20 * 60_000 });
      const { failure } = await stack.up([{ ...group("app"), timeouts: { create: "2m" } }]);
      expect(failure).to.be.a("string");
      await world.wait(30 * 60_000);
      id = world.made()[0]?.id ?? "";
    });
    const using = (name: string, more: Partial<Declaration> = {}): Declaration => ({
      name,
      args: world.adopting(id, "branch", [0, 1]),
      ...more,
    });
    const left = () => world.made().map((made) => [made.id, made.tunnels.length]);
    const told = ({ warnings }: Outcome) => warnings.filter((text) => /may have made, is left as it is/.test(text));

    for (const deleteBeforeReplace of [false, true]) {
      it(`keeps it in every up and in a destroy${deleteBeforeReplace ? ", with deleteBeforeReplace too" : ""}`, async () => {
        const outcome = await stack.up([using("app", { deleteBeforeReplace })]);
        expectDone(outcome);
        expect(told(outcome)).to.have.length(1);
        expect(left()).to.deep.equal([[id, 2]]);
        await expectSame(stack);
        expectDone(await stack.destroy());
        expect(left()).to.deep.equal([[id, 0]]);
      });
    }

    it("keeps it in a destroy that finds both resources in state", async () => {
      const { failure } = await stack.up([using("app"), broken()]);
      expect(failure).to.match(/^broken: /);
      expect(stack.rows.map((row) => row.isPendingDelete)).to.have.members([true, false]);
      const outcome = await stack.destroy();
      expectDone(outcome);
      expect(told(outcome)).to.have.length(1);
      expect(left()).to.deep.equal([[id, 0]]);
    });

    it("keeps it where another resource uses it, and names that one", async () => {
      const outcome = await stack.up([using("later")]);
      expectDone(outcome);
      expect(told(outcome).join()).to.contain("later");
      await expectSame(stack);
      expect(left()).to.deep.equal([[id, 2]]);
    });
  });

  describe("when a run gets the port of an earlier one", () => {
    it("deletes what the earlier one has claimed, and leaves nothing", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      expectDone(await stack.up([group("app", { description: "new" })]));
      const outcome = await stack.destroy();
      expectDone(outcome);
      expect(outcome.warnings).to.deep.equal([]);
      expect(outcome.writes.map(({ operation }) => operation)).to.deep.equal(["deleteGroup"]);
      expect(world.leftovers()).to.deep.equal([]);
    });
  });

  describe("when reading back fails (8)", () => {
    const refusedReads = (skip: number) =>
      world.strike({ stack: "app", operation: "readGroup", kind: "refuse", skip, times: 100 });

    it("destroys what it has created", async () => {
      const stack = world.stack("app");
      refusedReads(0);
      expect((await stack.up([group("app")])).failure).to.be.a("string");
      world.clearTroubles();
      await expectNothingLeft(stack);
    });

    it("removes the tunnels that it has adopted", async () => {
      const { hub, id } = await hubUp();
      const stack = world.stack("app");
      refusedReads(1);
      expect((await stack.up([adopter(id, [1])])).failure).to.be.a("string");
      world.clearTroubles();
      stack.machine = "ci";
      await expectNothingLeft(stack, hub);
    });

    it("removes the tunnel that it has added when the program goes back", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      refusedReads(1);
      expect((await stack.up([{ name: "app", args: world.creating("branch", [0, 1, 2]) }])).failure).to.be.a("string");
      world.clearTroubles();
      stack.machine = "ci";
      expectDone(await stack.up([group("app")]));
      expect(addresses()).to.deep.equal([[0, 1]]);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("rebuilds the tunnel that it has rebuilt when the program goes back to the old address", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      refusedReads(1);
      const moved = { t0: world.tunnel(0), t1: world.tunnel(1, { p81GWInternalIP: "169.254.77.1" }) };
      expect((await stack.up([group("app", { tunnels: moved })])).failure).to.be.a("string");
      world.clearTroubles();
      stack.machine = "ci";
      expectDone(await stack.up([group("app")]));
      const inner = world.made()[0]?.tunnels.map(({ p81GWInternalIP }) => p81GWInternalIP);
      expect(inner).to.have.members(["169.254.10.1", "169.254.10.5"]);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });
  });

  describe("when a person vouches for a group with HARMONY_SASE_IMPORT", () => {
    /** A group whose state is lost. */
    async function lost(): Promise<{ readonly stack: Stack; readonly id: string }> {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      const id = stack.idOf("app");
      stack.rows.length = 0;
      return { stack, id };
    }

    it("owns it without a request that writes", async () => {
      const { stack, id } = await lost();
      stack.machine = "ci";
      const outcome = await stack.up([group("app")], { env: { HARMONY_SASE_IMPORT: `app=${id}` } });
      expectDone(outcome);
      expect(outcome.writes).to.deep.equal([]);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });

    it("fails with what differs, and writes nothing, where it is not what is declared", async () => {
      const { stack, id } = await lost();
      stack.machine = "ci";
      const changed = group("app", { description: "another" });
      const outcome = await stack.up([changed], { env: { HARMONY_SASE_IMPORT: `app=${id}` } });
      expect(outcome.failure ?? "it succeeded").to.include("description");
      expect(outcome.writes).to.deep.equal([]);
      expect(stack.rows).to.deep.equal([]);
    });
  });

  describe("when what read and delete need has changed", () => {
    it("brings new timeouts into state with an update that sends nothing", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      const outcome = await stack.up([{ ...group("app"), timeouts: { delete: "2h" } }]);
      expectDone(outcome);
      expect(outcome.writes).to.deep.equal([]);
      expect(stack.rows[0]?.outputs.__timeouts).to.deep.equal({ delete: "2h" });
      await expectSame(stack);
    });

    it("brings a new URN into state with an update that sends nothing", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("old")]));
      const outcome = await stack.up([{ ...group("new"), aliases: ["old"] }]);
      expectDone(outcome);
      expect(outcome.writes).to.deep.equal([]);
      expect(stack.rows[0]?.outputs.__urn).to.match(/::new$/);
      await expectSame(stack);
    });
  });

  describe("when somebody has deleted a group", () => {
    it("makes it anew at the latest with the up after the one that found it gone", async () => {
      const stack = world.stack("app");
      expectDone(await stack.up([group("app")]));
      world.sandbox.edit({ kind: "removeGroup", groupId: stack.idOf("app") });
      const changed = group("app", { description: "another" });
      const { failure } = await stack.up([changed]);
      if (failure !== undefined) expectDone(await stack.up([changed]));
      expect(world.made()).to.have.length(1);
      await expectSame(stack);
      await expectNothingLeft(stack);
    });
  });
});
