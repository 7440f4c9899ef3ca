import type { Stage } from "./stage";
import type { Step } from "./steps";

/** What has become of a step. */
export interface Ended {
  readonly asks: string;
  readonly came: string;
  readonly seconds: number;
  readonly isGood: boolean;
}

/** Hears of a step while it runs. */
export interface Listener {
  /** What the service has just done, in one line. */
  served?(line: string): void;
  /** What the engine prints. */
  printed?(text: string): void;
}

/** Runs a step on the stage. One that throws has not kept its promise, and the demo goes on. */
export async function play(stage: Stage, step: Step, listener: Listener = {}): Promise<Ended> {
  stage.begin((line) => listener.served?.(line));
  const startedAtMs = Date.now();
  const ended = (came: string, isGood: boolean): Ended => ({
    asks: step.asks,
    came,
    seconds: (Date.now() - startedAtMs) / 1000,
    isGood,
  });
  try {
    return ended(await step.run(stage, (text) => listener.printed?.(text)), true);
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return ended(first, false);
  }
}

const ASKS_WIDTH = 48;
const CAME_WIDTH = 51;

/** The names of the columns. */
export const HEAD = `  ${"asked".padEnd(ASKS_WIDTH)}${"what came of it".padEnd(CAME_WIDTH)}  time`;

/** A step that has ended, in columns. */
export function rowOf({ asks, came, seconds }: Ended): string {
  return `${asks.padEnd(ASKS_WIDTH)}${came.padEnd(CAME_WIDTH)}${seconds.toFixed(1).padStart(4)} s`;
}
