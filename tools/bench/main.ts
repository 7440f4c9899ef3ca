import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { readArguments } from "../commands.mjs";
import { type Curves, measuredCurves } from "./curves";
import { distanceRows } from "./distance";
import { lifeRows, standingRows } from "./engine";
import { learnedRows } from "./learned";
import { changedAgainRow, manyNetworksRow, oneNetworkRows } from "./many";
import { createProgress, inColumns, type Row } from "./measure";
import { rotationRows } from "./rotation";
import { waitingRows } from "./waiting";

/** What a run of the bench has measured, and where. */
export interface Measurements {
  readonly date: string;
  readonly machine: string;
  readonly rows: readonly Row[];
  readonly curves: Curves;
}

interface Size {
  /** On a machine with two cores and nothing else to do. */
  readonly minutes: number;
  readonly pairs: number;
  readonly standing: number;
  readonly few: number;
  readonly many: { readonly groups: number; readonly networks: number; readonly operationMs: number };
}

const SHORT: Size = {
  minutes: 2,
  pairs: 1,
  standing: 300,
  few: 2000,
  many: { groups: 25, networks: 5, operationMs: 5000 },
};
const LONG: Size = {
  minutes: 6,
  pairs: 3,
  standing: 1000,
  few: 5000,
  many: { groups: 100, networks: 5, operationMs: 10_000 },
};

async function main(): Promise<void> {
  const { values } = readArguments("bench");
  const size = values.long === true ? LONG : SHORT;
  console.error(`This takes about ${size.minutes} minutes on two cores that have nothing else to do.`);
  // The SDK asks for a stack trace with each property of each resource: what tsx adds to that is not this package's.
  process.setSourceMapsEnabled(false);
  const progress = createProgress();
  progress("notice of operations");
  const rows: Row[] = [...(await waitingRows()), ...learnedRows()];
  progress("100 groups in one network, 300 in twelve, in virtual time");
  rows.push(...(await oneNetworkRows(100)), await manyNetworksRow(300, 12));
  rows.push(...(await distanceRows(progress)));
  progress("100 groups in five networks, changed twice, in virtual time");
  rows.push(await changedAgainRow(100, 5));
  progress("keys of a group, rotated");
  rows.push(...(await rotationRows()));
  const curves = await measuredCurves(progress);
  rows.push(...(await lifeRows({ groups: 10, networks: 1, operationMs: size.few }, 1.1, progress)));
  rows.push(...(await lifeRows(size.many, 1.15, progress)));
  rows.push(...(await standingRows(size.standing, size.pairs, progress)));
  progress("done");
  const machine = machineInWords();
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${date}, ${machine}\n\n${inColumns(rows)}`);
  const measurements: Measurements = { date, machine, rows, curves };
  if (typeof values.json === "string") await writeFile(values.json, `${JSON.stringify(measurements, undefined, 2)}\n`);
}

function machineInWords(): string {
  const all = cpus();
  const others = loadavg()[0] ?? 0;
  return `${all.length} cores (${all[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}, load ${others.toFixed(1)} at the end`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
