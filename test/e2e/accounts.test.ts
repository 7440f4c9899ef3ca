import { expect } from "chai";
import { DynamicTunnelGroup, Provider } from "pulumi-harmony-sase";
import { itBesides, useFixture } from "./fixture";

describe("Provider and configuration on the real engine", () => {
  const fixture = useFixture();
  const settings = { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 };

  const argsIn = (account: 0 | 1, tunnelName: string) => {
    const network = fixture.sandbox.accounts[account].networks.at(-1);
    const [regionID = ""] = network?.regions ?? [];
    return {
      networkId: network?.id ?? "",
      tunnelName,
      tunnels: { only: fixture.tunnel(0, { regionID }) },
      sharedSettings: settings,
    };
  };

  it("works with two accounts in one program, each through its own Provider", async () => {
    const [first, second] = fixture.sandbox.accounts;
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "", HARMONY_SASE_BASE_URL: "" },
      program: async () => {
        for (const [index, account] of ([first, second] as const).entries()) {
          const provider = new Provider(`account${index}`, {
            apiKey: account.apiKey,
            baseUrl: fixture.sandbox.baseUrl,
          });
          new DynamicTunnelGroup(`group${index}`, argsIn(index as 0 | 1, `group${index}`), { provider });
        }
      },
    });
    await stack.up();
    expect(fixture.sandbox.groups().map(({ tunnelName }) => tunnelName)).to.include.members(["group0", "group1"]);
    expect((await stack.up()).changes).to.deep.equal({ same: 5 });
    await stack.destroy();
    expect(fixture.sandbox.groups().map(({ tunnelName }) => tunnelName)).not.to.include.members(["group0", "group1"]);
  });

  itBesides("says how to give an API key when there is none, and sends nothing", async () => {
    fixture.sandbox.clearJournal();
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "" },
      program: fixture.program(argsIn(0, "keyless")),
    });
    const { output } = await stack.failingUp();
    expect(output).to.match(
      /There is no API key: set the environment variable HARMONY_SASE_API_KEY, or run pulumi config set --secret harmony-sase:apiKey/,
    );
    expect(fixture.sandbox.journal()).to.deep.equal([]);
  });

  itBesides("keeps state when it reads under the wrong account, and says what may be wrong", async () => {
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "" },
      secrets: { "harmony-sase:apiKey": fixture.sandbox.accounts[0].apiKey },
      program: fixture.program(argsIn(0, "wrongacct")),
    });
    await stack.up();
    stack.automation.workspace.envVars.HARMONY_SASE_API_KEY = fixture.sandbox.accounts[1].apiKey;
    const { output } = await stack.failingRefresh();
    expect(output).to.match(/network \w+ is not visible to this key at 127\.0\.0\.1:\d+; wrong account or region\?/);
    expect((await stack.state()).groups).to.have.length(1);
    stack.automation.workspace.envVars.HARMONY_SASE_API_KEY = "";
    await stack.destroy();
  });

  it("goes on with a key that was rotated since the last up, once the stack's configuration has it where told", async () => {
    const [account] = fixture.sandbox.accounts;
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "" },
      secrets: { "harmony-sase:apiKey": account.apiKey },
      program: fixture.program(argsIn(0, "rotated")),
    });
    await stack.up();
    const apiKey = "rotated-key-of-the-sandbox";
    fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey });
    try {
      const { output } = await stack.failingRefresh();
      expect(output).to.match(/API key was refused/);
      const [, name = ""] = /pulumi config set --secret (pulumi-nodejs:\w+)/.exec(output) ?? [];
      await stack.automation.setConfig(name, { value: apiKey, secret: true });
      expect((await stack.refresh()).changes).to.deep.equal({ same: 2 });
      await stack.destroy();
      expect(fixture.sandbox.groups().some(({ tunnelName }) => tunnelName === "rotated")).to.equal(false);
      expect(stack.transcript.join("\n")).not.to.contain(apiKey);
    } finally {
      fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: account.apiKey });
    }
  });

  itBesides("destroys with a key that was rotated since the last up", async () => {
    const [account] = fixture.sandbox.accounts;
    const stack = await fixture.workshop.stack({
      environment: { HARMONY_SASE_API_KEY: "" },
      secrets: { "harmony-sase:apiKey": account.apiKey },
      program: fixture.program(argsIn(0, "rotated")),
    });
    await stack.up();
    fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: "rotated-key-of-the-sandbox" });
    try {
      const { output } = await stack.failingDestroy();
      expect(output).to.match(/API key was refused/);
      expect(output).to.match(/set HARMONY_SASE_API_KEY/);
      stack.automation.workspace.envVars.HARMONY_SASE_API_KEY = "rotated-key-of-the-sandbox";
      await stack.destroy();
      expect(fixture.sandbox.groups().some(({ tunnelName }) => tunnelName === "rotated")).to.equal(false);
    } finally {
      fixture.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: account.apiKey });
    }
  });
});
