// Entry of the npm scripts. Plain Node without dependencies, since it runs before there are any.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMMANDS, closest, overview, readArguments } from "./commands.mjs";
import { PARTS } from "./parts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
/** Nothing here takes an hour; what does hangs. */
const WATCHDOG_MS = 60 * 60_000;

/** One more than there are processors, since the engine's tests wait at times; many would starve each other. */
const MOST_JOBS = 4;
const REPORTED = ["--reporter", join(root, "tools", "reporter.cjs")];

const bin = (name) => join(root, "node_modules", ".bin", name);
const tsx = (script) => (args) => run(process.execPath, ["--import", "tsx", join(root, script), ...args]);

const tasks = {
  test: async (args, read) => {
    await step("Format and lint", () => run(bin("biome"), ["ci", "--error-on-warnings", "."]));
    await build();
    await step("Types", () => run(bin("tsc"), ["-p", "tsconfig.json"]));
    await step("Package", () => tsx("tools/package/main.ts")([]));
    await setUpCli();
    await step("Tests", () => run(bin("mocha"), mochaArguments(args, read)));
  },
  "test:unit": async (args, read) => {
    await build();
    await run(bin("mocha"), ["--ignore", "test/e2e/**", "--ignore", "test/package/**", ...mochaArguments(args, read)]);
  },
  "test:long": async (args) => {
    await build();
    await setUpCli();
    await runParts(args);
  },
  demo: async (args) => {
    // The demo is ten lines long: its set-up says no more than it must.
    await compile();
    await tsx("tools/cli/main.ts")([]);
    await tsx("tools/demo/main.ts")(args);
  },
  bench: async (args) => {
    await build();
    await setUpCli();
    await tsx("tools/bench/main.ts")(args);
  },
  curves: tsx("tools/bench/draw.ts"),
  chaos: async (args) => {
    await build();
    await setUpCli();
    await tsx("tools/chaos/main.ts")(args);
  },
  sandbox: tsx("sandbox/main.ts"),
  build,
  docs: tsx("tools/docs/main.ts"),
  setup: tsx("tools/cli/main.ts"),
  package: tsx("tools/package/main.ts"),
  record: async (args) => {
    await tsx("tools/fixtures/record.ts")(args);
    await run(bin("biome"), ["check", "--write", "test/fixtures"]);
  },
};

/** Files run side by side and share nothing; those that take long begin first, and the short ones fill the gaps. */
function mochaArguments(args, { words }) {
  const jobs = Math.min(availableParallelism() + 1, MOST_JOBS);
  const all = ["test/e2e/**/*.test.ts", "test/!(e2e)/**/*.test.ts", "test/*.test.ts", "examples/**/*.test.ts"];
  return [...REPORTED, "--parallel", "--jobs", String(jobs), ...(words.length > 0 ? [] : all), ...args];
}

/** Runs the parts named, or all, one after the other; each prints its cases as they end, and a failure stops none. */
async function runParts(names) {
  const chosen = Object.entries(PARTS).filter(([name]) => names.length === 0 || names.includes(name));
  const total = chosen.reduce((sum, [, { minutes }]) => sum + minutes, 0);
  console.log(`\n${chosen.length} parts, about ${total} minutes: ${chosen.map(([name]) => name).join(", ")}`);
  const failed = [];
  for (const [name, { minutes, runs }] of chosen) {
    await step(`${name} (about ${minutes} minutes)`, async () => {
      const ends = await Promise.allSettled(
        runs.map(({ files, env }) => run(bin("mocha"), [...REPORTED, ...files], { ...process.env, ...env })),
      );
      if (ends.some(({ status }) => status === "rejected")) failed.push(name);
    });
  }
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
}

const compile = () => run(bin("tsc"), ["-p", "provider/tsconfig.json"]);

async function build() {
  await step("Build", compile);
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

const [name = "", ...args] = process.argv.slice(2);
try {
  demandNode();
  if (["--help", "-h"].includes(name)) {
    console.log(overview());
  } else {
    if (!Object.hasOwn(tasks, name)) {
      throw new Error(`There is no task "${name}". Did you mean "${closest(name, Object.keys(COMMANDS))}"?`);
    }
    const read = COMMANDS[name].isOwn ? {} : readArguments(name, args);
    await install();
    await tasks[name](args, read);
  }
} catch (error) {
  console.error(`\n${name}: ${error.message}`);
  process.exitCode = 1;
}
