import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { scripts } from "../../package.json";
import { readArguments } from "../../tools/commands.mjs";

const ROOT = join(__dirname, "..", "..");
const commands = Object.entries(scripts).filter(([, line]) => line.startsWith("node tools/run.mjs "));

/** Runs a script of package.json's as npm does, without npm. @throws when it does not exit with 0 */
async function npmRun(line: string, ...args: string[]): Promise<string> {
  const [command = "", ...rest] = line.split(" ");
  const { stdout } = await promisify(execFile)(command, [...rest, ...args], { cwd: ROOT });
  return stdout;
}

describe("npm run", () => {
  for (const [name, line] of commands) {
    it(`${name} says what it is for with --help, and exits 0`, async () => {
      expect(await npmRun(line, "--help")).to.match(/--help/);
    });

    it(`${name} names the closest option when it is given one that it does not take`, async () => {
      const failure = await npmRun(line, "--hel").catch((error: { stderr: string }) => error.stderr);
      expect(failure).to.match(/Did you mean "?--help"?\?/);
    });
  }

  it("lists its commands with --help, and names the closest one", async () => {
    const listed = await npmRun("node tools/run.mjs", "--help");
    for (const [name] of commands) expect(listed).to.contain(`npm run ${name} `);
    const failure = await npmRun("node tools/run.mjs", "demmo").catch((error: { stderr: string }) => error.stderr);
    expect(failure).to.contain('There is no task "demmo". Did you mean "demo"?');
  });
});

describe("readArguments", () => {
  it("returns options and words", () => {
    expect(readArguments("demo", ["--verbose"]).values).to.include({ verbose: true });
    expect(readArguments("test", ["-g", "adopt", "test/readme.test.ts"])).to.deep.include({
      words: ["test/readme.test.ts"],
    });
  });

  for (const [command, given, complaint] of [
    ["demo", "--verbos", '"demo" does not take "--verbos". Did you mean "--verbose"?'],
    ["demo", "verbose", '"demo" does not take "verbose". Did you mean "--verbose"?'],
    ["demo", "--verbose=yes", "--verbose takes no value."],
    ["test", "--gerp=adopt", '"test" does not take "--gerp". Did you mean "--grep"?'],
    ["test", "--grep", "--grep needs a <pattern>."],
    ["test:long", "fault", '"test:long" does not take "fault". Did you mean "faults"?'],
    ["record", "request", '"record" does not take "request". Did you mean "requests"?'],
  ] as const) {
    it(`refuses ${command} ${given}`, () => {
      expect(() => readArguments(command, [given])).to.throw(complaint);
    });
  }
});
