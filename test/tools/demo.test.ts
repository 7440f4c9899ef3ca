import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import sinon from "sinon";
import { draw } from "../../tools/demo/picture";
import type { Stage } from "../../tools/demo/stage";
import type { Step } from "../../tools/demo/steps";
import { tellPlainly } from "../../tools/demo/tell";

describe("demo", () => {
  let hear: (line: string) => void = () => undefined;
  const stage = {
    begin: (listener: typeof hear) => {
      hear = listener;
    },
    requests: () => [],
  } as unknown as Stage;
  const steps: readonly Step[] = [
    {
      asks: "make <one> & wait",
      run: async () => {
        hear("POST createGroup: 202");
        return "made";
      },
    },
    {
      asks: "break",
      run: async () => {
        throw new Error("expected: a promise\nand more");
      },
    },
  ];
  let lines: string[] = [];

  beforeEach(() => {
    lines = [];
    sinon.replace(console, "log", (line: string) => void lines.push(line));
  });
  afterEach(() => sinon.restore());

  it("says in one line for each step what was asked, what came of it, and how long it took", async () => {
    const ended = await tellPlainly(stage, steps);
    sinon.restore();
    expect(lines).to.have.length(3);
    expect(lines[1]).to.match(/✔.* make <one> & wait +made +0\.0 s$/);
    expect(lines[2]).to.match(/✘.* break +expected: a promise +0\.0 s$/);
    expect(ended.map(({ isGood }) => isGood)).to.deep.equal([true, false]);
  });

  it("draws what each step came to, shown from the end of it on, and what the service did only meanwhile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "demo-"));
    await draw(join(folder, "demo.svg"))(stage, steps);
    sinon.restore();
    const svg = await readFile(join(folder, "demo.svg"), "utf8");
    await rm(folder, { recursive: true });
    expect(svg).to.match(/class="asked from"[^>]*>make &lt;one&gt; &amp; wait</);
    expect(svg).to.match(/class="came from" style="animation-duration:[\d.]+s">made</);
    expect(svg).to.match(/class="service until" style="animation-delay:[^"]*">POST createGroup: 202</);
  });
});
