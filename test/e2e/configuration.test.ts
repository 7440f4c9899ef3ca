import { expect } from "chai";
import { DynamicTunnelGroup, Provider } from "pulumi-harmony-sase";
import type { EngineRun, EngineStack, StackOptions } from "../../tools/workshop";
import { itBesides, useFixture } from "./fixture";

describe("Configuration on the real engine", () => {
  const fixture = useFixture();

  /** Two groups, so that what is said of the configuration shows whether it is said twice. */
  const stackOf = (options: Partial<StackOptions>): Promise<EngineStack> =>
    fixture.workshop.stack({
      program: async () => {
        for (const tunnelName of ["branch", "depot"]) new DynamicTunnelGroup(tunnelName, fixture.args({ tunnelName }));
      },
      ...options,
    });

  /** What a run said with one severity. */
  const said = ({ events }: EngineRun, severity: "error" | "warning"): readonly string[] =>
    events.flatMap(({ diagnosticEvent: event }) =>
      event !== undefined && String(event.severity) === severity ? [event.message] : [],
    );

  const refused: [string, Partial<StackOptions>, string][] = [
    ["no API key", { environment: { HARMONY_SASE_API_KEY: "" } }, "There is no API key"],
    [
      "an empty API key",
      { environment: { HARMONY_SASE_API_KEY: "" }, secrets: { "harmony-sase:apiKey": "" } },
      "harmony-sase:apiKey is empty",
    ],
    ["an unknown region", { configuration: { "harmony-sase:region": "mars" } }, "harmony-sase:region must be one of"],
    ["a timeout that is none", { environment: { HARMONY_SASE_TIMEOUT: "5x" } }, "HARMONY_SASE_TIMEOUT must be"],
    [
      "region and base URL both set",
      { environment: { HARMONY_SASE_REGION: "eu" } },
      "HARMONY_SASE_REGION and HARMONY_SASE_BASE_URL are both set",
    ],
    [
      "a base URL that is none",
      { configuration: { "harmony-sase:baseUrl": "http://api.example/rest" } },
      "harmony-sase:baseUrl must be an https address",
    ],
  ];
  for (const [index, [title, options, message]] of refused.entries()) {
    (index === 0 ? it : itBesides)(`fails in the preview and says so once: ${title}`, async () => {
      const run = await (await stackOf(options)).failingPreview();
      expect(said(run, "error").filter((text) => text.includes(message))).to.have.length(1);
      expect(fixture.writes()).to.deep.equal([]);
    });
  }

  it("fails in the preview for a name that is misspelt, and asks for the one that is meant", async () => {
    const stack = await stackOf({ configuration: { "harmony-sase:regoin": "eu" } });
    expect(said(await stack.failingPreview(), "error")[0]).to.match(
      /^harmony-sase:regoin in the stack's configuration is not a setting; did you mean harmony-sase:region\?/,
    );
  });

  it("warns once of an API key that is stored in clear, and not of one that is a secret", async () => {
    const apiKey = { "harmony-sase:apiKey": fixture.sandbox.accounts[0].apiKey };
    const inClear = said(await (await stackOf({ configuration: apiKey })).preview(), "warning");
    expect(inClear.filter((text) => text.includes("harmony-sase:apiKey is stored in clear"))).to.have.length(1);
    expect(said(await (await stackOf({ secrets: apiKey })).preview(), "warning").join()).not.to.contain("in clear");
  });

  itBesides("takes a project's own keys for what they are where it is named as the package's namespace", async () => {
    const configuration = { "harmony-sase:primaryRegion": "x", "harmony-sase:timeuot": "30m" };
    const warnings = said(await (await stackOf({ project: "harmony-sase", configuration })).preview(), "warning");
    expect(warnings.join()).to.contain("Did you mean harmony-sase:timeout?").and.not.contain("primaryRegion");
  });

  itBesides("destroys after a name was misspelt: no program runs", async () => {
    const stack = await stackOf({});
    await stack.up();
    await stack.automation.setConfig("harmony-sase:regoin", { value: "eu" });
    await stack.refresh();
    await stack.destroy();
    expect(fixture.groups()).to.deep.equal([]);
  });

  it("names what helps where the key of an explicit Provider is stale, and that helps", async () => {
    const [account] = fixture.sandbox.accounts;
    let { apiKey } = account;
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "", HARMONY_SASE_BASE_URL: "" },
      program: async () => {
        const provider = new Provider("account", { apiKey, baseUrl: fixture.sandbox.baseUrl });
        new DynamicTunnelGroup("branch", fixture.args(), { provider });
      },
    });
    await stack.up();
    fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: "rotated-key-of-the-sandbox" });
    apiKey = "rotated-key-of-the-sandbox";
    try {
      expect((await stack.failingRefresh()).output).to.contain("--run-program");
      await stack.refresh({ runProgram: true });
      await stack.destroy({ runProgram: true });
      expect(fixture.groups()).to.deep.equal([]);
    } finally {
      fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: account.apiKey });
    }
  });
});
