import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { AHEAD_FOR_MS } from "../../../provider/service/connections";
import { createTransport, type NoAnswer, type Outgoing, type Transport } from "../../../provider/service/transport";
import { accepted, type FakeService, json, startFakeService } from "./fakeService";

describe("createTransport, with connections opened ahead", () => {
  let service: FakeService;
  let nowMs: number;
  let transport: Transport;

  beforeEach(async () => {
    nowMs = 0;
    service = await startFakeService();
    service.answers = [accepted("St1")];
    transport = createTransport(() => nowMs);
  });
  afterEach(() => service.close());

  const send = (method: Outgoing["method"] = "PUT") =>
    transport({ method, url: `${service.baseUrl}/x`, isRepeatable: method === "GET", timeoutMs: 5000 });

  async function openAhead(isRepeatable = false): Promise<void> {
    const before = service.connections();
    transport.openAhead?.(service.baseUrl, isRepeatable);
    while (service.connections() === before) await sleep(1);
    // Its own end of the connection stands by then.
    await sleep(5);
  }

  it("makes a write on one that has carried nothing, and no second one", async () => {
    await openAhead();
    await send();
    expect(service.connections()).to.equal(1);
    await send();
    expect(service.connections()).to.equal(2);
  });

  it("makes no read on one that is for a write, and no write on one that is for reads", async () => {
    await openAhead();
    service.answers = [json(200, [])];
    await send("GET");
    expect(service.connections()).to.equal(2);
    await openAhead(true);
    await send();
    expect(service.connections()).to.equal(3);
    await Promise.all([send("GET"), send("GET")]);
    expect(service.connections()).to.equal(3);
  });

  it("opens a new one for a write when that is too old", async () => {
    await openAhead();
    nowMs += AHEAD_FOR_MS + 1;
    await send();
    expect(service.connections()).to.equal(2);
  });

  it("opens a new one for a write when the service has closed that", async () => {
    await openAhead();
    await service.dropConnections();
    expect((await send()).status).to.equal(202);
    expect(service.connections()).to.equal(2);
  });

  it("counts a write as sent when it breaks on one that stood", async () => {
    await openAhead();
    service.answers = ["reset"];
    const error = await send().catch((failure: NoAnswer) => failure);
    expect(error).to.include({ wasSent: true });
  });

  it("counts a write as not sent when none came about", async () => {
    await service.close();
    transport.openAhead?.(service.baseUrl, false);
    const error = await send().catch((failure: NoAnswer) => failure);
    expect(error).to.include({ code: "ECONNREFUSED", wasSent: false });
    service = await startFakeService();
  });

  it("opens for reads no more than five that are open at once", async () => {
    for (let n = 0; n < 9; n++) transport.openAhead?.(service.baseUrl, true);
    await sleep(50);
    expect(service.connections()).to.equal(5);
  });
});
