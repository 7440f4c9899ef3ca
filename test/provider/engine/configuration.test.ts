import { expect } from "chai";
import {
  type Configuration,
  configurationFaults,
  credentialsHint,
  readConfiguration,
  timeoutFor,
} from "../../../provider/engine/configuration";

/** Reads with keys of the namespace `harmony-sase` and with environment variables. */
function read(config: Record<string, string> = {}, env: Record<string, string> = {}): Configuration {
  return readConfiguration({ get: (key) => config[key.replace(/^harmony-sase:/, "")] }, env);
}

/** What is wrong, read in the same way. */
function faults(config: Record<string, string> = {}, env: Record<string, string> = {}): readonly string[] {
  return configurationFaults({ get: (key) => config[key.replace(/^harmony-sase:/, "")] }, env);
}

const KEY = { HARMONY_SASE_API_KEY: "from-environment" };
const CURRENT = { PULUMI_CONFIG: JSON.stringify({ harmonySaseApiKey: "from-current" }) };

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
      [
        "a PULUMI_CONFIG with full names is a program's, and no engine's",
        { apiKey: "stack" },
        { PULUMI_CONFIG: JSON.stringify({ "pulumi-nodejs:harmonySaseApiKey": "from-program" }) },
        "stack",
        "stack configuration",
      ],
      ["the stack's is taken last", { apiKey: "stack" }, {}, "stack", "stack configuration"],
      [
        "an empty variable counts as not set",
        { apiKey: "stack" },
        { HARMONY_SASE_API_KEY: "" },
        "stack",
        "stack configuration",
      ],
      ["space around it is no part of it", {}, { HARMONY_SASE_API_KEY: " a-key\n" }, "a-key", "environment"],
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

    it("is demanded of an explicit provider, whatever else has one", () => {
      expect(() => read({ explicit: "true" }, { ...KEY, ...CURRENT })).to.throw("The explicit Provider has no apiKey");
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
        "of an explicit provider go before the environment's",
        { explicit: "true", apiKey: "k", baseUrl: "https://x.example/rest" },
        { HARMONY_SASE_REGION: "eu" },
        "https://x.example/rest",
      ],
      [
        "come from the environment for an explicit provider that names neither",
        { explicit: "true", apiKey: "k" },
        { HARMONY_SASE_REGION: "eu" },
        "https://api.eu.sase.checkpoint.com/api/rest",
      ],
      [
        "pass over empty ones",
        { region: "", baseUrl: " " },
        { HARMONY_SASE_REGION: "", HARMONY_SASE_BASE_URL: "https://x.example/rest" },
        "https://x.example/rest",
      ],
    ];
    for (const [title, config, env, baseUrl] of cases) {
      it(title, () => expect(read(config, { ...KEY, ...env }).baseUrl).to.equal(baseUrl));
    }

    it("are refused under the name of the source that gave them", () => {
      const both = { HARMONY_SASE_REGION: "eu", HARMONY_SASE_BASE_URL: "https://x.example/rest" };
      expect(() => read({}, { ...KEY, ...both })).to.throw(
        /^HARMONY_SASE_REGION and HARMONY_SASE_BASE_URL are both set/,
      );
      expect(() => read({}, { ...KEY, HARMONY_SASE_REGION: "mars" })).to.throw(/^HARMONY_SASE_REGION must be one of/);
      expect(() => read({}, { ...KEY, HARMONY_SASE_BASE_URL: "x" })).to.throw(/^HARMONY_SASE_BASE_URL must be/);
      expect(() => read({ region: "mars" }, KEY)).to.throw(/^harmony-sase:region must be one of/);
    });

    const refused: [string, Record<string, string>, RegExp][] = [
      ["both at once", { region: "eu", baseUrl: "https://x.example/rest" }, /both set/],
      ["an unknown region", { region: "mars" }, /must be one of us, eu, au, in\.$/],
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
      settlingMs: 300_000,
      requestsPerWindow: 480,
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

  it("has the default for one of the rest that is wrong, so that a destroy does not fail on what is stored", () => {
    expect(read({ timeout: "soon", writesPerNetwork: "6" }, { ...KEY, HARMONY_SASE_SETTLING_TIME: "x" })).to.include({
      timeoutMs: 1_800_000,
      settlingMs: 300_000,
      writesPerNetwork: 5,
    });
  });
});

