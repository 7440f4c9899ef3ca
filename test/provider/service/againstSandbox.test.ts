import { expect } from "chai";
import { type Client, createClient } from "../../../provider/service/client";
import { type Clock, systemClock } from "../../../provider/service/clock";
import {
  CredentialsError,
  DeadlineError,
  NotFoundError,
  RefusedError,
  UnclearWriteError,
  WrongRegionError,
} from "../../../provider/service/errors";
import { type OperationEnd, waitForOperation } from "../../../provider/service/operation";
import { createLimits } from "../../../provider/service/pace/limits";
import { createRedactor } from "../../../provider/service/redact";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox";
import { newGroup, newTunnel } from "../../sandbox/bodies";
import { errorOf } from "./errorOf";

const MINUTE_MS = 60_000;

/** The clock of a sandbox: a sleep lets the sandbox's time go by, and nobody waits. */
function clockOf(sandbox: () => Sandbox): Clock {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    elapsed: () => Math.floor(performance.now()) + skippedMs,
    alarm: systemClock.alarm,
    random: () => 0.5,
    sleep: async (ms) => {
      skippedMs += ms;
      sandbox().advance(ms);
    },
  };
}

describe("createClient and waitForOperation, against the sandbox", () => {
  let sandbox: Sandbox;
  let clock: Clock;
  let client: Client;

  async function start(options: SandboxOptions = {}): Promise<void> {
    sandbox = await startSandbox({ operationMs: 5 * MINUTE_MS, ...options });
    clock = clockOf(() => sandbox);
    client = clientOf(sandbox.accounts[0].apiKey);
  }
  afterEach(() => sandbox.close());

  function clientOf(apiKey: string, baseUrl = sandbox.baseUrl): Client {
    return createClient({ baseUrl, apiKey, clock, limits: createLimits({ clock }), redactor: createRedactor() });
  }

  const within = (ms = 60 * MINUTE_MS) => ({ deadlineMs: clock.elapsed() + ms });
  const empty = () => {
    const network = sandbox.accounts[0].networks[1];
    if (!network) throw new Error("The first account has two networks");
    return network;
  };
  const settled = (statusId: string, ms?: number): Promise<OperationEnd> =>
    waitForOperation({
      client,
      clock,
      statusId,
      beginning: { kind: "accepted", acceptedAtMs: clock.elapsed() },
      ...within(ms),
    });
  const statuses = () => sandbox.journal().map(({ operation, status }) => `${operation} ${status}`);

  it("make, read, list, change and delete a group", async () => {
    await start();
    const network = empty();
    const made = await client.createGroup(network.id, newGroup(network), within());
    const { outcome, resourceId = "" } = await settled(made.statusId);
    expect(outcome).to.equal("succeeded");
    const group = await client.readGroup(network.id, resourceId, within());
    expect(group.names).to.deep.equal(["edge01"]);
    expect((await client.listTunnels(network.id, within()))?.entries).to.have.length(1);

    const addTunnels = [newTunnel(network, 2)];
    const changed = await client.updateGroup(network.id, resourceId, { tunnelName: "edge", addTunnels }, within());
    expect(await settled(changed.statusId)).to.include({ outcome: "succeeded", statusCode: 200 });
    expect(sandbox.group(resourceId)?.tunnels).to.have.length(2);

    const deleted = await client.deleteGroup(network.id, resourceId, within());
    expect(await settled(deleted.statusId)).to.include({ outcome: "succeeded" });
    await errorOf(client.readGroup(network.id, resourceId, within()), NotFoundError);
    expect(await client.readNetwork(network.id, within())).to.include({ id: network.id });
  });

  it("name every complaint of a refusal", async () => {
    await start();
    const network = empty();
    const body = newGroup(network, { tunnelName: 5, surprise: 1 });
    const error = await errorOf(client.createGroup(network.id, body, within()), RefusedError);
    expect(error.reasons.length).to.be.above(1);
    expect(sandbox.groups().filter(({ networkId }) => networkId === network.id)).to.deep.equal([]);
  });

  it("do not see another account's network", async () => {
    await start();
    await errorOf(client.readNetwork(sandbox.accounts[1].networks[0].id, within()), NotFoundError);
  });

  it("tell a wrong address from a missing object", async () => {
    await start();
    const { apiKey, networks } = sandbox.accounts[0];
    const elsewhere = clientOf(apiKey, sandbox.baseUrl.replace("/api/rest", "/elsewhere/api/rest"));
    await errorOf(elsewhere.readNetwork(networks[0].id, within()), WrongRegionError);
  });

  it("wait across the end of a token, with one exchange for the next", async () => {
    await start({ tokenLifetimeMs: 10 * MINUTE_MS, operationMs: 25 * MINUTE_MS });
    const { id, networkId } = sandbox.foreignGroup;
    const { statusId } = await client.deleteGroup(networkId, id, within());
    expect(await settled(statusId)).to.include({ outcome: "succeeded" });
    expect(statuses().filter((each) => each.startsWith("authorize"))).to.deep.equal(Array(3).fill("authorize 200"));
    expect(statuses()).to.not.include("readStatus 401");
  });

  it("give up on an operation at once when the key is revoked meanwhile: it goes on", async () => {
    await start();
    const { id, networkId } = sandbox.foreignGroup;
    const { statusId } = await client.deleteGroup(networkId, id, within());
    sandbox.edit({ kind: "revokeKey", apiKey: sandbox.accounts[0].apiKey });
    expect(await errorOf(settled(statusId), CredentialsError)).to.include({ statusId });
  });

  it("weather the network's limit of operations, and send nothing twice", async () => {
    await start({ activeOperationsPerNetwork: 1 });
    const network = empty();
    await client.createGroup(network.id, newGroup(network), within());
    await client.createGroup(
      network.id,
      newGroup(network, { tunnelName: "other", tunnels: [newTunnel(network, 2)] }),
      within(),
    );
    expect(statuses()).to.include("createGroup 429");
    expect(sandbox.operations()).to.have.length(2);
  });

  it("weather the request budget of the address, which others use too", async () => {
    await start({ requestBudget: 3 });
    const { id, networkId } = sandbox.foreignGroup;
    for (let n = 0; n < 5; n++) await client.readGroup(networkId, id, within());
    expect(statuses()).to.include("readGroup 429");
  });

  it("tell how an operation failed", async () => {
    await start();
    const { id, networkId } = sandbox.foreignGroup;
    sandbox.plan({ operation: "deleteGroup", statusCode: 409, reasons: ["Resource is locked"] });
    const { statusId } = await client.deleteGroup(networkId, id, within());
    expect(await settled(statusId)).to.deep.include({
      outcome: "failed",
      statusCode: 409,
      reasons: ["Resource is locked"],
    });
    expect(sandbox.group(id)).to.not.equal(undefined);
  });

  it("do not take an end without a status code for a success", async () => {
    await start({ isSuccessCoded: false });
    const { id, networkId } = sandbox.foreignGroup;
    const { statusId } = await client.deleteGroup(networkId, id, within());
    expect(await settled(statusId)).to.include({ outcome: "unconfirmed" });
  });

  it("give up at the deadline on an operation that never ends", async () => {
    await start();
    const network = empty();
    sandbox.plan({ operation: "createGroup", isNeverCompleted: true, resource: "early" });
    const { statusId } = await client.createGroup(network.id, newGroup(network), within());
    const error = await errorOf(settled(statusId, 20 * MINUTE_MS), DeadlineError);
    expect(error.resourceId).to.equal(sandbox.groups().find(({ networkId }) => networkId === network.id)?.id);
    expect(statuses().filter((each) => each.startsWith("readStatus")).length).to.be.below(90);
  });

  it("bear with a status that cannot be had for a while", async () => {
    await start();
    const { id, networkId } = sandbox.foreignGroup;
    const answers = [
      { kind: "answer", status: 404, body: { message: "no such operation" } },
      { kind: "answer", status: 502, body: "<html>", contentType: "text/html" },
      { kind: "answer", status: 404, body: "Cannot GET", contentType: "text/html" },
      { kind: "answer", status: 200, body: '{"completed":', contentType: "application/json" },
      { kind: "reset" },
    ] as const;
    for (const action of answers) sandbox.inject({ operation: "readStatus", action });
    const { statusId } = await client.deleteGroup(networkId, id, within());
    expect(await settled(statusId)).to.include({ outcome: "succeeded" });
    expect(sandbox.pendingFaults()).to.equal(0);
  });

  for (const after of [false, true]) {
    it(`do not send a write again whose connection broke ${after ? "after" : "before"} the service acted`, async () => {
      await start();
      const { id, networkId } = sandbox.foreignGroup;
      sandbox.inject({ operation: "deleteGroup", action: { kind: "reset", after } });
      await errorOf(client.deleteGroup(networkId, id, within()), UnclearWriteError);
      expect(statuses().filter((each) => each.startsWith("deleteGroup"))).to.have.length(1);
      expect(sandbox.operations()).to.have.length(after ? 1 : 0);
    });
  }
});
