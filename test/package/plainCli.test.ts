import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { useFixture } from "../e2e/fixture";
import { AS_INPUT, CAUSES, FAILING_MEANWHILE, FORMS } from "../langhost/failures";
import { type CliRun, expectSuccess, type PlainProgram, plainStack } from "../langhost/plainCli";
import { pathOfNode } from "./node";
import { emptyProject, typescriptProject, write } from "./project";

const README = join(__dirname, "..", "..", "README.md");
/** By the major version; the newest SDK that all of them run is this repository's own. */
const NODES = [20, 22, 24];
/** A table of the long tests, of which `npm test` runs a sample, on this Node. */
const isWhole = process.env.PACKAGE === "all";
const itWhole = isWhole ? it : (_title: string, _test: () => Promise<void>) => undefined;
const SAMPLE = ["a wrong key with await getNetwork"];

async function readmeProgram(): Promise<string> {
  const [, program] = /```ts\n(.*?)```/s.exec(await readFile(README, "utf8")) ?? [];
  return program ?? expect.fail("README has no program");
}

/** Demands that a command failed with a message that is printed once, without the SDK's frames. */
function expectMessageAlone({ code, output }: CliRun, message: RegExp): void {
  const [, diagnostics = ""] = output.split("Diagnostics:");
  expect(diagnostics.match(message), output).to.have.length(1);
  expect(output, output).not.to.match(/^\s+at |node_modules|resident memory|non-zero exit code/m);
  expect(code, output).to.equal(1);
}

describe("A program on the plain CLI", () => {
  const fixture = useFixture();
  const plain = (program: PlainProgram) => plainStack(fixture, program);
  const javascript = (program: string) => ({ "package.json": { private: true }, "index.js": program });

  async function expectOneMessage(form: string, cause: string, major?: number): Promise<void> {
    const { message, configuration, environment } = CAUSES[cause] ?? expect.fail(cause);
    const stack = await plain({
      recipe: emptyProject(),
      files: javascript(FORMS[form] ?? expect.fail(form)),
      configuration: { "plain:network": "branches", ...configuration },
      ...(environment && { environment }),
      ...(major && { node: await pathOfNode(major) }),
    });
    const failed = await stack.pulumi("preview");
    expectMessageAlone(failed, message);
    if (form !== AS_INPUT) expect(failed.output).not.to.contain("serializing property");
  }

  for (const form of Object.keys(FORMS)) {
    for (const cause of Object.keys(CAUSES)) {
      const title = `${cause} with ${form}`;
      const majors = isWhole ? NODES : SAMPLE.includes(title) ? [undefined] : [];
      for (const major of majors) {
        const node = major === undefined ? "" : ` on Node ${major}`;
        it(`ends with one message for ${title}${node}`, () => expectOneMessage(form, cause, major));
      }
    }
  }

  it("is that of README: one mistyped name, then a whole life", async () => {
    const stack = await plain({
      recipe: typescriptProject(),
      files: { "index.ts": await readmeProgram() },
      configuration: { "plain:network": "brnches", "plain:primaryRegion": "Dublin" },
      secrets: { "plain:primaryPsk": "Some.passphrase" },
    });
    expectMessageAlone(await stack.pulumi("preview"), /Cannot find network "brnches"/g);
    await expectSuccess(stack, "config", "set", "network", "branches");
    fixture.sandbox.clearJournal();
    const output = await expectSuccess(stack, "up", "--yes");
    expect(output).to.contain("addresses").and.not.to.contain("Some.passphrase");
    expect(fixture.groups()).to.have.length(1);
    await expectSuccess(stack, "destroy", "--yes");
    expect(fixture.groups()).to.deep.equal([]);
    expect(fixture.writes().map(({ operation }) => operation)).to.deep.equal(["createGroup", "deleteGroup"]);
  });

  itWhole("that ends while a group is being made has the group in state", async () => {
    const stack = await plain({
      recipe: emptyProject(),
      files: javascript(FAILING_MEANWHILE),
      environment: { GROUP: JSON.stringify(fixture.args()) },
    });
    fixture.sandbox.clearJournal();
    fixture.sandbox.plan({ operation: "createGroup", durationMs: 4000 });
    const running = stack.start("up", "--yes", "--skip-preview");
    while (fixture.writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await write(stack.folder, { fail: "" });
    const { code, output } = await running.end;
    expect(code, output).to.equal(1);
    expect(output).to.contain('Cannot find network "brnches"');
    const state = await expectSuccess(stack, "stack", "export");
    expect(state).to.contain(fixture.groups()[0]?.id).and.not.to.contain("pending_operations");
    await expectSuccess(stack, "destroy", "--yes");
    expect(fixture.groups()).to.deep.equal([]);
  });
});