describe("configurationFaults", () => {
  it("finds none in a configuration that says nothing but the key", () => expect(faults({}, KEY)).to.deep.equal([]));

  it("finds all that is wrong at once, each under the name of the source that gave it", () => {
    const found = faults(
      { region: "mars", timeout: "5x" },
      { HARMONY_SASE_SETTLING_TIME: "later", HARMONY_SASE_REQUESTS_PER_WINDOW: "501" },
    );
    expect(found).to.deep.equal([
      "There is no API key: set the environment variable HARMONY_SASE_API_KEY, or run pulumi config set --secret harmony-sase:apiKey.",
      "harmony-sase:region must be one of us, eu, au, in.",
      "harmony-sase:timeout must be a duration such as 30m.",
      'HARMONY_SASE_SETTLING_TIME must be a duration such as 5m; got "later".',
      'HARMONY_SASE_REQUESTS_PER_WINDOW must be a whole number in 1..500; got "501".',
    ]);
  });

  it("quotes no text that may be a key in the wrong variable", () => {
    const misplaced = "a-key-of-the-service";
    const found = faults({}, { ...KEY, HARMONY_SASE_REGION: misplaced, HARMONY_SASE_TIMEOUT: misplaced });
    expect(found).to.deep.equal([
      "HARMONY_SASE_REGION must be one of us, eu, au, in.",
      "HARMONY_SASE_TIMEOUT must be a duration such as 30m.",
    ]);
  });

  it("names an API key that is empty", () => {
    expect(faults({ apiKey: " " })[0]).to.match(/^harmony-sase:apiKey is empty, and there is no other API key: set/);
    expect(faults({ explicit: "true", apiKey: "" })[0]).to.match(/^The apiKey of the explicit Provider is empty/);
  });

  it("names the settings of an explicit Provider as its arguments are named", () => {
    expect(faults({ explicit: "true", apiKey: "k", region: "mars", timeout: "5x" })).to.deep.equal([
      "region of the explicit Provider must be one of us, eu, au, in.",
      "timeout of the explicit Provider must be a duration such as 30m.",
    ]);
  });

  for (const [key, value] of [
    ["timeout", "soon"],
    ["timeout", "0s"],
    ["settlingTime", "-1s"],
    ["requestsPerWindow", "501"],
    ["requestsPerWindow", "0"],
    ["requestsPerWindow", "0x10"],
    ["writesPerNetwork", "1.5"],
    ["writesPerNetwork", "6"],
  ] as const) {
    it(`refuses ${key} ${value}`, () => {
      const [first = ""] = faults({ [key]: value }, KEY);
      expect(first).to.match(new RegExp(`^harmony-sase:${key} must be`));
    });
  }
});

describe("timeoutFor", () => {
  const configuration = read({ timeout: "10m" }, KEY);
  it("is what customTimeouts says of the step", () =>
    expect(timeoutFor("update", { update: "1m" }, configuration)).to.equal(60_000));
  it("is the configured one where they say nothing of it", () =>
    expect(timeoutFor("delete", { update: "1m" }, configuration)).to.equal(600_000));
  it("is the configured one where they say zero, which is the engine's word for not set", () =>
    expect(timeoutFor("update", { update: "0s" }, configuration)).to.equal(600_000));
  it("is the configured one where they are garbled", () =>
    expect(timeoutFor("create", { create: 7 }, configuration)).to.equal(600_000));
});

describe("credentialsHint", () => {
  const cases: [Record<string, string>, Record<string, string>, RegExp][] = [
    [{ apiKey: "k1" }, {}, /last pulumi up: set HARMONY_SASE_API_KEY,.*pulumi-nodejs:harmonySaseApiKey,.*pulumi up\.$/],
    [
      { explicit: "true", apiKey: "k1" },
      {},
      /Provider in state: give it the new one and run pulumi up, or .* --run-program\./,
    ],
    [{}, KEY, /came from HARMONY_SASE_API_KEY/],
    [{}, CURRENT, /came from pulumi-nodejs:harmonySaseApiKey/],
  ];
  for (const [config, env, hint] of cases) {
    const configuration = read(config, env);
    it(`names the way out for a key of the ${configuration.apiKeySource}, and not the key`, () => {
      expect(credentialsHint(configuration)).to.match(hint).and.not.contain(configuration.apiKey);
    });
  }
});
