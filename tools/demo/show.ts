import { styleText } from "node:util";
import type { JournalEntry, Sandbox } from "../../sandbox";

interface Row {
  readonly step: string;
  readonly seconds: number;
  readonly requests: number;
  readonly isGood: boolean;
  readonly result: string;
}

/** Narrates the demo, and keeps count of what it shows. */
export class Show {
  private readonly rows: Row[] = [];
  private readonly unmet: string[] = [];
  private lastExpectation = "";
  private firstRequest = 0;
  private unfinished = "";
  private lastShape = "";

  constructor(
    private readonly sandbox: Sandbox,
    private readonly secrets: readonly string[],
  ) {}

  /** Prints what the engine says, set off from the narration; a line that only counts on is not repeated. */
  readonly print = (text: string): void => {
    const lines = (this.unfinished + text).split("\n");
    this.unfinished = lines.pop() ?? "";
    for (const line of lines.filter((each) => !each.startsWith("@ "))) {
      const shape = line
        .replaceAll(/[\d.]+/g, "#")
        .replace("updated", "updating")
        .replace("created", "creating");
      if (shape !== this.lastShape || line === "") console.log(`    ${line}`);
      this.lastShape = shape;
    }
  };

  /** Prints the lines of a detailed preview that tell of a change. */
  readonly printChanges = (text: string): void => {
    for (const line of text.split("\n").filter((each) => /^\s*[~+-] \w+\s*:/.test(each))) console.log(`    ${line}`);
  };

  /** The requests of the step so far, logging in apart. */
  requests(): readonly JournalEntry[] {
    return this.sandbox
      .journal()
      .slice(this.firstRequest)
      .filter(({ operation }) => operation !== "authorize");
  }

  /** Prints a request's body with its secrets hidden. */
  body(body: unknown): void {
    const text = JSON.stringify(body, null, 2);
    const hidden = this.secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
    console.log(hidden.replaceAll(/^/gm, "    | "));
  }

  /** Notes whether what the step promises has come true. */
  expect(isMet: boolean, expectation: string): void {
    this.lastExpectation = expectation;
    if (!isMet) this.unmet.push(expectation);
  }

  /** Runs a step, timed. A step that throws or does not keep its promise fails the demo, which goes on. */
  async step(step: string, story: string, run: () => Promise<void>): Promise<void> {
    console.log(styleText("bold", `\n── ${step}: ${story}`));
    this.firstRequest = this.sandbox.journal().length;
    this.unmet.length = 0;
    const startedAtMs = Date.now();
    try {
      await run();
    } catch (error) {
      this.unmet.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
    const isGood = this.unmet.length === 0;
    const seconds = (Date.now() - startedAtMs) / 1000;
    const result = isGood ? this.lastExpectation : `not as expected: ${this.unmet.join("; ")}`;
    this.rows.push({ step, seconds, requests: this.requests().length, isGood, result });
    console.log(`${isGood ? styleText("green", "✔") : styleText("red", "✘")} ${result}`);
  }

  /** Prints the table of all steps. @returns whether every one went as expected */
  summary(): boolean {
    const width = Math.max(...this.rows.map(({ step }) => step.length));
    console.log(`\n${"step".padEnd(width)}  seconds  requests  result`);
    for (const { step, seconds, requests, isGood, result } of this.rows) {
      const cells = [step.padEnd(width), seconds.toFixed(1).padStart(7), String(requests).padStart(8)];
      console.log(`${cells.join("  ")}  ${isGood ? "✔" : "✘"} ${result}`);
    }
    return this.rows.every(({ isGood }) => isGood);
  }
}
