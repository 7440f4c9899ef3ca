// Entry of the npm scripts. Plain Node without dependencies, since it runs before there are any.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
/** Nothing here takes an hour; what does hangs. */
const WATCHDOG_MS = 60 * 60_000;

/** More would starve the engine's own processes of memory and time. */
const MOST_JOBS = 4;
const REPORTED = ["--reporter", join(root, "tools", "reporter.cjs")];

const bin = (name) => join(root, "node_modules", ".bin", name);
const tsx = (script) => (args) => run(process.execPath, ["--import", "tsx", join(root, script), ...args]);

const tasks = {
  test: async (args) => {
    await step("Format and lint", () => run(bin("biome"), ["ci", "--error-on-warnings", "."]));
    await build();
    await step("Types", () => run(bin("tsc"), ["-p", "tsconfig.json"]));
    await step("Package", () => tsx("tools/package/main.ts")([]));
    await setUpCli();
    await step("Tests", () => run(bin("mocha"), mochaArguments(args)));
  },
  "test:unit": async (args) => {
    await build();
    await run(bin("mocha"), ["--ignore", "test/e2e/**", "--ignore", "test/package/**", ...mochaArguments(args)]);
  },
  "test:long": async (args) => {
    await build();
    await setUpCli();
    await runParts(args);
  },
  demo: async (args) => {
    await build();
    await setUpCli();
    await tsx("tools/demo/main.ts")(args);
  },
  bench: async (args) => {
    await build();
    await setUpCli();
    await tsx("tools/bench/main.ts")(args);
  },
  chaos: async (args) => {
    await build();
    await setUpCli();
    await tsx("tools/chaos/main.ts")(args);
  },
  sandbox: tsx("sandbox/main.ts"),
  build,
};

/** Files run side by side and share nothing; those that take long begin first, and the short ones fill the gaps. */
function mochaArguments(args) {
  const jobs = Math.min(availableParallelism(), MOST_JOBS);
  const files = ["test/e2e/**/*.test.ts", "test/!(e2e)/**/*.test.ts", "test/*.test.ts", "examples/**/*.test.ts"];
  return [...REPORTED, "--parallel", "--jobs", String(jobs), ...files, ...args];
}

/** Whole tables, of which `npm test` runs a sample each, and how many minutes they take on two cores. */
const PARTS = {
  faults: { minutes: 2, runs: [{ file: "test/chaos/matrix.test.ts", env: { CHAOS: "all" } }] },
  variants: { minutes: 2, runs: [{ file: "test/chaos/variants.test.ts", env: { CHAOS: "all" } }] },
  ways: { minutes: 1, runs: [{ file: "test/chaos/waysOut.test.ts", env: { CHAOS: "all" } }] },
  programs: {
    minutes: 4,
    runs: [1, 2].map((half) => ({
      file: "test/chaos/programs.test.ts",
      env: { CHAOS_SEEDS: "6", CHAOS_SEED: String(Math.floor(Math.random() * 1e6) * 10 + half) },
    })),
  },
  law: {
    minutes: 4,
    runs: [1, 2].map(() => ({
      file: "test/law/law.test.ts",
      env: { LAW_RUNS: "400", LAW_SEED: String(Math.floor(Math.random() * 1e9)) },
    })),
  },
  types: { minutes: 8, runs: [{ file: "test/package/types.test.ts", env: { PACKAGE: "all" } }] },
  layouts: { minutes: 4, runs: [{ file: "test/package/layouts.test.ts", env: { PACKAGE: "all" } }] },
  nodes: { minutes: 5, runs: [{ file: "test/package/nodes.test.ts", env: { PACKAGE: "all" } }] },
  together: { minutes: 4, runs: [{ file: "test/e2e/together.test.ts", env: { TOGETHER_SEEDS: "10" } }] },
  interruptions: {
    minutes: 16,
    runs: [0, 1].map((shard) => ({
      file: "test/e2e/interruption.test.ts",
      env: { CHAOS: "all", CHAOS_SHARD: `${shard}/2` },
    })),
  },
};

