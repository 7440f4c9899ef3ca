import { expect } from "chai";
import {
  type Configuration,
  credentialsHint,
  readConfiguration,
  timeoutFor,
} from "../../../provider/engine/configuration";

/** Reads with keys of the namespace `harmony-sase` and with environment variables. */
function read(config: Record<string, string> = {}, env: Record<string, string> = {}): Configuration {
  return readConfiguration({ get: (key) => config[key.replace(/^harmony-sase:/, "")] }, env);
}

const KEY = { HARMONY_SASE_API_KEY: "from-environment" };
const CURRENT = { PULUMI_CONFIG: JSON.stringify({ "pulumi-nodejs:harmonySaseApiKey": "from-current" }) };

describe("readConfiguration", () => {
  describe("API key", () => {
    const cases: [string, Record<string, string>, Record<string, string>, string, string][] = [
      ["an explicit provider's own goes first", { explicit: "true", apiKey: "own" }, KEY, "own", "explicit provider"],
      [
        "the environment's goes before the stack's",
        { apiKey: "stack" },
        { ...KEY, ...CURRENT },
        "from-environment",
        "environment",
      ],
      [
        "the current configuration's goes before the stack's",
        { apiKey: "stack" },
        CURRENT,
        "from-current",
        "current configuration",
      ],
      ["the stack's is taken last", { apiKey: "stack" }, {}, "stack", "stack configuration"],
      [
        "an empty variable counts as not set",
        { apiKey: "stack" },
        { HARMONY_SASE_API_KEY: "" },
        "stack",
        "stack configuration",
      ],
      [
        "a PULUMI_CONFIG that is no JSON is passed over",
        { apiKey: "stack" },
        { PULUMI_CONFIG: "{" },
        "stack",
        "stack configuration",
      ],
    ];
    for (const [title, config, env, apiKey, apiKeySource] of cases) {
      it(title, () => expect(read(config, env)).to.include({ apiKey, apiKeySource }));
    }

    it("is missing with an error that names both ways to give it", () => {
      expect(() => read()).to.throw(/HARMONY_SASE_API_KEY.*harmony-sase:apiKey/);
    });

    it("is demanded of an explicit provider, whatever the environment has", () => {
      expect(() => read({ explicit: "true" }, KEY)).to.throw("The explicit Provider has no apiKey");
    });
  });

  describe("region and base URL", () => {
    const cases: [string, Record<string, string>, Record<string, string>, string][] = [
      ["default to us", {}, {}, "https://api.perimeter81.com/api/rest"],
      ["name a region", { region: "eu" }, {}, "https://api.eu.sase.checkpoint.com/api/rest"],
      [
        "are one setting: the stack's region goes before the environment's URL",
        { region: "au" },
        { HARMONY_SASE_BASE_URL: "https://x.example/rest" },
        "https://api.au.sase.checkpoint.com/api/rest",
      ],
      ["come from the environment", {}, { HARMONY_SASE_REGION: "in" }, "https://api.in.sase.checkpoint.com/api/rest"],
      ["tolerate a slash at the end", { baseUrl: "https://x.example/api/rest/" }, {}, "https://x.example/api/rest"],
      ["take http on loopback", { baseUrl: "http://127.0.0.1:8080/api/rest" }, {}, "http://127.0.0.1:8080/api/rest"],
      ["take http on IPv6 loopback", { baseUrl: "http://[::1]:8080/rest" }, {}, "http://[::1]:8080/rest"],
      [
        "of an explicit provider are not the environment's",
        { explicit: "true", apiKey: "k" },
        { HARMONY_SASE_REGION: "eu" },
        "https://api.perimeter81.com/api/rest",
      ],
    ];
    for (const [title, config, env, baseUrl] of cases) {
      it(title, () => expect(read(config, { ...KEY, ...env }).baseUrl).to.equal(baseUrl));
    }

    const refused: [string, Record<string, string>, RegExp][] = [
      ["both at once", { region: "eu", baseUrl: "https://x.example/rest" }, /both set/],
      ["an unknown region", { region: "mars" }, /must be one of us, eu, au, in; got "mars"/],
      ["a name of every object as a region", { region: "constructor" }, /must be one of/],
      ["http elsewhere", { baseUrl: "http://api.example/rest" }, /https address/],
      ["a host that only begins like loopback", { baseUrl: "http://127.0.0.1.example/rest" }, /https address/],
      ["another path", { baseUrl: "https://api.example/v2" }, /ends in \/rest/],
      ["credentials in the URL", { baseUrl: "https://user:word@api.example/rest" }, /https address/],
      ["a query", { baseUrl: "https://api.example/rest?x=1" }, /https address/],
      ["what is no URL", { baseUrl: "api.example" }, /https address/],
    ];
    for (const [title, config, message] of refused) {
      it(`refuse ${title}`, () => expect(() => read(config, KEY)).to.throw(message));
    }

    it("never quotes a word in an address that is refused", () => {
      expect(() => read({ baseUrl: "https://user:hunter2@api.example/rest" }, KEY))
        .to.throw()
        .with.property("message")
        .that.does.not.contain("hunter2");
    });
  });

  it("has defaults for the rest", () => {
    expect(read({}, KEY)).to.include({
      timeoutMs: 1_800_000,
      settlingMs: 120_000,
      requestsPerWindow: 250,
      writesPerNetwork: 5,
    });
  });

  it("takes each of the rest from the stack, or from the environment", () => {
    expect(
      read({ timeout: "1h30m", settlingTime: "90s", requestsPerWindow: "500", writesPerNetwork: "1" }, KEY),
    ).to.include({
      timeoutMs: 5_400_000,
      settlingMs: 90_000,
      requestsPerWindow: 500,
      writesPerNetwork: 1,
    });
    const env = {
      HARMONY_SASE_TIMEOUT: "5m",
      HARMONY_SASE_SETTLING_TIME: "1s",
      HARMONY_SASE_REQUESTS_PER_WINDOW: "7",
      HARMONY_SASE_WRITES_PER_NETWORK: "2",
    };
    expect(read({}, { ...KEY, ...env })).to.include({
      timeoutMs: 300_000,
      settlingMs: 1000,
      requestsPerWindow: 7,
      writesPerNetwork: 2,
    });
  });

  for (const [key, value] of [
    ["timeout", "soon"],
    ["timeout", "0s"],
    ["settlingTime", "-1s"],
    ["requestsPerWindow", "501"],
    ["requestsPerWindow", "0"],
    ["writesPerNetwork", "1.5"],
  ] as const) {
    it(`refuses ${key} ${value}`, () =>
      expect(() => read({ [key]: value }, KEY)).to.throw(`harmony-sase:${key} must be`));
  }
});

describe("timeoutFor", () => {
  const configuration = read({ timeout: "10m" }, KEY);
  it("is what customTimeouts says of the step", () =>
    expect(timeoutFor("update", { update: "1m" }, configuration)).to.equal(60_000));
  it("is the configured one where they say nothing of it", () =>
    expect(timeoutFor("delete", { update: "1m" }, configuration)).to.equal(600_000));
  it("is the configured one where they are garbled", () =>
    expect(timeoutFor("create", { create: 7 }, configuration)).to.equal(600_000));
});

describe("credentialsHint", () => {
  it("names the ways out when the key came from state", () => {
    expect(credentialsHint(read({ apiKey: "stack" }))).to.match(
      /HARMONY_SASE_API_KEY.*pulumi-nodejs:harmonySaseApiKey/,
    );
  });
});
