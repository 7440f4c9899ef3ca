import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../sandbox";

const MAIN = resolve(__dirname, "../../sandbox/main.ts");

function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    texts.stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    texts.stderr += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...texts };
}

/** Asks for a token, then for the deletion of the group that is there from the start, and waits until it is gone. */
async function deleteForeignGroup(control: string, apiKey: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const described = await (await fetch(control)).json();
  const { baseUrl, foreignGroup } = described as Pick<Sandbox, "baseUrl" | "foreignGroup">;
  const body = JSON.stringify({ grantType: "api_key", apiKey });
  const url = `${baseUrl.replace(/\/rest$/, "")}/v1/auth/authorize`;
  const { data } = (await (await fetch(url, { method: "POST", headers, body })).json()) as {
    data: { accessToken: string };
  };
  const path = `/v2.3/networks/enhanced/${foreignGroup.networkId}/tunnels/ipsec/dynamic/${foreignGroup.id}`;
  await fetch(`${baseUrl}${path}`, { method: "DELETE", headers: { authorization: `Bearer ${data.accessToken}` } });
  const isThere = async () => ((await (await fetch(`${control}/groups`)).json()) as unknown[]).length > 0;
  while (await isThere()) await new Promise(setImmediate);
}

describe("npm run sandbox", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`prints what can be pasted, and ends cleanly on ${signal}`, async () => {
      const child = run("--seed", "7");
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
        lines.push(line);
        if (line.startsWith("Control:")) break;
      }
      child.kill(signal);
      expect((await endOf(child)).code).to.equal(0);
      const twin = await startSandbox({ seed: 7 });
      await twin.close();
      const { apiKey, networks } = twin.accounts[0];
      expect(lines).to.include.members([
        `pulumi config set --secret harmony-sase:apiKey ${apiKey}`,
        "pulumi config set network branches",
        "pulumi config set primaryRegion Frankfurt",
        `# Its id is ${networks.at(-1)?.id}, its third region Stockholm.`,
        `# The example finds them by their names: network ${networks[0].id}, group ${twin.foreignGroup.id}.`,
        `export HARMONY_SASE_API_KEY=${apiKey}`,
      ]);
      expect(lines.join("\n")).to.match(/harmony-sase:baseUrl http:\/\/127\.0\.0\.1:\d+\/api\/rest\n/);
    });
  }

  for (const [flags, count] of [
    [[], 3],
    [["--quiet"], 0],
  ] as const) {
    it(`prints ${count === 0 ? "no line" : "a line"} for each request and operation with ${flags.join() || "no flag"}`, async () => {
      const child = run("--operation-seconds", "0.05", ...flags);
      const told: string[] = [];
      let key = "";
      for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
        if (/ (authorize|deleteGroup) /.test(line)) told.push(line);
        key ||= /^export HARMONY_SASE_API_KEY=(.*)$/.exec(line)?.[1] ?? "";
        const [, control = ""] = /^Control: (\S+)/.exec(line) ?? [];
        if (control !== "") {
          await deleteForeignGroup(control, key);
          if (count === 0) child.kill("SIGTERM");
        }
        if (count > 0 && told.length === count) child.kill("SIGTERM");
      }
      expect(told).to.have.length(count);
      expect(told.join()).not.to.include(key);
      if (count > 0) expect(told.at(-1)).to.match(/^St\w{8} deleteGroup Tg\w{8}: completed 200 after \d+ ms$/);
    });
  }

  it("explains itself", async () => {
    const { code, stdout } = await endOf(run("--help"));
    expect({ code, isExplained: stdout.includes("--operation-seconds") }).to.deep.equal({ code: 0, isExplained: true });
  });

  it("refuses an option that it does not know, and a number that is none", async () => {
    for (const args of [
      ["--sed", "7"],
      ["--port", "high"],
    ]) {
      const { code, stderr } = await endOf(run(...args));
      expect({ code, names: stderr.includes(args[0] ?? "") }, args.join(" ")).to.deep.equal({ code: 1, names: true });
    }
  });
});