/** Runs the parts named, or all, one after the other; each prints its cases as they end, and a failure stops none. */
async function runParts(names) {
  const chosen = Object.entries(PARTS).filter(([name]) => names.length === 0 || names.includes(name));
  const total = chosen.reduce((sum, [, { minutes }]) => sum + minutes, 0);
  console.log(`\n${chosen.length} parts, about ${total} minutes: ${chosen.map(([name]) => name).join(", ")}`);
  const failed = [];
  for (const [name, { minutes, runs }] of chosen) {
    await step(`${name} (about ${minutes} minutes)`, async () => {
      const ends = await Promise.allSettled(
        runs.map(({ file, env }) => run(bin("mocha"), [...REPORTED, file], { ...process.env, ...env })),
      );
      if (ends.some(({ status }) => status === "rejected")) failed.push(name);
    });
  }
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
}

async function build() {
  await step("Build", () => run(bin("tsc"), ["-p", "provider/tsconfig.json"]));
}

async function setUpCli() {
  await step("Pulumi CLI", () => tsx("tools/cli/main.ts")([]));
}

async function step(title, work) {
  const startedAtMs = Date.now();
  console.log(`\n== ${title}`);
  await work();
  console.log(`== ${title}: done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    const watchdog = setTimeout(() => {
      console.error(`Stopped after ${WATCHDOG_MS / 60_000} minutes: ${command} ${args.join(" ")}`);
      child.kill("SIGKILL");
    }, WATCHDOG_MS);
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(watchdog);
      process.off("SIGINT", forward).off("SIGTERM", forward);
      if (code === 0) resolve();
      else
        reject(
          Object.assign(new Error(`${command.split("/").at(-1)} ended with ${signal ?? code}`), { isReported: true }),
        );
    });
  });
}

/** Installs what the lock file names, unless that has been done. */
async function install() {
  const stamp = join(root, "node_modules", ".installed");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  await step("Packages (npm ci)", () =>
    run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"]),
  );
  writeFileSync(stamp, lock);
}

function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
}

/** What each task does, and what may follow it; mocha and the sandbox judge what is theirs. */
const USAGE = {
  test: { about: "the whole check; options are mocha's, such as --grep adopt", takes: undefined },
  "test:unit": { about: "all tests that need no engine; options are mocha's", takes: undefined },
  "test:long": {
    about: `whole tables, all or those named: ${Object.keys(PARTS).join(", ")}`,
    takes: Object.keys(PARTS),
  },
  demo: { about: "shows the main job on the sandbox", takes: [] },
  bench: { about: "measures the provider", takes: [] },
  chaos: { about: "the whole fault matrix, and random programs", takes: [] },
  sandbox: { about: "starts the simulated service; it has a --help of its own", takes: undefined },
  build: { about: "compiles the provider", takes: [] },
};

function usageOf(name) {
  return `npm run ${name} [-- ...]: ${USAGE[name].about}`;
}

/** @throws Error that names the closest argument that there is */
function demandKnown(name, args) {
  const { takes } = USAGE[name];
  const unknown = takes && args.find((arg) => !takes.includes(arg));
  if (unknown === undefined) return;
  throw new Error(`"${name}" does not take "${unknown}". Did you mean "${closest(unknown, [...takes, "--help"])}"?`);
}

function closest(word, known) {
  return known.toSorted((a, b) => distance(word, a) - distance(word, b))[0];
}

/** Edits between two words; the package that counts them may not be there yet. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

const [name = "", ...args] = process.argv.slice(2);
try {
  demandNode();
  if (["--help", "-h"].includes(name)) {
    console.log(Object.keys(USAGE).map(usageOf).join("\n"));
  } else {
    const task = tasks[name];
    if (!task) throw new Error(`There is no task "${name}". Did you mean "${closest(name, Object.keys(tasks))}"?`);
    if (name !== "sandbox" && args.includes("--help")) {
      console.log(usageOf(name));
    } else {
      demandKnown(name, args);
      await install();
      await task(args);
    }
  }
} catch (error) {
  console.error(`\n${name}: ${error.message}`);
  process.exitCode = 1;
}
