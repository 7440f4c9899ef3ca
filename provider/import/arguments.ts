import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";

/** What the command is asked for. */
export interface ImportArguments {
  /** A name or an id. */
  readonly network: string;
  /** Names or ids; all groups of the network where there is none. */
  readonly groups: readonly string[];
  readonly out: string;
  /** @default `answers.json` in `out` */
  readonly answers: string | undefined;
  readonly stack: string | undefined;
  readonly isForced: boolean;
}

/** The command line cannot be understood; the message says what it takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `pulumi-harmony-sase import --network <name|id> --out <folder> [options]

Writes a Pulumi program for tunnel groups that exist: one DynamicTunnelGroup each. It changes nothing at the service.
The account is that of HARMONY_SASE_API_KEY and HARMONY_SASE_REGION (or HARMONY_SASE_BASE_URL).

  --network <name|id>   the network that the groups belong to
  --out <folder>        where the program is written
  --group <name|id>     a group to import; may be given several times (default: all of the network)
  --answers <file>      what the service does not show: written with blanks, and read again (default: answers.json in --out)
  --stack <name>        writes pulumi-import.json too, for "pulumi import --file" into this stack
  --force               overwrites files that are there
  --help                this text

Then, in the folder: npm install, pulumi stack init, ./set-secrets.sh, HARMONY_SASE_IMPORT=import.json pulumi up
`;

const OPTIONS = {
  network: { type: "string" },
  group: { type: "string", multiple: true },
  out: { type: "string" },
  answers: { type: "string" },
  stack: { type: "string" },
  force: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;
const COMMANDS = ["import"];
const FLAGS = Object.keys(OPTIONS).map((name) => `--${name}`);

/**
 * Reads a command line.
 * @returns undefined where help is asked for
 * @throws UsageError that names the closest word that there is
 */
export function readArguments(args: readonly string[]): ImportArguments | undefined {
  const { tokens, values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true || args.length === 0) return undefined;
  for (const token of tokens) {
    if (token.kind === "option") demandOption(token);
  }
  const [command = "", ...more] = positionals;
  if (!COMMANDS.includes(command)) throw new UsageError(`There is no command "${command}"; did you mean import?`);
  if (more.length > 0) throw new UsageError(`"import" does not take "${more[0]}"; options begin with two dashes.`);
  const {
    network,
    group = [],
    out,
    answers,
    stack,
    force,
  } = values as Readonly<Record<string, unknown>> & {
    readonly group?: readonly string[];
  };
  return {
    network: given("--network <name|id>", network),
    groups: group,
    out: given("--out <folder>", out),
    answers: answers as string | undefined,
    stack: stack as string | undefined,
    isForced: force === true,
  };
}

function demandOption({ name, rawName, value }: { name: string; rawName: string; value: string | undefined }): void {
  if (!Object.hasOwn(OPTIONS, name)) {
    throw new UsageError(`There is no option ${rawName}; did you mean ${closest(rawName, FLAGS)}?`);
  }
  const { type } = OPTIONS[name as keyof typeof OPTIONS];
  if (type === "string" && !value?.trim()) throw new UsageError(`${rawName} needs a value.`);
  if (type === "boolean" && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
}

function given(option: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new UsageError(`Give ${option}.`);
}
