import { expect } from "chai";
import type { Fault, OperationName } from "../../../sandbox/faults";
import { type Rig, startRig } from "../rig";
import { failureOf, groupsOf, idsOf, minutesOf, writesOf } from "./scene";

const portal = { kind: "answer", status: 200, body: "<html>Please sign in</html>", contentType: "text/html" } as const;
const json = (body: unknown) => ({ kind: "answer", status: 200, body }) as const;

/** Answers that are not the service's. */
const odd: readonly (readonly [string, OperationName, Fault["action"]])[] = [
  ["HTML to the exchange of the key", "authorize", portal],
  ["a text for a time of expiry", "authorize", json({ data: { accessToken: "t", accessTokenExpire: "tomorrow" } })],
  ["HTML to the list", "listTunnels", portal],
  ["a list of another shape", "listTunnels", json({ items: [] })],
  ["HTML to the read", "readGroup", portal],
  ["a group of another shape", "readGroup", json({ data: [] })],
  ["half a JSON", "readGroup", { ...portal, body: '[{"id":', contentType: "application/json" }],
];

describe("createSteps, given answers that cannot be read", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const asked = (operation: OperationName) =>
    rig.sandbox.journal().filter((entry) => entry.operation === operation).length;

  for (const [title, operation, action] of odd) {
    const run = async () => {
      if (operation === "readGroup") await rig.refresh();
      else await rig.up(rig.args());
    };

    it(`fails within two minutes, says so, and shows that it tries again: ${title}, for ever`, async () => {
      if (operation === "readGroup") await rig.up(rig.args());
      rig.sandbox.clearJournal();
      rig.sandbox.inject({ operation, times: "always", action });
      let failure = "";
      const minutes = await minutesOf(rig, async () => {
        failure = await failureOf(run());
      });
      expect(minutes).to.be.below(2);
      expect(failure).to.match(/cannot be read/);
      expect(asked(operation)).to.be.above(1);
      const shown = rig.statuses.filter((text) => /cannot be read.*Next try in/.test(text));
      expect(shown).to.have.length.within(2, 4);
    });

    it(`bears with it: ${title}, twice`, async () => {
      if (operation === "readGroup") await rig.up(rig.args());
      rig.sandbox.inject({ operation, times: 2, action });
      await run();
      expect(rig.state?.id).to.equal(idsOf(rig)[0]);
    });
  }

  it("reads a time of expiry that is a text of digits", async () => {
    await rig.close();
    rig = await startRig({ isExpiryText: true });
    expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
    expect(rig.state?.id).to.equal(idsOf(rig)[0]);
    expect(asked("authorize")).to.equal(1);
  });

  it("keeps what it has sent when a portal comes between during the wait", async () => {
    await rig.up(rig.args());
    const next = rig.args({ description: "new" });
    rig.sandbox.inject({ operation: "readStatus", times: "always", action: portal });
    rig.sandbox.inject({ operation: "readGroup", skip: 1, times: "always", action: portal });
    let failure = "";
    const minutes = await minutesOf(rig, async () => {
      failure = await failureOf(rig.up(next));
    });
    expect(minutes).to.be.below(6);
    expect(failure).to.match(/cannot be read/);
    expect(rig.state?.outputs.__pending).to.have.length(1);
    rig.sandbox.clearFaults();
    await rig.up(next);
    expect(groupsOf(rig)[0]?.description).to.equal("new");
    expect(writesOf(rig)).to.deep.equal(["POST", "PUT"]);
  });
});

describe("createSteps, refused for its load", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const busy = { kind: "answer", status: 429, body: { message: "too many" } } as const;

  it("shows that a write is tried again", async () => {
    await rig.up(rig.args());
    rig.sandbox.inject({ operation: "updateGroup", times: 5, action: busy });
    await rig.up(rig.args({ description: "new" }));
    expect(rig.statuses.filter((text) => /answered 429 "too many" .*Next try in/.test(text))).to.have.length.within(
      1,
      3,
    );
    expect(groupsOf(rig)[0]?.description).to.equal("new");
  });

  it("fails at its deadline, with nothing in state that was not sent", async () => {
    rig.sandbox.inject({ operation: "createGroup", times: "always", action: busy });
    const process = rig.process({ env: { HARMONY_SASE_TIMEOUT: "5m" } });
    expect(await failureOf(rig.up(rig.args(), process))).to.match(/429/);
    expect(rig.state).to.equal(undefined);
    expect(await rig.notes()).not.to.match(/branch/);
  });

  it("shows trouble with the looks at an operation", async () => {
    rig.sandbox.inject({ operation: "readStatus", times: 3, action: { ...busy, status: 502 } });
    await rig.up(rig.args());
    expect(rig.statuses.filter((text) => /operation \w+.*answered 502/.test(text))).to.have.length(1);
  });
});
