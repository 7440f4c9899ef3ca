import { styleText } from "node:util";
import { Listr } from "listr2";
import { type Ended, HEAD, play, rowOf } from "./play";
import { PASSPHRASES } from "./program";
import type { Stage } from "./stage";
import type { Step } from "./steps";

/** Plays the demo and shows it; @returns what has become of its steps. */
export type Tell = (stage: Stage, steps: readonly Step[]) => Promise<readonly Ended[]>;

/** For a terminal: each step as it runs, and under it what the service is doing. */
export const tellLive: Tell = async (stage, steps) => {
  const all: Ended[] = [];
  console.log(styleText("dim", HEAD));
  const tasks = steps.map((step) => ({
    title: step.asks,
    task: async (_: unknown, row: { title: string; output: string }) => {
      const ended = await play(stage, step, { served: (line) => (row.output = line) });
      all.push(ended);
      row.title = rowOf(ended);
      if (!ended.isGood) throw new Error(ended.came);
    },
  }));
  const rendererOptions = { showErrorMessage: false, collapseErrors: false, formatOutput: "truncate" } as const;
  await new Listr(tasks, { concurrent: false, exitOnError: false, rendererOptions }).run();
  return all;
};

/** For a file or a log: a line for each step when it has ended. */
export const tellPlainly: Tell = async (stage, steps) => {
  console.log(HEAD);
  const all: Ended[] = [];
  for (const step of steps) {
    all.push(await play(stage, step));
    print(all.at(-1));
  }
  return all;
};

/** All that the engine prints, what the service does, and the bodies of writes; the lines of the steps come last. */
export const tellAll: Tell = async (stage, steps) => {
  const all: Ended[] = [];
  for (const step of steps) {
    console.log(styleText("bold", `\n── ${step.asks}`));
    all.push(await play(stage, step, { printed: printIndented(), served: (line) => console.log(`  » ${line}`) }));
    for (const { method, body } of stage.requests()) if (method !== "GET") console.log(withoutSecrets(method, body));
    print(all.at(-1));
  }
  console.log(`\n${HEAD}`);
  for (const each of all) print(each);
  return all;
};

function print(ended: Ended | undefined): void {
  if (ended) console.log(`${ended.isGood ? styleText("green", "✔") : styleText("red", "✘")} ${rowOf(ended)}`);
}

/** Prints what the engine says, set off from the narration; a line that only counts on is not repeated. */
function printIndented(): (text: string) => void {
  let unfinished = "";
  let lastShape = "";
  return (text) => {
    const lines = (unfinished + text).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines.filter((each) => !each.startsWith("@ "))) {
      const shape = line
        .replaceAll(/[\d.]+/g, "#")
        .replace("updated", "updating")
        .replace("created", "creating");
      if (shape !== lastShape || line === "") console.log(`    ${line}`);
      lastShape = shape;
    }
  };
}

function withoutSecrets(method: string, body: unknown): string {
  const text = `${method} ${JSON.stringify(body, null, 2) ?? ""}`;
  const hidden = Object.values(PASSPHRASES).reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
  return hidden.replaceAll(/^/gm, "    | ");
}
