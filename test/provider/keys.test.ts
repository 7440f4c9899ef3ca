import { expect } from "chai";
import type { UpdateBody } from "../../provider/plan/requests";
import type { Plain } from "../../provider/process";
import { plain, type Rig, startRig } from "./rig";

const OPERATION_MS = 60_000;
const ROTATED = { passphrase: "Rig.rotated_key" };

describe("createSteps, with keys that stand for other tunnels than before", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ isPassphraseShown: false, operationMs: OPERATION_MS });
  });
  afterEach(() => rig.close());

  /** Arguments with tunnels under the keys of their positions, as a program makes them from a list. */
  const listed = (numbers: readonly number[], changes: Readonly<Record<number, Plain>> = {}, more: Plain = {}) =>
    rig.args({
      tunnels: Object.fromEntries(numbers.map((n, index) => [`t${index}`, rig.tunnel(n, changes[n])])),
      ...more,
    });
  const tunnelsThere = () => rig.sandbox.groups().find(({ networkId }) => networkId === rig.networkId)?.tunnels ?? [];
  const numberOf = ({ p81GWInternalIP }: { p81GWInternalIP: string }) =>
    (Number(p81GWInternalIP.split(".").at(-1)) - 1) / 4;
  /** The ids of the group's tunnels by their numbers. */
  const idsThere = () => Object.fromEntries(tunnelsThere().map((each) => [numberOf(each as never), each.id]));
  const puts = () =>
    rig.sandbox.journal().flatMap(({ operation, body }) => (operation === "updateGroup" ? [body as UpdateBody] : []));
  /** How many tunnels each PUT has added, updated and removed. */
  const counts = () =>
    puts().map(({ addTunnels = [], updateTunnels = [], removeTunnels = [] }) =>
      [addTunnels, updateTunnels, removeTunnels].map(({ length }) => length),
    );
  const failing = (run: Promise<unknown>) =>
    run.then(
      () => expect.fail("it succeeded"),
      ({ message }: Error) => message,
    );
  const outputs = () => rig.state?.outputs as Record<string, Record<string, unknown>>;

  /** What outputs say of each key of a list is true of the tunnel that is there. */
  function expectList(numbers: readonly number[]): void {
    const ids = idsThere();
    const { tunnels, tunnelIds, gateways } = outputs();
    const keys = numbers.map((_, index) => `t${index}`);
    expect(tunnelIds).to.deep.equal(Object.fromEntries(numbers.map((n, index) => [`t${index}`, ids[n]])));
    expect(Object.keys(tunnels ?? {}).sort()).to.deep.equal(keys);
    for (const [index, n] of numbers.entries())
      expect(tunnels?.[`t${index}`]).to.deep.include({ remotePublicIP: `203.0.113.${10 + n}` });
    const regions = rig.sandbox.accounts[0].networks.at(-1)?.regions ?? [];
    const byRegion = new Map<unknown, unknown>();
    for (const [index, n] of numbers.entries()) {
      const region = regions[n % 3];
      const shown = gateways?.[`t${index}`];
      expect(shown)
        .to.deep.equal(byRegion.get(region) ?? shown)
        .and.not.equal(undefined);
      byRegion.set(region, shown);
    }
    expect(new Set([...byRegion.values()].map((each) => JSON.stringify(each)))).to.have.property("size", byRegion.size);
  }

  const moves: readonly {
    readonly title: string;
    readonly before: readonly number[];
    readonly after: readonly number[];
    /** What the one PUT adds, updates and removes; nothing is sent where it is absent. */
    readonly sends?: readonly number[];
    /** The same where the second tunnel of those that stay changes in place. */
    readonly sendsChanged: readonly number[];
  }[] = [
    { title: "swapped", before: [0, 1], after: [1, 0], sendsChanged: [0, 1, 0] },
    {
      title: "shifted, since the first is taken out",
      before: [0, 1, 2],
      after: [1, 2],
      sends: [0, 0, 1],
      sendsChanged: [0, 1, 1],
    },
    { title: "passed round", before: [0, 1, 2], after: [1, 2, 0], sendsChanged: [0, 1, 0] },
    {
      title: "shifted, since one is put in first",
      before: [0, 1],
      after: [2, 0, 1],
      sends: [1, 0, 0],
      sendsChanged: [1, 1, 0],
    },
  ];
  for (const { title, before, after, sends, sendsChanged } of moves) {
    describe(`when they are ${title}`, () => {
      it("touches no tunnel that stays as it is, and says so", async () => {
        await rig.up(listed(before));
        const ids = idsThere();
        rig.sandbox.clearJournal();
        await rig.up(listed(after));
        expect(counts()).to.deep.equal(sends === undefined ? [] : [sends]);
        expect(rig.warnings).to.deep.equal(
          before.filter((n) => !after.includes(n)).map((n) => `tunnels.t${before.indexOf(n)} (${ids[n]}) is removed.`),
        );
        for (const n of before.filter((each) => after.includes(each))) expect(idsThere()[n]).to.equal(ids[n]);
        expectList(after);
        if (sends === undefined) expect(rig.infos.join(" ")).not.to.match(/removed|added|changes in place/);
        rig.sandbox.clearJournal();
        await rig.up(listed(after));
        expect(rig.sandbox.journal()).to.deep.equal([]);
      });

      it("changes in place what changes beside that", async () => {
        await rig.up(listed(before));
        const ids = idsThere();
        rig.sandbox.clearJournal();
        await rig.up(listed(after, { 1: ROTATED }));
        expect(counts()).to.deep.equal([sendsChanged]);
        expect(puts()[0]?.updateTunnels).to.deep.equal([{ id: ids[1], authType: "psk", ...ROTATED }]);
        expectList(after);
      });

      for (const [how, applied] of [
        ["nothing was done", 0],
        ["half of it was done", 1],
      ] as const) {
        it(`goes on where the service failed and ${how}`, async () => {
          await rig.up(listed(before));
          const [ids, { inputs } = {}] = [idsThere(), rig.state];
          rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied });
          await failing(rig.up(listed(after, { 1: ROTATED })));
          expect(rig.state?.inputs).to.deep.equal(inputs);
          const { tunnelIds = {}, tunnels = {} } = outputs();
          const there = idsThere();
          expect(Object.values(tunnelIds).sort()).to.deep.equal(Object.values(there).sort());
          expect(Object.keys(tunnels).sort()).to.deep.equal(Object.keys(tunnelIds).sort());
          for (const [index, n] of after.entries()) if (n in there) expect(tunnelIds[`t${index}`]).to.equal(there[n]);
          await rig.refresh();
          for (const key of Object.keys((rig.state?.inputs.tunnels ?? {}) as object)) expect(key).to.match(/^t\d$/);
          expect(Object.values(outputs().tunnelIds ?? {}).sort()).to.deep.equal(Object.values(idsThere()).sort());
          await rig.up(listed(after, { 1: ROTATED }));
          for (const n of before.filter((each) => after.includes(each))) expect(idsThere()[n]).to.equal(ids[n]);
          expectList(after);
          expect(tunnelsThere()).to.have.length(after.length);
        });
      }

      for (const goesBack of [false, true]) {
        it(`goes on where the run was killed${goesBack ? ", and the program is taken back" : ""}`, async () => {
          await rig.up(listed(before));
          const [ids, kept] = [idsThere(), rig.state];
          await failing(rig.up(listed(after, { 1: ROTATED }), rig.process({ diesAtSleep: 1 })));
          rig.state = kept;
          const then = goesBack ? before : after;
          await rig.up(listed(then, goesBack ? {} : { 1: ROTATED }));
          const stays = before.filter((each) => after.includes(each));
          for (const n of stays) expect(idsThere()[n]).to.equal(ids[n]);
          expectList(then);
          expect(tunnelsThere()).to.have.length(then.length);
          const first = tunnelsThere().find(({ id }) => id === ids[1]);
          expect(first?.passphrase).to.equal(goesBack ? "Rig.secret_of_1" : ROTATED.passphrase);
        });
      }
    });
  }

  it("names a removed tunnel whose key is used again by key and id, in the preview and in outputs of a failure", async () => {
    await rig.up(listed([0, 1]));
    const { 0: removed } = idsThere();
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: 0 });
    await failing(rig.up(listed([1])));
    expect(rig.warnings).to.include(`tunnels.t0 (${removed}) is removed.`);
    expect(outputs().tunnelIds).to.deep.equal({ t0: idsThere()[1], [`t0 (${removed})`]: removed });
    expect(Object.keys((rig.state?.inputs.tunnels ?? {}) as object)).to.deep.equal(["t0", "t1"]);
    await rig.refresh();
    expect(Object.keys((rig.state?.inputs.tunnels ?? {}) as object)).to.deep.equal(["t0"]);
    expect(Object.keys(outputs().tunnels ?? {}).sort()).to.deep.equal(["t0", `t0 (${removed})`]);
    await rig.up(listed([1]));
    expectList([1]);
    expect(tunnelsThere()).to.have.length(1);
  });

  it("removes it with the group's other tunnels when the resource goes, and the group with them", async () => {
    await rig.up(listed([0, 1]));
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: 0 });
    await failing(rig.up(listed([1])));
    await rig.destroy();
    expect(tunnelsThere()).to.deep.equal([]);
  });

  it("removes on destroy the displaced tunnel of a group that it uses, and no other", async () => {
    await rig.up(listed([0]));
    const group = rig.state;
    const using = (...numbers: readonly number[]) => {
      const { sharedSettings: _, ...rest } = listed(numbers);
      return { ...rest, dynamicTunnelId: group?.id };
    };
    rig.state = undefined;
    await rig.up(using(1, 2));
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: 0 });
    await failing(rig.up(using(2)));
    await rig.destroy();
    expect(tunnelsThere().map((each) => numberOf(each as never))).to.deep.equal([0]);
  });

  describe("when health is asked for", () => {
    const REQUIRED = { health: { wait: "require", timeout: "5m" } };
    /** Puts routers at the far ends of tunnels, as those were declared. */
    const routers = (...numbers: readonly number[]) => {
      for (const n of numbers) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n) as never);
    };

    it("says under the new keys how the tunnels are, and touches none", async () => {
      routers(1);
      const warned = { health: { wait: "warn", timeout: "5m" } };
      await rig.up(listed([0, 1], {}, warned));
      expect(outputs().tunnelHealth).to.deep.equal({ t0: "critical", t1: "passing" });
      await rig.up(listed([1, 0], {}, warned));
      expect(outputs().tunnelHealth).to.deep.equal({ t0: "passing", t1: "critical" });
      expect(puts()).to.deep.equal([]);
    });

    it("goes on waiting under its new key for a tunnel that was not passing", async () => {
      routers(1);
      await failing(rig.up(listed([0, 1], {}, REQUIRED)));
      rig.infos.length = 0;
      expect(await failing(rig.up(listed([1, 0], {}, REQUIRED)))).to.contain("tunnels.t1 (critical)");
      expect(rig.infos.join(" ")).to.contain("Waits until tunnels.t1 is passing.");
      routers(0);
      await rig.up(listed([1, 0], {}, REQUIRED));
      expect(outputs().tunnelHealth).to.deep.equal({ t0: "passing", t1: "passing" });
      expect(puts()).to.deep.equal([]);
      expectList([1, 0]);
    });

    it("rolls out, stops and sets back tunnels under their new keys", async () => {
      routers(0, 1, 2);
      await rig.up(listed([0, 1, 2], {}, REQUIRED));
      const ids = idsThere();
      rig.sandbox.clearJournal();
      const rollout = { ...REQUIRED, rollout: { maxUnavailable: 1, rollback: true } };
      const message = await failing(rig.up(listed([1, 2, 0], { 1: ROTATED, 2: ROTATED }, rollout)));
      expect(message).to.contain("Not changed yet: tunnels.t1.");
      expect(puts().map(({ updateTunnels }) => updateTunnels)).to.deep.equal([
        [{ id: ids[1], authType: "psk", ...ROTATED }],
        [{ id: ids[1], authType: "psk", passphrase: "Rig.secret_of_1" }],
      ]);
      expectList([1, 2, 0]);
    });
  });

  it("keeps marked under its new key what was secret of a tunnel, where the change failed", async () => {
    const args = (tunnels: Plain, ...__secrets: readonly string[]) => rig.args({ tunnels, __secrets });
    await rig.up(args({ a: rig.tunnel(0), b: rig.tunnel(1) }, "tunnels.a.remoteASN"));
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: 0 });
    const steps = rig.process();
    const { inputs } = await steps.check({}, args({ a: rig.tunnel(1), b: rig.tunnel(0, ROTATED) }));
    const { id = "", outputs: olds = {} } = rig.state ?? {};
    const failure = await steps.update(id, olds, plain(inputs) as Plain).catch((error: unknown) => error);
    const { tunnels } = (failure as { properties: { tunnels: Readonly<Record<string, Plain>> } }).properties;
    expect(tunnels.a?.remoteASN).to.equal(65_010);
    expect(tunnels.b?.remoteASN).not.to.equal(65_010);
    expect(plain(tunnels.b?.remoteASN)).to.equal(65_010);
  });
});
