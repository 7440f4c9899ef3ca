import { expect } from "chai";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, startRig } from "../rig";
import { addressesOf, failureOf, idsOf, madeByOthers, writesOf } from "./scene";

describe("createSteps, when another writer is in the way", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const busy = { kind: "answer", status: 409, body: { message: "network is being changed" } } as const;

  it("creates the group once, after two refusals", async () => {
    rig.sandbox.inject({ operation: "createGroup", times: 2, action: busy });
    await rig.up(rig.args());
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    expect(rig.statuses.join()).to.match(
      /the network is busy with a change that is not of this run .*; next try in 2 s/,
    );
  });

  it("creates none when the other one has made a group of that name meanwhile", async () => {
    await madeByOthers(rig);
    const [id = ""] = idsOf(rig);
    rig.sandbox.edit({ kind: "changeGroup", groupId: id, changes: { tunnelName: "other" } });
    rig.sandbox.inject({ operation: "createGroup", action: busy });
    rig.sandbox.inject({
      operation: "createGroup",
      action: { kind: "edit", edit: { kind: "changeGroup", groupId: id, changes: { tunnelName: "branch" } } },
    });
    expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
    expect(rig.state).to.equal(undefined);
    expect(idsOf(rig)).to.deep.equal([id]);
  });

  it("deletes the group, after two refusals", async () => {
    await rig.up(rig.args());
    rig.sandbox.inject({ operation: "deleteGroup", times: 2, action: busy });
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("removes the tunnels that it adopted, after two refusals", async () => {
    const dynamicTunnelId = await madeByOthers(rig);
    await rig.up(rig.args({ dynamicTunnelId, tunnels: { third: rig.tunnel(2) }, sharedSettings: undefined }));
    rig.sandbox.inject({ operation: "updateGroup", times: 2, action: busy });
    await rig.destroy();
    expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
  });

  it("fails in each step with what the service said when it never ends, and leaves state as it was", async () => {
    rig.sandbox.inject({ operation: "createGroup", times: "always", action: busy });
    expect(await failureOf(rig.up(rig.args()))).to.match(/409 "network is being changed"/);
    expect(rig.state).to.equal(undefined);
    rig.sandbox.clearFaults();
    await rig.up(rig.args());
    const { state } = rig;
    rig.sandbox.inject({ times: "always", operation: "updateGroup", action: busy });
    rig.sandbox.inject({ times: "always", operation: "deleteGroup", action: busy });
    expect(await failureOf(rig.up(rig.args({ description: "new" })))).to.match(/409/);
    expect(await failureOf(rig.destroy())).to.match(/409/);
    expect(rig.state).to.equal(state);
    // In each of the three steps ten tries within two minutes, at pauses from 2 to 22.5 s; and the creation that went well.
    expect(writesOf(rig)).to.have.length(31);
  });

  describe("for two minutes", () => {
    const MINUTES_MS = 120_000;
    const steps = [
      ["createGroup", "creates", () => rig.up(rig.args())],
      ["updateGroup", "changes", () => rig.up(rig.args({ description: "new" }))],
      ["deleteGroup", "deletes", () => rig.destroy()],
    ] as const;
    for (const [operation, does, step] of steps) {
      describe(`while it ${does} a group`, () => {
        beforeEach(async () => {
          if (operation !== "createGroup") await rig.up(rig.args());
          rig.sandbox.clearJournal();
        });

        it("fails then and not before, with what the service said, how long it did, and what to do", async () => {
          rig.sandbox.inject({ operation, times: "always", action: busy });
          const beganMs = rig.clock.now();
          const failure = await failureOf(step());
          expect(failure).to.match(
            /409 "network is being changed" .*It did so for 120 s, with no other write of this run/,
          );
          expect(failure).to.match(/run the same command again once it has ended.*p81GatewaySubnets/);
          expect(rig.clock.now() - beganMs).to.be.within(MINUTES_MS, MINUTES_MS + 5000);
          expect(writesOf(rig)).to.have.length(10);
        });

        it("goes on once the other writer has ended after 90 s, and sends nothing twice", async () => {
          rig.sandbox.inject({ operation, action: busy, forMs: 90_000 });
          await step();
          const accepted = rig.sandbox.journal().filter(({ statusId }) => statusId !== undefined);
          expect(accepted.filter((each) => each.operation === operation)).to.have.length(1);
          expect(writesOf(rig)).to.have.length.within(8, 9);
          expect(rig.statuses.join()).to.match(
            /network is busy for 23 s .*409 "network is being changed"\); next try in 23 s/,
          );
        });
      });
    }

    it("fails sooner where the time of the step is over sooner, with what the service said", async () => {
      await rig.up(rig.args());
      rig.sandbox.inject({ operation: "updateGroup", times: "always", action: busy });
      const beganMs = rig.clock.now();
      const args = rig.args({ description: "new", __timeouts: { update: "1m" } });
      expect(await failureOf(rig.up(args))).to.match(/409 "network is being changed" .*did so for 46 s/);
      expect(rig.clock.now() - beganMs).to.be.below(60_000);
    });
  });
});

describe("createSteps, when a write names a tunnel that is no longer there", () => {
  const services: readonly (readonly [string, SandboxOptions])[] = [
    ["is refused", {}],
    ["fails in the end", { isJudgedLate: true }],
  ];
  for (const [title, options] of services) {
    describe(`and ${title}`, () => {
      let rig: Rig;
      beforeEach(async () => {
        rig = await startRig({ lagMs: 20_000, ...options });
        await rig.up(rig.args());
        await rig.clock.sleep(20_000);
      });
      afterEach(() => rig.close());

      const without = () => rig.args({ tunnels: { primary: rig.tunnel(0), third: rig.tunnel(2) } });

      it("plans anew once it shows", async () => {
        rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, applied: 1 });
        await failureOf(rig.up(without()));
        await rig.up(without());
        expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.12"]]);
      });

      it("fails with what the service said where it never shows", async () => {
        const missing = { kind: "answer", status: 404, body: { message: "Remote gateway subnets not found" } } as const;
        rig.sandbox.inject({ operation: "updateGroup", action: missing });
        expect(await failureOf(rig.up(without()))).to.match(/404 "Remote gateway subnets not found"/);
        expect(writesOf(rig)).to.deep.equal(["POST", "PUT"]);
      });
    });
  }
});
