// What each command is for and takes. Plain Node without dependencies, since it is read before there are any.
import { parseArgs } from "node:util";
import { PARTS } from "./parts.mjs";

/** Mocha's options that make sense here; the rest is decided in run.mjs. */
const MOCHA = {
  grep: { type: "string", short: "g", value: "pattern", about: "only tests whose title matches" },
  fgrep: { type: "string", short: "f", value: "text", about: "only tests whose title contains this" },
  invert: { type: "boolean", short: "i", about: "those that do not match instead" },
  bail: { type: "boolean", short: "b", about: "stop at the first failure" },
  jobs: { type: "string", short: "j", value: "number", about: "how many files run side by side" },
  timeout: { type: "string", short: "t", value: "milliseconds", about: "how long a test may take" },
};

/** The commands by the names of their npm scripts. `words` are what may stand there without dashes. */
export const COMMANDS = {
  test: {
    about: "The whole check: format, lint, types, package and all tests.",
    options: MOCHA,
    words: { name: "file", about: "test files to run instead of all" },
  },
  "test:unit": {
    about: "All tests that need no engine.",
    options: MOCHA,
    words: { name: "file", about: "test files to run instead of all" },
  },
  "test:long": {
    about: "Whole tables, of which npm test runs a sample each.",
    words: { name: "part", about: "all, or those named", known: Object.keys(PARTS) },
  },
  demo: {
    about: "Shows the main job on the real Pulumi engine, against the simulated service.",
    options: {
      verbose: { type: "boolean", about: "also what the engine prints, what the service does, and bodies of requests" },
      picture: { type: "string", value: "file", about: "draw it as it goes, as an SVG that moves" },
    },
  },
  bench: {
    about: "Measures the provider, beside the ideal, other ways to wait, and a provider that does nothing.",
    options: {
      long: { type: "boolean", about: "the sizes of docs/measurements.md: it says how long that takes" },
      json: { type: "string", value: "file", about: "write it to a file too, curves included" },
    },
  },
  curves: {
    about: "Draws the curves in docs/ from what bench has written.",
    words: { name: "file", about: "docs/measurements.json unless said otherwise" },
  },
  chaos: {
    about: "Every request under every fault, of one group and of ten, and random programs; prints what became of them.",
  },
  sandbox: { about: "Starts the simulated service, and prints what to paste to use it.", isOwn: true },
  build: { about: "Compiles the provider." },
  docs: { about: "Makes docs/reference.md from docstrings and schema." },
  setup: { about: "Finds the Pulumi CLI, or downloads or builds it." },
  package: { about: "Packs the provider as it is published, and lets publint and attw judge it." },
  record: {
    about: "Records what this version leaves in state, or the requests of recorded scenarios, for tests to come.",
    words: { name: "what", about: "states unless said otherwise", known: ["states", "requests"] },
  },
};

const HELP = { help: { type: "boolean", short: "h", about: "this text" } };

/** @returns what a command takes, as text */
export function helpOf(name) {
  const { about, options = {}, words } = COMMANDS[name];
  const rows = [
    ...(words ? [[`<${words.name}> …`, `${words.about}${words.known ? `: ${words.known.join(", ")}` : ""}`]] : []),
    ...Object.entries({ ...options, ...HELP }).map(([option, { short, value, about }]) => [
      `${short ? `-${short}, ` : ""}--${option}${value ? ` <${value}>` : ""}`,
      about,
    ]),
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const usage = `npm run ${name} -- [options]${words ? ` [${words.name} …]` : ""}`;
  return [usage, "", about, "", ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join("\n");
}

/** @returns one line for each command */
export function overview() {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  return Object.entries(COMMANDS)
    .map(([name, { about }]) => `npm run ${name.padEnd(width)}  ${about}`)
    .concat("", "Each takes --help: npm run demo -- --help")
    .join("\n");
}

/**
 * Reads what follows a command. `--help` prints the command's help and ends the process.
 * @throws Error that names the closest option, word or command there is
 */
export function readArguments(name, args = process.argv.slice(2)) {
  const { options = {}, words } = COMMANDS[name];
  const known = { ...options, ...HELP };
  const { tokens, values, positionals } = parseArgs({
    args,
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) {
    console.log(helpOf(name));
    process.exit(0);
  }
  const flags = Object.keys(known).map((option) => `--${option}`);
  for (const token of tokens) {
    if (token.kind === "option") demandOption(name, token, known, flags);
    if (token.kind === "positional" && !words) refuse(name, token.value, flags);
    if (token.kind === "positional" && words.known && !words.known.includes(token.value)) {
      refuse(name, token.value, [...words.known, ...flags]);
    }
  }
  return { values, words: positionals };
}

function demandOption(name, { name: option, rawName, value }, known, flags) {
  if (!Object.hasOwn(known, option)) refuse(name, rawName, flags);
  if (known[option].type === "string" && !value) throw new Error(`${rawName} needs a <${known[option].value}>.`);
  if (known[option].type === "boolean" && value !== undefined) throw new Error(`${rawName} takes no value.`);
}

function refuse(name, given, known) {
  throw new Error(`"${name}" does not take "${given}". Did you mean "${closest(given, known)}"?`);
}

/** @returns the word that takes the fewest edits */
export function closest(word, known) {
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
