import { expect } from "chai";
import type { Plain } from "../../provider/process";
import type { SandboxOptions } from "../../sandbox";
import { type Rig, startRig } from "./rig";

const ROLLED = { rollout: { maxUnavailable: 1 } };
const KEYS = ["a", "b", "c"] as const;

describe("rollout, against the sandbox", () => {
  let rig: Rig;
  const start = async (options: SandboxOptions = {}) => {
    rig = await startRig({ operationMs: 1000, ...options });
    routers();
    await rig.up(args());
    rig.sandbox.advance(60_000);
    rig.sandbox.clearJournal();
    rig.statuses.length = 0;
  };
  const restart = async (options: SandboxOptions) => {
    await rig.close();
    await start(options);
  };
  beforeEach(() => start());
  afterEach(() => rig.close());

  /** A group of three tunnels, all with the same changes. */
  function args(changes: Plain = {}, more: Plain = ROLLED): Plain {
    return rig.args({ tunnels: Object.fromEntries(KEYS.map((key, n) => [key, rig.tunnel(n, changes)])), ...more });
  }
  /** Sets the routers at the far ends up for tunnels with these changes. */
  function routers(changes: Plain = {}, ns: readonly number[] = [0, 1, 2]): void {
    for (const n of ns) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n, changes) as never);
  }
  const NEXT = { passphrase: "Rig.next_key" };
  const failureOf = (run: Promise<unknown>) =>
    run.then(
      () => "succeeded",
      ({ message }: Error) => message,
    );
  const puts = () => rig.sandbox.journal().filter(({ operation }) => operation === "updateGroup");
  const group = () => rig.sandbox.group(rig.state?.id ?? "");
  const keyOf = (id: string) => KEYS.find((key) => (rig.state?.outputs.tunnelIds as Plain)[key] === id);
  /** What each request touches, by the keys of tunnels. */
  const touched = () =>
    puts().map(({ body }) => {
      const { updateTunnels = [], removeTunnels = [] } = body as Record<string, { id: string }[]>;
      return [...updateTunnels, ...removeTunnels].map(({ id }) => keyOf(id) ?? "?").join();
    });
  const withoutAnyMs = (sinceMs: number) => rig.sandbox.downtime(rig.state?.id ?? "", sinceMs).longestWithoutAnyMs;
  const passphrases = () => (group()?.tunnels ?? []).map(({ passphrase }) => passphrase);

  it("changes one tunnel after another, each passing before the next, so that some tunnel is up all the time", async () => {
    const sinceMs = rig.clock.now();
    routers(NEXT);
    await rig.up(args(NEXT));
    expect(touched()).to.deep.equal(["a", "b", "c"]);
    expect(passphrases()).to.deep.equal(Array(3).fill(NEXT.passphrase));
    expect(withoutAnyMs(sinceMs)).to.equal(0);
    expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ a: "passing", b: "passing", c: "passing" });
    expect(rig.statuses.at(-1)).to.match(/^3 PUTs: 3 updated in /);
    rig.sandbox.clearJournal();
    await rig.up(args(NEXT));
    expect(rig.sandbox.journal()).to.deep.equal([]);
  });

  it("changes all at once, and takes all down, where nobody asks for it", async () => {
    await rig.up(args({}, {}));
    rig.sandbox.clearJournal();
    const sinceMs = rig.clock.now();
    routers(NEXT);
    await rig.up(args(NEXT, {}));
    expect(touched()).to.deep.equal(["a,b,c"]);
    rig.sandbox.advance(60_000);
    expect(withoutAnyMs(sinceMs)).to.be.greaterThan(0);
  });

  it("touches as many at a time as may be unavailable", async () => {
    routers(NEXT);
    await rig.up(args(NEXT, { rollout: { maxUnavailable: 2 } }));
    expect(touched()).to.deep.equal(["a,b", "c"]);
  });

  it("says in the preview what goes when, and what cannot be rolled out", async () => {
    routers(NEXT);
    rig.infos.length = 0;
    const sinceMs = rig.clock.now();
    await rig.up(args(NEXT, { rollout: { maxUnavailable: 2 }, advancedSettings: { ikeLifeTime: "4h" } }));
    expect(rig.infos.join()).to.contain("Rolls out in 2 batches: tunnels.a, tunnels.b; then tunnels.c.");
    expect(rig.infos.join()).to.contain(
      "Cannot be rolled out, since all tunnels have it: advancedSettings.ikeLifeTime.",
    );
    expect(touched()).to.deep.equal(["", "a,b", "c"]);
    expect(withoutAnyMs(sinceMs), "the setting takes all down").to.be.greaterThan(0);
  });

  it("adds and removes first, and removes and adds a tunnel that is rebuilt in one request", async () => {
    const moved = { p81GWInternalIP: "169.254.77.1" };
    const next = args({}, { tunnels: { a: rig.tunnel(0), b: rig.tunnel(1, moved), d: rig.tunnel(3) } });
    rig.sandbox.setPeer("router 1", rig.tunnel(1, moved) as never);
    rig.sandbox.setPeer("router 3", rig.tunnel(3) as never);
    await rig.up({ ...next, ...ROLLED });
    const bodies = puts().map(({ body }) => body as Record<string, object[] | undefined>);
    expect(bodies.map(({ addTunnels, removeTunnels }) => [addTunnels?.length, removeTunnels?.length])).to.deep.equal([
      [1, 1],
      [1, 1],
    ]);
    expect(bodies[1]?.addTunnels?.[0]).to.include(moved);
    expect(group()?.tunnels).to.have.length(3);
  });

  it("waits for no tunnel that is new where nothing is rolled out, unless health.wait says so", async () => {
    const added = args({}, { ...ROLLED, tunnels: { ...(args().tunnels as Plain), d: rig.tunnel(3) } });
    const beganMs = rig.clock.now();
    rig.warnings.length = 0;
    await rig.up(added);
    expect(rig.clock.now() - beganMs).to.be.lessThan(10_000);
    expect(rig.warnings).to.deep.equal([]);
    expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ a: "passing", b: "passing", c: "passing", d: "unknown" });
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["broke"] });
    await failureOf(rig.up({ ...added, description: "other" }));
    await rig.up({ ...added, description: "other" });
  });

  it("refuses in the preview what cannot be parted, before anything is sent", async () => {
    const [first, second] = [rig.tunnel(0), rig.tunnel(1)];
    const ends = ({ regionID, remotePublicIP }: Plain) => ({ regionID, remotePublicIP });
    const swapped = { a: { ...first, ...ends(second) }, b: { ...second, ...ends(first) }, c: rig.tunnel(2) };
    expect(await failureOf(rig.up(args({}, { ...ROLLED, tunnels: swapped })))).to.contain(
      "tunnels.a, tunnels.b change places with each other",
    );
    expect(rig.sandbox.journal()).to.deep.equal([]);
    for (const [n, tunnel] of [swapped.a, swapped.b].entries()) rig.sandbox.setPeer(`router ${n}`, tunnel as never);
    await rig.up(args({}, { rollout: { maxUnavailable: 2 }, tunnels: swapped }));
    expect(puts()).to.have.length(1);
  });

  it("lets a refresh find that others have had tunnels change places", async () => {
    const state = rig.state;
    const [first, second] = [rig.tunnel(0), rig.tunnel(1)];
    const inner = ({ p81GWInternalIP, remoteGWInternalIP }: Plain) => ({ p81GWInternalIP, remoteGWInternalIP });
    const ends = ({ regionID, remotePublicIP }: Plain) => ({ regionID, remotePublicIP, remoteID: remotePublicIP });
    const swapped = {
      a: { ...first, ...ends(second), ...inner(first) },
      b: { ...second, ...ends(first) },
      c: rig.tunnel(2),
    };
    await rig.up(args({}, { tunnels: swapped }));
    const steps = rig.process();
    const { props = {} } = await steps.read(rig.state?.id ?? "", rig.state?.outputs ?? {});
    const inputs = { ...state?.inputs, ...ROLLED };
    expect(await steps.diff(rig.state?.id ?? "", props as Plain, inputs)).to.deep.include({ changes: true });
  });

  describe("when a batch does not come up", () => {
    it("stops, names what was not changed, keeps what was, and goes on with the next up", async () => {
      routers(NEXT, [0, 2]);
      const failure = await failureOf(rig.up(args(NEXT)));
      expect(failure).to.match(
        /^Cannot update tunnel group "branch": The roll-out stopped: tunnels\.b \(critical\) of tunnel group Tg\w+ is not passing 300 s after the change\. Not changed yet: tunnels\.c\. Put/,
      );
      expect(touched()).to.deep.equal(["a", "b"]);
      expect((rig.state?.outputs.tunnels as Record<string, Plain>).b?.passphrase).to.equal(NEXT.passphrase);
      expect((rig.state?.outputs.tunnels as Record<string, Plain>).c?.passphrase).to.equal(rig.tunnel(2).passphrase);

      rig.sandbox.clearJournal();
      expect(await failureOf(rig.up(args(NEXT))), "the other end is as it was").to.contain(
        "Not changed yet: tunnels.c.",
      );
      expect(puts()).to.deep.equal([]);
      routers(NEXT, [1]);
      rig.infos.length = 0;
      await rig.up(args(NEXT));
      expect(rig.infos.join()).to.contain("Waits until tunnels.b is passing.");
      expect(touched()).to.deep.equal(["c"]);
    });

    it("waits for the last batch too, also in the next up", async () => {
      routers(NEXT, [0, 1]);
      expect(await failureOf(rig.up(args(NEXT))))
        .to.contain("tunnels.c (critical)")
        .and.not.to.contain("Not changed");
      rig.sandbox.clearJournal();
      expect(await failureOf(rig.up(args(NEXT)))).to.contain("tunnels.c (critical)");
      routers(NEXT);
      await rig.up(args(NEXT));
      expect(puts()).to.deep.equal([]);
    });

    it("has changed nothing that was up where a tunnel was down before: that one goes first", async () => {
      routers(NEXT, [0, 1]);
      rig.sandbox.forgetPeer("router 2");
      rig.sandbox.advance(60_000);
      expect(await failureOf(rig.up(args(NEXT))))
        .to.contain("tunnels.c (critical)")
        .and.to.contain("tunnels.a, tunnels.b.");
      expect(touched()).to.deep.equal(["c"]);
    });

    it("changes first what is down, where the program has put it right", async () => {
      routers(NEXT, [0, 2]);
      await failureOf(rig.up(args(NEXT)));
      rig.sandbox.clearJournal();
      const right = { ...NEXT, passphrase: "Rig.right_key" };
      routers(right);
      await rig.up(args(right));
      expect(touched()).to.deep.equal(["b", "a", "c"]);
    });

    it("touches nothing that is up to make room for what is down", async () => {
      routers(NEXT, [1, 2]);
      await failureOf(rig.up(args(NEXT)));
      rig.sandbox.clearJournal();
      const elsewhere = { ...NEXT, remotePublicIP: "203.0.113.77", p81GWInternalIP: "169.254.77.1" };
      const inPlaceOfC = { ...NEXT, p81GWInternalIP: rig.tunnel(2).p81GWInternalIP };
      const tunnels = { a: rig.tunnel(0, inPlaceOfC), b: rig.tunnel(1, NEXT), c: rig.tunnel(2, elsewhere) };
      const failure = await failureOf(rig.up(args({}, { ...ROLLED, tunnels })));
      expect(failure).to.contain("tunnels.a (critical)").and.to.contain("tunnels.a, tunnels.b, tunnels.c.");
      expect(puts()).to.deep.equal([]);
    });

    it("goes on only as long as what it has changed before is still passing", async () => {
      routers(NEXT);
      rig.statuses.push = (text) => {
        if (text.startsWith("update") && puts().length === 2) {
          rig.sandbox.forgetPeer("router 0");
          rig.sandbox.advance(30_000);
        }
        return 0;
      };
      expect(await failureOf(rig.up(args(NEXT, { rollout: { maxUnavailable: 1, rollback: true } }))))
        .to.contain("stopped: tunnels.a (critical) of")
        .and.to.contain("Not changed yet: tunnels.c. Put");
      expect(touched()).to.deep.equal(["a", "b"]);
    });

    it("puts right what is down without waiting for another that is down", async () => {
      const two = { rollout: { maxUnavailable: 2 } };
      routers(NEXT, [2]);
      expect(await failureOf(rig.up(args(NEXT, two)))).to.contain("tunnels.a (critical), tunnels.b (critical)");
      rig.sandbox.clearJournal();
      const right = { passphrase: "Rig.right_key" };
      routers(right, [1]);
      const tunnels = { a: rig.tunnel(0, NEXT), b: rig.tunnel(1, right), c: rig.tunnel(2, NEXT) };
      expect(await failureOf(rig.up(args({}, { ...two, tunnels }))))
        .to.contain("stopped: tunnels.a (critical) of")
        .and.to.contain("Not changed yet: tunnels.c.");
      expect(touched()).to.deep.equal(["b"]);
    });

    it("changes what is down and what is up in requests of their own", async () => {
      routers(NEXT, [0, 1]);
      rig.sandbox.forgetPeer("router 2");
      rig.sandbox.advance(60_000);
      const failure = await failureOf(rig.up(args(NEXT, { rollout: { maxUnavailable: 2 } })));
      expect(failure).to.contain("Not changed yet: tunnels.a, tunnels.b.");
      expect(touched()).to.deep.equal(["c"]);
    });

    it("adds again what was removed by hand between two batches, and waits for it too", async () => {
      routers(NEXT);
      const { a: tunnelId = "" } = rig.state?.outputs.tunnelIds as Record<string, string>;
      const edit = { kind: "removeTunnel", groupId: rig.state?.id ?? "", tunnelId } as const;
      rig.sandbox.inject({ operation: "updateGroup", skip: 1, action: { kind: "edit", after: true, edit } });
      await rig.up(args(NEXT));
      expect(touched()).to.deep.equal(["?", "b", "", "c"]);
      expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ a: "passing", b: "passing", c: "passing" });
    });

    it("goes on where a run was killed between two batches, and touches nothing twice", async () => {
      const state = rig.state;
      routers(NEXT, [0, 2]);
      await rig.up(args(NEXT), rig.process({ engineDiesAfter: 2 })).catch(() => undefined);
      expect(touched()).to.deep.equal(["a", "b"]);
      rig.state = state;
      routers(NEXT);
      await rig.up(args(NEXT));
      expect(touched()).to.deep.equal(["a", "b", "c"]);
      expect(passphrases()).to.deep.equal(Array(3).fill(NEXT.passphrase));
    });

    it("does not begin with the next batch after a run that was killed, as long as the last is not passing", async () => {
      const state = rig.state;
      routers(NEXT, [0, 2]);
      await rig.up(args(NEXT), rig.process({ engineDiesAfter: 2 })).catch(() => undefined);
      rig.state = state;
      expect(await failureOf(rig.up(args(NEXT))))
        .to.contain("tunnels.b (critical)")
        .and.to.contain("tunnels.c.");
      expect(touched()).to.deep.equal(["a", "b"]);
    });

    it("knows that also after a refresh in between", async () => {
      const state = rig.state;
      routers(NEXT, [0, 2]);
      await rig.up(args(NEXT), rig.process({ engineDiesAfter: 2 })).catch(() => undefined);
      rig.state = state;
      await rig.refresh();
      await rig.refresh();
      expect(await failureOf(rig.up(args(NEXT)))).to.contain("tunnels.b (critical)");
      expect(touched()).to.deep.equal(["a", "b"]);
    });

    it("waits for the last batch too where the run was killed while it did", async () => {
      for (const changes of [NEXT, { p81GWInternalIP: "169.254.77.1" }]) {
        await restart({});
        const state = rig.state;
        const next = args(
          {},
          { ...ROLLED, tunnels: { a: rig.tunnel(0), b: rig.tunnel(1), c: rig.tunnel(2, changes) } },
        );
        await rig.up(next, rig.process({ engineDiesAfter: 1 })).catch(() => undefined);
        rig.state = state;
        expect(await failureOf(rig.up(next)), JSON.stringify(changes)).to.contain("tunnels.c (critical)");
        expect(puts()).to.have.length(1);
      }
    });

    it("keeps what was changed where a later batch is refused", async () => {
      routers(NEXT);
      rig.sandbox.inject({
        operation: "updateGroup",
        skip: 1,
        action: { kind: "answer", status: 400, body: { message: "no such key" } },
      });
      expect(await failureOf(rig.up(args(NEXT)))).to.contain("no such key");
      rig.sandbox.clearFaults();
      await rig.up(args(NEXT));
      expect(touched()).to.deep.equal(["a", "b", "b", "c"]);
    });

    it("does not begin where health may not be asked for", async () => {
      const action = { kind: "answer", status: 403, body: { message: "no" } } as const;
      rig.sandbox.inject({ operation: "readHealth", times: "always", action });
      const state = rig.state;
      expect(await failureOf(rig.up(args(NEXT))))
        .to.contain("no tunnel was touched")
        .and.to.contain("403");
      expect(puts()).to.deep.equal([]);
      expect(rig.state).to.equal(state);
    });

    it("stops where health may not be asked for any more, and sets nothing back", async () => {
      const action = { kind: "answer", status: 403, body: { message: "no" } } as const;
      rig.sandbox.inject({ operation: "readHealth", skip: 1, times: "always", action });
      const failure = await failureOf(rig.up(args(NEXT, { rollout: { maxUnavailable: 1, rollback: true } })));
      expect(failure).to.contain("403").and.to.contain("Not changed yet: tunnels.b, tunnels.c.");
      expect(touched()).to.deep.equal(["a"]);
    });
  });

  describe("with rollback", () => {
    const BACK = { rollout: { maxUnavailable: 1, rollback: true } };

    it("sets the batch back that did not come up, and says what came of that", async () => {
      routers(NEXT, [0, 2]);
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.contain("Not changed yet: tunnels.c. Set back to what it was before: tunnels.b (passing).");
      expect(touched()).to.deep.equal(["a", "b", "b"]);
      expect(passphrases()).to.deep.equal([NEXT.passphrase, rig.tunnel(1).passphrase, rig.tunnel(2).passphrase]);
      const { tunnels } = rig.state?.outputs as { tunnels: Record<string, Plain> };
      expect(KEYS.map((key) => tunnels[key]?.passphrase)).to.deep.equal(passphrases());
      rig.sandbox.clearJournal();
      routers(NEXT);
      await rig.up(args(NEXT, BACK));
      expect(touched()).to.deep.equal(["b", "c"]);
    });

    it("sets a rebuilt tunnel back too, and one that changed its address", async () => {
      const next = { p81GWInternalIP: "169.254.77.1", remotePublicIP: "203.0.113.99" };
      const changed = args({}, { ...BACK, tunnels: { a: rig.tunnel(0, next), b: rig.tunnel(1), c: rig.tunnel(2) } });
      const failure = await failureOf(rig.up(changed));
      expect(failure).to.contain("Set back to what it was before: tunnels.a (passing).");
      expect(group()?.tunnels.find(({ remotePublicIP }) => remotePublicIP === "203.0.113.10")).to.include({
        p81GWInternalIP: "169.254.10.1",
        passphrase: rig.tunnel(0).passphrase,
      });
      expect(group()?.tunnels).to.have.length(3);
      rig.sandbox.setPeer("router 0", rig.tunnel(0, next) as never);
      await rig.up(changed);
      expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ a: "passing", b: "passing", c: "passing" });
    });

    it("says so where the setting back does not come up either, and changes that tunnel first in the next up", async () => {
      for (const n of [0, 1, 2]) rig.sandbox.forgetPeer(`router ${n}`);
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.contain("Set back to what it was before: tunnels.a (critical).");
      routers(NEXT);
      rig.sandbox.clearJournal();
      await rig.up(args(NEXT, BACK));
      expect(touched()).to.deep.equal(["a", "b", "c"]);
    });

    it("knows what a tunnel was before, though the first answer was lost and the service hides it", async () => {
      await restart({ isPassphraseShown: false });
      routers(NEXT, [1, 2]);
      rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset" } });
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(touched()).to.deep.equal(["a", "a", "a"]);
      expect(failure).to.contain("Set back to what it was before: tunnels.a (passing).");
      expect(passphrases()[0]).to.equal(rig.tunnel(0).passphrase);
    });

    it("sends the setting back again where its answer was lost, and says so where no answer comes at all", async () => {
      routers(NEXT, [1, 2]);
      rig.sandbox.inject({ operation: "updateGroup", skip: 1, action: { kind: "reset" } });
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.contain("Set back to what it was before: tunnels.a (passing).");
      expect(touched()).to.deep.equal(["a", "a", "a"]);
      rig.sandbox.inject({ operation: "updateGroup", skip: 1, times: "always", action: { kind: "reset" } });
      expect(await failureOf(rig.up(args(NEXT, BACK)))).to.match(/tunnels\.a could not be set back: .*is not known/);
      expect(passphrases()[0]).to.equal(NEXT.passphrase);
    });

    it("sets back all the same where another writer comes between", async () => {
      routers(NEXT, [1, 2]);
      const busy = { kind: "answer", status: 409, body: { message: "another update is in progress" } } as const;
      rig.sandbox.inject({ operation: "updateGroup", skip: 1, action: busy });
      rig.statuses.push = () => {
        const groupId = rig.state?.id ?? "";
        if (puts().length === 2) rig.sandbox.edit({ kind: "changeGroup", groupId, changes: { description: "other" } });
        return 0;
      };
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.contain("Set back to what it was before: tunnels.a (passing).");
      expect(passphrases()[0]).to.equal(rig.tunnel(0).passphrase);
    });

    /** State that does not know a member of the first tunnel. */
    function forget(name: string): void {
      const { id = "", inputs = {}, outputs = {} } = rig.state ?? {};
      const { a, ...others } = outputs.tunnels as Record<string, Plain>;
      const { [name]: _, ...rest } = a ?? {};
      rig.state = { id, inputs, outputs: { ...outputs, tunnels: { ...others, a: rest } } };
    }

    it("calls a rebuilt tunnel set back only where all of it was known", async () => {
      forget("remoteASN");
      const changed = rig.tunnel(0, { remoteASN: 65_099, p81GWInternalIP: "169.254.77.1" });
      const tunnels = { a: changed, b: rig.tunnel(1), c: rig.tunnel(2) };
      const failure = await failureOf(rig.up(args({}, { ...BACK, tunnels })));
      expect(failure).to.contain("tunnels.a could not be set back: the former remoteASN of tunnels.a is not known.");
    });

    it("shows no key that the service alone has known", async () => {
      forget("passphrase");
      routers(NEXT, [1, 2]);
      const body = { message: `bad key ${rig.tunnel(0).passphrase}` };
      rig.sandbox.inject({ operation: "updateGroup", skip: 1, action: { kind: "answer", status: 400, body } });
      expect(await failureOf(rig.up(args(NEXT, BACK)))).to.contain("bad key [secret]");
    });

    it("says so where it is not known what a tunnel was before", async () => {
      await restart({ isPassphraseShown: false });
      forget("passphrase");
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.contain("tunnels.a could not be set back: the former credential of tunnels.a is not known.");
      expect(touched()).to.deep.equal(["a"]);
    });

    it("says so where the setting back fails", async () => {
      routers(NEXT, [1, 2]);
      rig.sandbox.inject({
        operation: "updateGroup",
        skip: 1,
        action: { kind: "answer", status: 400, body: { message: "no such key" } },
      });
      const failure = await failureOf(rig.up(args(NEXT, BACK)));
      expect(failure).to.match(/tunnels\.a could not be set back: .*no such key/);
      rig.sandbox.clearFaults();
      routers(NEXT);
      await rig.up(args(NEXT, BACK));
      expect(passphrases()).to.deep.equal(Array(3).fill(NEXT.passphrase));
    });
  });

  for (const [title, options] of [
    ["passphrases are not shown", { isPassphraseShown: false }],
    ["reads lag behind", { lagMs: 20_000 }],
    ["success has no code", { isSuccessCoded: false }],
    ["neither is", { isPassphraseShown: false, isSuccessCoded: false, lagMs: 20_000 }],
  ] as const) {
    it(`keeps a tunnel up all the time on a service where ${title}`, async () => {
      await restart(options);
      const sinceMs = rig.clock.now();
      routers(NEXT);
      await rig.up(args(NEXT));
      expect(new Set(touched())).to.deep.equal(new Set(KEYS));
      expect(withoutAnyMs(sinceMs)).to.equal(0);
      expect(passphrases()).to.deep.equal(Array(3).fill(NEXT.passphrase));
    });
  }
});
