// Entry of the npm scripts. Plain Node without dependencies, since it runs before there are any.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
/** Nothing here takes an hour; what does hangs. */
const WATCHDOG_MS = 60 * 60_000;

const bin = (name) => join(root, "node_modules", ".bin", name);
const tsx = (script) => (args) => run(process.execPath, ["--import", "tsx", join(root, script), ...args]);

const tasks = {
  test: async (args) => {
    await step("Format and lint", () => run(bin("biome"), ["ci", "--error-on-warnings", "."]));
    await build();
    await step("Types", () => run(bin("tsc"), ["-p", "tsconfig.json"]));
    await setUpCli();
    await step("Tests", () => run(bin("mocha"), mochaArguments(args)));
  },
  "test:unit": async (args) => {
    await build();
    await run(bin("mocha"), ["--ignore", "test/e2e/**", ...mochaArguments(args)]);
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

function mochaArguments(args) {
  return ["--reporter", join(root, "tools", "reporter.cjs"), "test/**/*.test.ts", ...args];
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

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
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
  const task = tasks[name];
  if (!task) throw new Error(`There is no task "${name}"; there are ${Object.keys(tasks).join(", ")}.`);
  await install();
  await task(args);
} catch (error) {
  console.error(`\n${name}: ${error.message}`);
  process.exitCode = 1;
}
