import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { init, type LineSeriesOption } from "echarts";
import { readArguments } from "../commands.mjs";
import type { Curves } from "./curves";
import type { Measurements } from "./main";

const DOCS = join(__dirname, "..", "..", "docs");
const SIZE = { width: 720, height: 340 };

type Point = readonly [number, number];

/** Draws the curves of a run of the bench. */
async function main(): Promise<void> {
  const { words } = readArguments("curves");
  const file = words[0] ?? join(DOCS, "measurements.json");
  const { curves } = JSON.parse(await readFile(file, "utf8")) as Measurements;
  await writeFile(join(DOCS, "cost.svg"), cost(curves));
  await writeFile(join(DOCS, "notice.svg"), notice(curves));
  console.log("docs/cost.svg and docs/notice.svg are drawn.");
}

function cost({ cost }: Curves): string {
  return drawn("Cost of creating groups in one network (operations of 20 s)", "groups", "", [
    line(
      "time, as a multiple of the ideal",
      cost.map(({ groups, ratio }) => [groups, ratio]),
    ),
    line(
      "requests a group",
      cost.map(({ groups, requests }) => [groups, requests]),
    ),
  ]);
}

function notice({ notice }: Curves): string {
  const of = (pick: (each: Curves["notice"][number]) => number) =>
    notice.map((each): Point => [each.seconds, pick(each)]);
  return drawn("When the end of a first operation is noticed", "its duration, in seconds", "multiple of its duration", [
    line(
      "this package",
      of(({ ours }) => ours),
    ),
    line(
      "polling every 60 s",
      of(({ every60s }) => every60s),
    ),
    line(
      "polling every 2 s",
      of(({ every2s }) => every2s),
    ),
  ]);
}

function line(name: string, data: readonly Point[]): LineSeriesOption {
  return { name, type: "line", showSymbol: false, data: data.map((point) => [...point]) };
}

/** Both axes are logarithmic: ratios are compared over orders of magnitude. */
function drawn(title: string, x: string, y: string, series: LineSeriesOption[]): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, left: "center", textStyle: { fontSize: 14 } },
    legend: { bottom: 0 },
    grid: { left: 60, right: 24, top: 48, bottom: 72 },
    xAxis: { type: "log", name: x, nameLocation: "middle", nameGap: 24, min: "dataMin", max: "dataMax" },
    yAxis: { type: "log", name: y, min: 1 },
    series,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Its style is for what a pointer touches, and a page shows a picture.
  const still = svg.replace(/<style.*?<\/style>\n?/s, "");
  return `${still.replace(">", `>\n<title>${title}</title>`)}\n`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
