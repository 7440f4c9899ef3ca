import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { startSandbox } from "../../sandbox";

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
        `pulumi config set networkId ${networks.at(-1)?.id}`,
        `pulumi config set primaryRegion ${networks.at(-1)?.regions[0]}`,
        `pulumi config set dynamicTunnelId ${twin.foreignGroup.id}`,
        `export HARMONY_SASE_API_KEY=${apiKey}`,
      ]);
      expect(lines.join("\n")).to.match(/harmony-sase:baseUrl http:\/\/127\.0\.0\.1:\d+\/api\/rest\n/);
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
