import { CROWD_CASES, judgeCrowd, nameOfCrowd } from "../../test/chaos/crowd";
import { CASES, judge, nameOf, type Verdict } from "../../test/chaos/matrix";
import { checkPrograms } from "../../test/chaos/programs";
import { readArguments } from "../commands.mjs";

const PROGRAMS = 200;

/** A case, by the run that it is a case of. */
interface Trial {
  readonly run: string;
  readonly name: string;
  judge(): Promise<Verdict>;
}

const TRIALS: readonly Trial[] = [
  ...CASES.map((each) => ({ run: each.scenario.name, name: nameOf(each), judge: () => judge(each) })),
  ...CROWD_CASES.map((each) => ({
    run: `${each.run.name} ten`,
    name: nameOfCrowd(each),
    judge: () => judgeCrowd(each),
  })),
];

interface Row {
  cases: number;
  unharmed: number;
  converged: number;
  duplicates: number;
  orphans: number;
  leaks: number;
  requests: number;
}

const HEAD = ["run", "cases", "unharmed", "converged", "duplicates", "orphans", "leaks", "requests"];

/** The whole fault matrix, and random programs; fails when a case does not converge. */
async function main(): Promise<boolean> {
  readArguments("chaos");
  const rows = new Map<string, Row>();
  const bad: string[] = [];
  for (const trial of TRIALS) {
    const verdict = await trial.judge();
    for (const name of [trial.run, "all"]) {
      const row = rows.get(name) ?? {
        cases: 0,
        unharmed: 0,
        converged: 0,
        duplicates: 0,
        orphans: 0,
        leaks: 0,
        requests: 0,
      };
      row.cases += 1;
      row.unharmed += verdict.failure === undefined ? 1 : 0;
      row.converged += verdict.complaints.length === 0 ? 1 : 0;
      row.duplicates += verdict.duplicates;
      row.orphans += verdict.orphans;
      row.leaks += verdict.leaks;
      row.requests += verdict.requests;
      rows.set(name, row);
    }
    if (verdict.complaints.length > 0) bad.push(`${trial.name}: ${verdict.complaints.join("; ")}`);
  }
  const table = [
    HEAD,
    ...[...rows]
      .toSorted(([a], [b]) => Number(a === "all") - Number(b === "all"))
      .map(([name, row]) => [name, ...Object.values(row).map(String)]),
  ];
  console.log(
    table.map((cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(11) : cell.padStart(11))).join("")).join("\n"),
  );
  for (const line of bad) console.log(`not converged: ${line}`);

  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);
  console.log(`\n${PROGRAMS} random programs, seed ${seed} (CHAOS_SEED=${seed} replays them) …`);
  await checkPrograms(PROGRAMS, seed);
  console.log("all of them converged");
  return bad.length === 0;
}

main().then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
