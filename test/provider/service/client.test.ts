import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect } from "chai";
import { type Client, createClient } from "../../../provider/service/client";
import * as errors from "../../../provider/service/errors";
import { createLimits, type Limits } from "../../../provider/service/pace/limits";
import { createRedactor } from "../../../provider/service/redact";
import { NoAnswer, type Transport } from "../../../provider/service/transport";
import { errorOf } from "./errorOf";
import { createFakeClock, type FakeClock } from "./fakeClock";
import { accepted, type FakeService, json, type Scripted, startFakeService, token } from "./fakeService";

const NETWORK = "Nw1";
const GROUP = "Tg1";
const BODY = { tunnelName: "edge" };
const TOKEN = { data: { accessToken: "t", accessTokenExpire: 1_800_003_600 } };
const KEY = "key-of-the-account";
const GROUP_PATH = "/api/rest/v2.3/networks/enhanced/Nw1/tunnels/ipsec/dynamic/Tg1";

type ErrorClass = new (...given: never[]) => Error;

describe("createClient", () => {
  let service: FakeService;
  let clock: FakeClock;
  let client: Client;
  let options: { deadlineMs: number; onRetry?: (message: string) => void };

  beforeEach(async () => {
    service = await startFakeService();
    clock = createFakeClock();
    options = { deadlineMs: clock.elapsed() + 30 * 60_000 };
    client = build();
  });
  afterEach(() => service.close());

  function build({
    baseUrl = service.baseUrl,
    requestTimeoutMs = 5000,
    limits = createLimits({ clock }),
  } = {}): Client {
    return createClient({ baseUrl, apiKey: KEY, clock, limits, redactor: createRedactor(), requestTimeoutMs });
  }

  const read = () => client.readGroup(NETWORK, GROUP, options);
  const write = () => client.updateGroup(NETWORK, GROUP, BODY, options);
  const paths = () => service.received.map(({ method, path }) => `${method} ${path}`);

  describe("requests", () => {
    it("carry the token that the key was exchanged for, once for all of them", async () => {
      await Promise.all([read(), read()]);
      await read();
      expect(service.authorizations).to.have.length(1);
      expect(service.authorizations[0]).to.deep.include({
        method: "POST",
        path: "/api/v1/auth/authorize",
        body: { grantType: "api_key", apiKey: KEY },
        authorization: undefined,
      });
      expect(service.received.map(({ authorization }) => authorization)).to.deep.equal(Array(3).fill("Bearer t1"));
      expect(service.received[0]?.userAgent).to.match(/^pulumi-harmony-sase\/\d+\.\d+\.\d+/);
    });

    const calls: [string, (given: Client) => Promise<unknown>, string, unknown][] = [
      [
        "createGroup",
        (given) => given.createGroup(NETWORK, BODY, options),
        "POST /api/rest/v2.3/networks/enhanced/Nw1/tunnels/ipsec/dynamic",
        BODY,
      ],
      ["updateGroup", (given) => given.updateGroup(NETWORK, GROUP, BODY, options), `PUT ${GROUP_PATH}`, BODY],
      ["deleteGroup", (given) => given.deleteGroup(NETWORK, GROUP, options), `DELETE ${GROUP_PATH}`, undefined],
      ["readGroup", (given) => given.readGroup(NETWORK, GROUP, options), `GET ${GROUP_PATH}`, undefined],
      [
        "readNetwork",
        (given) => given.readNetwork(NETWORK, options),
        "GET /api/rest/v2.3/networks/enhanced/Nw1",
        undefined,
      ],
      ["readStatus", (given) => given.readStatus("St1", options), "GET /api/rest/v2.3/networks/status/St1", undefined],
    ];
    for (const [name, call, request, body] of calls) {
      it(`go where ${name} says`, async () => {
        const { status, json: answer } = { ...(accepted("St1") as { status: number; json: object }) };
        service.answers = [json(status, name === "readGroup" ? [] : { ...answer, completed: false })];
        await call(client);
        expect(paths()).to.deep.equal([request]);
        expect(service.received[0]?.body).to.deep.equal(body);
      });
    }

    it("keep what is no id within its segment of the path", async () => {
      await client.readGroup("a/../b?c", "d#é\ud800", options);
      expect(paths()).to.deep.equal([
        "GET /api/rest/v2.3/networks/enhanced/a%2F..%2Fb%3Fc/tunnels/ipsec/dynamic/d%23%C3%A9%EF%BF%BD",
      ]);
    });

    for (const id of ["", ".", ".."]) {
      it(`are not made for an object called "${id}", whose address would be another's`, async () => {
        await errorOf(client.deleteGroup(NETWORK, id, options), errors.RefusedError);
        expect(service.received).to.deep.equal([]);
      });
    }

    it("are made over a kept connection where they read, over a fresh one where they write", async () => {
      await read();
      const before = service.connections();
      await read();
      await read();
      expect(service.connections()).to.equal(before);
      service.answers = [accepted("St1")];
      await write();
      expect(service.connections()).to.equal(before + 1);
    });

    it("are not made after the deadline", async () => {
      options = { deadlineMs: clock.elapsed() };
      await errorOf(read(), errors.DeadlineError);
      await errorOf(write(), errors.DeadlineError);
      expect([...service.received, ...service.authorizations]).to.deep.equal([]);
    });

    it("stop waiting for the budget at the deadline", async () => {
      client = build({ limits: createLimits({ clock, requestsPerWindow: 2 }) });
      await read();
      options = { deadlineMs: clock.elapsed() + 20 };
      await errorOf(write(), errors.DeadlineError);
      expect(service.received).to.have.length(1);
    });

    it("are not made when the deadline passes while they wait for their turn", async () => {
      const made: string[] = [];
      const slow: Limits = {
        ...createLimits({ clock }),
        request: (task) => {
          if (made.length > 0) clock.advance(60 * 60_000);
          return task();
        },
      };
      const transport: Transport = async ({ url }) => {
        made.push(url);
        return { status: 200, isJson: true, json: TOKEN, retryAfter: undefined };
      };
      const { baseUrl } = service;
      const late = createClient({ baseUrl, apiKey: KEY, clock, limits: slow, redactor: createRedactor(), transport });
      await errorOf(late.readNetwork(NETWORK, options), errors.DeadlineError);
      expect(made).to.deep.equal([`${baseUrl.replace("/rest", "")}/v1/auth/authorize`]);
    });
  });

  describe("the token", () => {
    it("is renewed once when it is refused, for all who saw that", async () => {
      await read();
      service.answers = [json(401, {}), json(401, {}), json(200, [])];
      await Promise.all([read(), read()]);
      expect(service.authorizations).to.have.length(2);
      expect(service.received.slice(-2).map(({ authorization }) => authorization)).to.deep.equal([
        "Bearer t2",
        "Bearer t2",
      ]);
    });

    it("is renewed before a write is sent again, which had been refused", async () => {
      service.answers = [json(401, {}), accepted("St1")];
      expect(await write()).to.deep.equal({ statusId: "St1", samplingTimeMs: 120_000 });
      expect(service.received.map(({ authorization }) => authorization)).to.deep.equal(["Bearer t1", "Bearer t2"]);
    });

    it("is renewed before it expires", async () => {
      service.tokens = [token("short", (clock.now() + 10 * 60_000) / 1000), token("next")];
      await read();
      clock.advance(9 * 60_000);
      await read();
      expect(service.received.map(({ authorization }) => authorization)).to.deep.equal(["Bearer short", "Bearer next"]);
    });

    for (const status of [400, 401, 403]) {
      it(`is not to be had for a key that is answered ${status}`, async () => {
        service.tokens = [json(status, { message: `no such key ${KEY}` })];
        const error = await errorOf(write(), errors.CredentialsError);
        expect(error.message).to.contain("API key").and.to.contain("[secret]").and.not.contain(KEY);
        expect(service.authorizations).to.have.length(1);
        expect(service.received).to.deep.equal([]);
      });
    }

    it("is asked for in another region when the host does not know the address", async () => {
      service.tokens = [{ status: 404, text: "Cannot POST /api/v1/auth/authorize" }];
      const error = await errorOf(read(), errors.WrongRegionError);
      expect(error.message).to.contain("wrong region");
    });

    it("is waited for until the deadline only", async () => {
      service.tokens = ["hang"];
      options = { deadlineMs: clock.elapsed() + 20 };
      const failure = errorOf(write(), errors.DeadlineError);
      while (service.authorizations.length === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(20);
      await failure;
    });

    it("is asked for again after trouble, and a write that waits for it is not unclear", async () => {
      service.tokens = ["reset", json(502, {}), json(429, {}), { status: 200, text: "<html>" }, token("late")];
      service.answers = [accepted("St1")];
      expect(await write()).to.include({ statusId: "St1" });
      expect(service.received).to.have.length(1);
    });
  });

  describe("a read", () => {
    const passing: Record<string, Scripted> = {
      "a 500": json(500, { message: "oops" }),
      "a 503": json(503, {}),
      "a 429": json(429, { message: "Too Many Requests" }),
      "a reset": "reset",
      "half a JSON": { status: 200, text: '[{"id":', headers: { "content-type": "application/json" } },
      "a page in HTML": { status: 200, text: "<html></html>" },
      "an empty answer": { status: 200 },
      "a 404 that cannot be read": { status: 404, text: "{", headers: { "content-type": "application/json" } },
    };
    for (const [name, scripted] of Object.entries(passing)) {
      it(`is repeated after ${name}`, async () => {
        service.answers = [scripted, scripted, json(200, [{ id: "a" }])];
        expect((await read()).tunnels).to.deep.equal([{ id: "a" }]);
        expect(service.received).to.have.length(3);
        expect(clock.sleeps).to.deep.equal([375, 750]);
      });
    }

    it("is repeated with pauses that grow up to half a minute, until the deadline", async () => {
      service.answers = [json(500, { message: "oops" })];
      options = { deadlineMs: clock.elapsed() + 5 * 60_000 };
      const error = await errorOf(read(), errors.UnavailableError);
      expect(error).to.include({ status: 500, method: "GET", operation: "read tunnel group Tg1" });
      expect(error.message).to.equal('Could not read tunnel group Tg1: the API answered 500 "oops".');
      expect(clock.sleeps.slice(0, 3)).to.deep.equal([375, 750, 1500]);
      expect(Math.max(...clock.sleeps)).to.equal(22_500);
      expect(clock.elapsed()).to.be.below(options.deadlineMs);
    });

    it("is repeated after a timeout", async () => {
      client = build({ requestTimeoutMs: 50 });
      service.answers = ["hang", json(200, [])];
      expect((await read()).tunnels).to.deep.equal([]);
    });

    it("is not repeated where no patience is asked for, except after a 429", async () => {
      service.answers = [json(429, {}), json(500, {})];
      const looking = client.readStatus("St1", { ...options, patienceMs: 0 });
      await errorOf(looking, errors.UnavailableError);
      expect(service.received).to.have.length(2);
    });

    const refusals: [string, Scripted, ErrorClass][] = [
      ["a 404 in JSON", json(404, { message: "Tunnel with Id Tg1 not found." }), errors.NotFoundError],
      ["a 404 in text", { status: 404, text: "Cannot GET /api/rest" }, errors.WrongRegionError],
      ["a 403", json(403, { message: "no" }), errors.CredentialsError],
      ["a 402", json(402, {}), errors.CredentialsError],
      ["a 400", json(400, {}), errors.RefusedError],
      ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:9/" } }, errors.UnavailableError],
    ];
    for (const [name, scripted, kind] of refusals) {
      it(`fails at once with ${kind.name} after ${name}`, async () => {
        service.answers = [scripted];
        await errorOf(read(), kind);
        expect(service.received).to.have.length(1);
        expect(clock.sleeps).to.deep.equal([]);
      });
    }

    it("fails with CredentialsError when the renewed token is refused too", async () => {
      service.answers = [json(401, { message: "Unauthorized" })];
      const error = await errorOf(read(), errors.CredentialsError);
      expect(error.message).to.match(/^The API key was refused at 127\.0\.0\.1:\d+ \(401 "Unauthorized"\): check /);
      expect(service.received).to.have.length(2);
      expect(service.authorizations).to.have.length(2);
    });

    it("says that no answer came when a kept connection breaks", async () => {
      await read();
      service.answers = ["reset"];
      const error = await errorOf(client.readStatus("St1", { ...options, patienceMs: 0 }), errors.UnavailableError);
      expect(error).to.include({ code: "ECONNRESET" });
      expect(error.message).to.match(/no answer from 127/);
    });
  });

  describe("an answer that is not the service's", () => {
    const unreadable: [string, Scripted][] = [
      ["a page in HTML, as a captive portal gives", { status: 200, text: "<html></html>" }],
      ["half a JSON", { status: 200, text: '[{"id":', headers: { "content-type": "application/json" } }],
    ];
    for (const [name, scripted] of unreadable) {
      it(`is borne for a minute where it is ${name}`, async () => {
        service.answers = [scripted];
        const startedAtMs = clock.elapsed();
        const error = await errorOf(read(), errors.UnavailableError);
        expect(error.message).to.match(
          /\(200\) cannot be read; a portal or a proxy may stand between this machine and the service\.$/,
        );
        expect(clock.elapsed() - startedAtMs).to.be.within(30_000, 60_000);
      });
    }

    it("is borne for a minute where it is to be a list of tunnels", async () => {
      service.answers = [json(200, { tunnels: [] })];
      const startedAtMs = clock.elapsed();
      await errorOf(client.listTunnels(NETWORK, options), errors.UnavailableError);
      expect(clock.elapsed() - startedAtMs).to.be.within(30_000, 60_000);
    });

    for (const byMs of [-3_600_000, 3_600_000]) {
      it(`is borne for a minute, though the clock is set by ${byMs / 3_600_000} h meanwhile`, async () => {
        service.answers = [json(200, { tunnels: [] })];
        clock.onSleep = (sleeps) => {
          if (sleeps === 2) clock.set(byMs);
        };
        await errorOf(client.listTunnels(NETWORK, options), errors.UnavailableError);
        expect(clock.elapsed()).to.be.within(30_000, 60_000);
      });
    }

    it("is borne for a minute where it is to be a token", async () => {
      service.tokens = [json(200, { data: { accessToken: "t", accessTokenExpire: "soon" } })];
      const startedAtMs = clock.elapsed();
      await errorOf(write(), errors.UnavailableError);
      expect(clock.elapsed() - startedAtMs).to.be.within(30_000, 60_000);
      expect(service.received).to.deep.equal([]);
    });

    it("is a token whose end is given as text of digits", async () => {
      service.tokens = [json(200, { data: { accessToken: "texted", accessTokenExpire: "1800003600" } })];
      await read();
      expect(service.received[0]?.authorization).to.equal("Bearer texted");
      expect(service.authorizations).to.have.length(1);
    });
  });

  describe("onRetry", () => {
    let told: string[];
    beforeEach(() => {
      told = [];
      options = { ...options, onRetry: (message) => told.push(message) };
    });

    it("hears of each trouble of a read that is borne, and of the pause", async () => {
      service.answers = [json(502, { message: "bad" }), "reset", json(200, [])];
      await read();
      expect(told).to.have.length(2);
      expect(told[0]).to.equal('Could not read tunnel group Tg1: the API answered 502 "bad". Next try in 0.4 s.');
      expect(told[1]).to.match(/no answer from .* \(ECONNRESET\)\. Next try in 0\.8 s\.$/);
    });

    it("hears of each refusal of a write for the load", async () => {
      service.answers = [json(429, { message: "slow down" }, { "retry-after": "7" }), accepted("St1")];
      await write();
      expect(told).to.deep.equal([
        'The API answered 429 "slow down" to the request to update tunnel group Tg1. Next try in 7.0 s.',
      ]);
    });

    it("hears nothing of the trouble that ends a call", async () => {
      service.answers = [json(400, {})];
      await errorOf(read(), errors.RefusedError);
      expect(told).to.deep.equal([]);
    });
  });

  describe("Retry-After", () => {
    const table: [string, string, number][] = [
      ["seconds", "7", 7000],
      ["a date", new Date(1_800_000_009_000).toUTCString(), 9000],
      ["less than the pause that is due anyway", "0", 375],
      ["the past", new Date(1_700_000_000_000).toUTCString(), 375],
      ["nonsense", "soon", 375],
      ["a negative number", "-5", 375],
    ];
    for (const [name, value, pauseMs] of table) {
      it(`is a pause of ${pauseMs} ms when it is ${name}`, async () => {
        service.answers = [json(429, {}, { "retry-after": value }), json(200, [])];
        await read();
        expect(clock.sleeps).to.deep.equal([pauseMs]);
      });
    }

    it("ends the call when it reaches beyond the deadline, without waiting in vain", async () => {
      service.answers = [json(429, { message: "slow" }, { "retry-after": "240" })];
      options = { deadlineMs: clock.elapsed() + 240_000 };
      await errorOf(write(), errors.TooManyRequestsError);
      expect(clock.sleeps).to.deep.equal([]);
    });

    for (const [name, value, seconds] of [
      ["a day", "86400", 86_400],
      ["a date of the next year", new Date(1_800_000_000_000 + 31_536_000_000).toUTCString(), 31_536_000],
      ["more than a timer can wait", "4294967296", 4_294_967_296],
    ] as const) {
      it(`is followed for five minutes, and said, when it is ${name}`, async () => {
        service.answers = [json(429, { message: "slow" }, { "retry-after": value }), json(200, [])];
        const told: string[] = [];
        options = { ...options, onRetry: (message) => told.push(message) };
        await read();
        expect(clock.sleeps).to.deep.equal([300_000]);
        expect(told[0]).to.contain(`It asks for a pause of ${seconds} s. Next try in 300.0 s.`);
      });
    }

    it("of a date is reckoned by the machine's clock, whatever has elapsed", async () => {
      clock.set(-60_000);
      service.answers = [json(429, {}, { "retry-after": new Date(1_799_999_949_000).toUTCString() }), json(200, [])];
      await read();
      expect(clock.sleeps).to.deep.equal([9000]);
    });

    it("holds all requests when it is of the address's budget", async () => {
      service.answers = [json(429, {}, { "retry-after": "7" }), accepted("St1"), json(200, [])];
      const atMs: number[] = [];
      const noted = (work: Promise<unknown>) => work.then(() => atMs.push(clock.elapsed()));
      await Promise.all([noted(write()), noted(read())]);
      expect(Math.min(...atMs)).to.equal(7000);
    });

    it("holds the writes of its network alone when that is at its limit", async () => {
      service.answers = [json(429, { networkId: NETWORK, message: "Too many" }, { "retry-after": "90" })];
      const limits = createLimits({ clock });
      client = build({ limits });
      options = { deadlineMs: clock.elapsed() + 60_000 };
      await errorOf(write(), errors.TooManyRequestsError);
      expect(clock.elapsed(), "its own next try would come too late").to.equal(0);
      options = { deadlineMs: clock.elapsed() + 30 * 60_000 };
      service.answers = [json(200, []), accepted("St1"), accepted("St2")];
      await read();
      await client.updateGroup("Nw2", GROUP, BODY, options);
      expect(clock.elapsed()).to.equal(0);
      await write();
      expect(clock.elapsed()).to.equal(90_000);
    });

    it("of a network holds no write beyond its deadline", async () => {
      service.answers = [json(429, { networkId: NETWORK }, { "retry-after": "300" })];
      options = { deadlineMs: clock.elapsed() + 60_000 };
      await errorOf(write(), errors.TooManyRequestsError);
      await errorOf(write(), errors.DeadlineError);
      expect(clock.elapsed()).to.equal(60_000);
      expect(service.received).to.have.length(1);
    });
  });

  describe("a write", () => {
    const unclear: [string, Scripted][] = [
      ["a reset", "reset"],
      ["a 500", json(500, {})],
      ["a 502 in HTML", { status: 502, text: "<html>Bad gateway</html>" }],
      ["a 503 that asks to retry", json(503, {}, { "retry-after": "1" })],
      ["a 408", json(408, {})],
      [
        "a 202 that cannot be read",
        { status: 202, text: '{"statusUrl":', headers: { "content-type": "application/json" } },
      ],
      ["a 202 in HTML", { status: 202, text: "<html>" }],
      ["a 202 without a body", { status: 202 }],
      ["a 202 without an address", json(202, { samplingTime: 120 })],
      ["a 202 whose address names no operation", json(202, { statusUrl: "https://elsewhere.invalid/a/St 1!" })],
    ];
    for (const [name, scripted] of unclear) {
      it(`is unclear, and never repeated, after ${name}`, async () => {
        service.answers = [scripted, accepted("St2")];
        const error = await errorOf(write(), errors.UnclearWriteError);
        expect(error.message).to.match(
          /^Whether the request to update tunnel group Tg1 was carried out is not known: /,
        );
        expect(service.received).to.have.length(1);
        expect(clock.sleeps).to.deep.equal([]);
      });
    }

    it("is unclear when no answer comes in time", async () => {
      client = build({ requestTimeoutMs: 50 });
      service.answers = ["hang"];
      expect(await errorOf(write(), errors.UnclearWriteError)).to.include({ code: "ETIMEDOUT" });
    });

    it("is repeated after a 429, which refused it, until the deadline", async () => {
      service.answers = [json(429, { message: "Too many concurrent operations" }), json(429, {}), accepted("St1")];
      expect(await write()).to.include({ statusId: "St1" });
      expect(service.received).to.have.length(3);

      service.answers = [json(429, {})];
      options = { deadlineMs: clock.elapsed() + 60_000 };
      expect(await errorOf(write(), errors.TooManyRequestsError)).to.include({ status: 429 });
      expect(clock.elapsed()).to.be.below(options.deadlineMs);
    });

    it("fails with every complaint when it is refused", async () => {
      service.answers = [
        json(400, { message: "Bad Request", data: { errors: ["one\n two", { message: "three" }, 4, "one\n two"] } }),
      ];
      const error = await errorOf(write(), errors.RefusedError);
      expect(error.reasons).to.deep.equal(["Bad Request", "one two", "three"]);
      expect(error.message).to.equal(
        'The API answered 400 "Bad Request", "one two", "three" to the request to update tunnel group Tg1.',
      );
      expect(error).to.include({ status: 400, method: "PUT", path: GROUP_PATH.replace("/api/rest", "") });
    });

    it("uses the operation's id alone, whatever host the answer names", async () => {
      service.answers = [accepted("St_1-x")];
      const { statusId } = await write();
      service.answers = [json(200, { completed: true, result: { statusCode: 200 } })];
      await client.readStatus(statusId, options);
      expect(paths().at(-1)).to.equal("GET /api/rest/v2.3/networks/status/St_1-x");
    });
  });

  describe("when no connection comes about", () => {
    const calls: [string, () => Promise<unknown>][] = [
      ["a read", () => read()],
      ["a write", () => write()],
    ];
    for (const [name, call] of calls) {
      it(`repeats ${name} for two minutes, since nothing was sent`, async () => {
        await read();
        const startedAtMs = clock.elapsed();
        await service.close();
        const error = await errorOf(call(), errors.UnavailableError);
        expect(error).to.include({ code: "ECONNREFUSED" });
        expect(error.message).to.match(/ tunnel group Tg1: no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\.$/);
        expect(clock.elapsed() - startedAtMs).to.be.within(60_000, 120_000);
      });
    }

    it("sends a write once the service can be reached again", async () => {
      await read();
      await service.close();
      const port = Number(new URL(service.baseUrl).port);
      const { sleep } = clock;
      clock.sleep = async (ms) => {
        await sleep.call(clock, ms);
        if (clock.sleeps.length !== 3) return;
        service = await startFakeService(port);
        service.answers = [accepted("St1")];
      };
      expect(await write()).to.include({ statusId: "St1" });
      expect(paths()).to.deep.equal([`PUT ${GROUP_PATH}`]);
    });

    /** A client whose every connection fails as the network layer says. */
    function failing(code: string): Client {
      const transport: Transport = async () => {
        throw new NoAnswer(code, false);
      };
      const { baseUrl } = service;
      return createClient({
        baseUrl,
        apiKey: KEY,
        clock,
        limits: createLimits({ clock }),
        redactor: createRedactor(),
        transport,
      });
    }

    for (const code of [
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "CERT_HAS_EXPIRED",
      "CERT_NOT_YET_VALID",
      "CERT_UNTRUSTED",
      "CERT_REVOKED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "HOSTNAME_MISMATCH",
      "INVALID_CA",
      "EPROTO",
    ]) {
      it(`fails at once with a word of certificates when it says ${code}`, async () => {
        const error = await errorOf(failing(code).readGroup(NETWORK, GROUP, options), errors.UnavailableError);
        expect(error.message).to.contain(`(${code}); check the base URL and which certificates Node.js trusts`);
        expect(clock.sleeps).to.deep.equal([]);
      });
    }

    for (const code of ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH"]) {
      it(`says nothing of certificates, and tries again, when it says ${code}`, async () => {
        const error = await errorOf(failing(code).readGroup(NETWORK, GROUP, options), errors.UnavailableError);
        expect(error.message).to.contain(`no connection to`).and.not.contain("certificate");
        expect(clock.sleeps).not.to.deep.equal([]);
      });
    }

    it("fails at once when the TLS handshake does, and a write is not unclear", async () => {
      const plain = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
      const { port } = plain.address() as AddressInfo;
      client = build({ baseUrl: `https://127.0.0.1:${port}/api/rest` });
      const error = await errorOf(write(), errors.UnavailableError).finally(() => plain.close());
      expect(error.message).to.match(/no secure connection to .* check the base URL and which certificates/);
      expect(clock.sleeps).to.deep.equal([]);
    });
  });

  describe("readStatus", () => {
    const table: [string, unknown, object][] = [
      ["a running operation", { completed: false }, { completed: false, reasons: [] }],
      [
        "a success",
        { completed: true, result: { statusCode: 200 } },
        { completed: true, statusCode: 200, reasons: [] },
      ],
      [
        "the object at the end of a path",
        { completed: true, result: { resource: "/v2.3/networks/Nw1/Tg9", statusCode: 201 } },
        { completed: true, statusCode: 201, reasons: [], resourceId: "Tg9" },
      ],
      [
        "an empty resource",
        { completed: true, result: { resource: "", statusCode: 200 } },
        { completed: true, statusCode: 200, reasons: [] },
      ],
      ["no result", { completed: true, result: null }, { completed: true, reasons: [] }],
      [
        "reasons of many kinds",
        { completed: true, result: { statusCode: 409, reason: ["a", { message: "b" }, 3, null, ""] } },
        { completed: true, statusCode: 409, reasons: ["a", "b"] },
      ],
      [
        "one reason that is no list",
        { completed: true, result: { statusCode: 409, reason: `the key ${KEY}` } },
        { completed: true, statusCode: 409, reasons: ["the key [secret]"] },
      ],
      ...["/v2.3/networks/Nw1/tunnels/ipsec/dynamic", "/v2.3/networks/Nw1/tunnels/", "/v2.3/networks/enhanced"].map(
        (resource): [string, unknown, object] => [
          `no object from a path without its id, ${resource}`,
          { completed: true, result: { resource, statusCode: 201 } },
          { completed: true, statusCode: 201, reasons: [] },
        ],
      ),
      [
        "members of the wrong kind",
        { completed: true, result: { statusCode: "200", resource: 5, reason: {} } },
        { completed: true, reasons: [] },
      ],
    ];
    for (const [name, body, status] of table) {
      it(`reads ${name}`, async () => {
        service.answers = [json(200, body)];
        expect(await client.readStatus("St1", options)).to.deep.equal(status);
      });
    }

    it("asks again when the answer does not say whether the operation is completed", async () => {
      service.answers = [json(200, []), json(200, { completed: "yes" }), json(200, { completed: false })];
      expect(await client.readStatus("St1", options)).to.include({ completed: false });
    });
  });

  describe("errors", () => {
    it("hold neither the token nor the key nor what was sent", async () => {
      service.tokens = [token("TokenThatMustNotShow")];
      const body = { passphrase: "PassphraseThatMustNotShow" };
      const answers: Scripted[] = [
        json(400, { message: `bad token TokenThatMustNotShow and ${KEY}` }),
        json(500, {}),
        "reset",
        json(403, { message: `Bearer TokenThatMustNotShow` }),
      ];
      for (const scripted of answers) {
        service.answers = [scripted];
        const error = await errorOf(client.updateGroup(NETWORK, GROUP, body, options), errors.HarmonySaseError);
        const everything = JSON.stringify([error.message, error.stack, error.cause, { ...error }]);
        expect(everything).to.not.match(/MustNotShow|key-of-the-account/);
        expect(error.cause).to.equal(undefined);
      }
    });
  });
});
