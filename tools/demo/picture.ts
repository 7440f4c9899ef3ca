import { writeFile } from "node:fs/promises";
import { type Ended, play, rowOf } from "./play";
import type { Tell } from "./tell";

/** A text that stands in the picture from one moment on, to another or for ever; seconds of the run. */
interface Mark {
  readonly x: number;
  readonly row: number;
  readonly kind: "asked" | "came" | "time" | "running" | "good" | "bad" | "service" | "head";
  readonly text: string;
  readonly from: number;
  readonly to?: number;
}

const PLAYED_S = 12;
const LINE = 24;
const TOP = 68;
const WIDTH = 980;
const X = { sign: 24, asked: 48, came: 448, time: 956 };

/** Plays the demo, and draws it as it went, sped up. Where pictures do not move, it shows the end. */
export const draw =
  (file: string): Tell =>
  async (stage, steps) => {
    const marks: Mark[] = [head("asked", X.asked), head("what came of it", X.came), head("time", X.time)];
    const all: Ended[] = [];
    const startedAtMs = Date.now();
    const now = () => (Date.now() - startedAtMs) / 1000;
    for (const [row, step] of steps.entries()) {
      const from = now();
      const served: { at: number; line: string }[] = [];
      const ended = await play(stage, step, { served: (line) => served.push({ at: now(), line }) });
      const to = now();
      all.push(ended);
      marks.push(
        { x: X.asked, row, kind: "asked", text: step.asks, from },
        { x: X.sign, row, kind: "running", text: "❯", from, to },
        { x: X.sign, row, kind: ended.isGood ? "good" : "bad", text: ended.isGood ? "✔" : "✘", from: to },
        { x: X.came, row, kind: "came", text: ended.came, from: to },
        { x: X.time, row, kind: "time", text: `${ended.seconds.toFixed(1)} s`, from: to },
        ...served.map(({ at, line }, index): Mark => {
          return { x: X.asked, row: row + 1, kind: "service", text: line, from: at, to: served[index + 1]?.at ?? to };
        }),
      );
      console.log(rowOf(ended));
    }
    await writeFile(file, svgOf(marks, steps.length, now()));
    return all;
  };

function head(text: string, x: number): Mark {
  return { x, row: -1, kind: "head", text, from: 0 };
}

function svgOf(marks: readonly Mark[], rows: number, total: number): string {
  const height = TOP + LINE * (rows + 1);
  const scale = PLAYED_S / Math.max(total, 1);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>npm run demo</title>
<desc>${escaped(
    marks
      .filter(({ to }) => to === undefined)
      .map(({ text }) => text)
      .join(" | "),
  )}</desc>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #c9d1d9; white-space: pre; }
.head, .service { fill: #8b949e; } .time { text-anchor: end; fill: #8b949e; } .good { fill: #3fb950; } .bad { fill: #f85149; } .running { fill: #d29922; }
.until { opacity: 0; }
@keyframes hidden { 0%, 100% { opacity: 0; } }
@keyframes shown { 0%, 100% { opacity: 1; } }
@media (prefers-reduced-motion: no-preference) { .from { animation-name: hidden; } .until { animation-name: shown; } }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<text x="${X.sign}" y="26">$ npm run demo</text>
${marks.map((mark) => textOf(mark, scale)).join("\n")}
</svg>
`;
}

function textOf({ x, row, kind, text, from, to }: Mark, scale: number): string {
  const y = TOP + LINE * (row + 0.5);
  const seconds = (run: number) => `${(run * scale).toFixed(2)}s`;
  const isTransient = to !== undefined;
  const classes = [kind, ...(kind === "head" && x === X.time ? ["time"] : []), isTransient ? "until" : "from"];
  const animation = isTransient
    ? `animation-delay:${seconds(from)};animation-duration:${seconds(to - from)}`
    : `animation-duration:${seconds(from)}`;
  return `<text x="${x}" y="${y}" class="${classes.join(" ")}" style="${animation}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
