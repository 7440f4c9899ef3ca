import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import { startSandbox } from ".";
import { REMOTE } from "./latency";
import type { Offer } from "./sandbox";

const USAGE = `Starts a simulated Harmony SASE on loopback.

  --port <number>                port to listen on (default: a free one)
  --seed <number>                the same seed makes the same ids (default: 1)
  --operation-seconds <number>   how long an operation takes (default: 3)
  --token-lifetime <seconds>     how long a token is good (default: 3600)
  --request-budget <number>      requests per address and 5 minutes (default: 500)
  --active-operations <number>   operations under way per network (default: 5)
  --latency <milliseconds>       how far away it is: from request to answer, on the median (default: 0)
  --following-peers              at the far end of each tunnel stands a router that always has what the tunnel has
  --quiet                        no line for each request and operation
  --hide-passphrases             reading a group does not show its passphrases
  --no-status-code               a successful operation does not say so
  --help                         this text
`;

const SETTLING_MS = 200;

const FLAGS = {
  port: { type: "string", default: "0" },
  seed: { type: "string", default: "1" },
  "operation-seconds": { type: "string", default: "3" },
  "token-lifetime": { type: "string", default: "3600" },
  "request-budget": { type: "string", default: "500" },
  "active-operations": { type: "string", default: "5" },
  latency: { type: "string", default: "0" },
  "following-peers": { type: "boolean", default: false },
  quiet: { type: "boolean", default: false },
  "hide-passphrases": { type: "boolean", default: false },
  "no-status-code": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>["values"];
type NumberFlag = { [K in keyof Flags]: Flags[K] extends string ? K : never }[keyof Flags];

function numberOf(values: Flags, flag: NumberFlag): number {
  const number = Number(values[flag]);
  if (values[flag].trim() === "" || !Number.isFinite(number) || number < 0) {
    throw new Error(`--${flag} must be a number that is not negative; got "${values[flag]}"`);
  }
  return number;
}

/** @throws Error that names the closest option that there is */
function demandKnown(args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options: FLAGS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || token.name in FLAGS) continue;
    throw new Error(`There is no option ${token.rawName}. Did you mean --${closest(token.name, Object.keys(FLAGS))}?`);
  }
}

/** The lines that one pastes into a terminal; keys of a project are those of the examples. */
function pastable({ baseUrl, controlUrl, accounts: [account], foreignGroup }: Offer): string {
  const [network, empty = network] = account.networks;
  const [north = "", south = "", west] = empty.regionNames;
  const config = (key: string, value: string, flag = "") => `pulumi config set ${flag}${key} ${value}`;
  return [
    `A simulated Harmony SASE listens at ${baseUrl}`,
    "",
    "# The account, for the stack in the current folder:",
    config("harmony-sase:baseUrl", baseUrl),
    config("harmony-sase:apiKey", account.apiKey, "--secret "),
    "# or for this terminal:",
    `export HARMONY_SASE_BASE_URL=${baseUrl}`,
    `export HARMONY_SASE_API_KEY=${account.apiKey}`,
    "",
    `# To create groups, as in examples/branch-office: the network "${empty.name}" has none yet.`,
    config("network", empty.name),
    config("primaryRegion", north),
    config("backupRegion", south),
    `# Its id is ${empty.id}, its third region ${west}.`,
    "",
    `# To adopt one, as in examples/adopt-existing: somebody made "${foreignGroup.tunnelName}" in the network "${network.name}".`,
    `# The example finds them by their names: network ${foreignGroup.networkId}, group ${foreignGroup.id}.`,
    ...foreignGroup.tunnels.map(
      ({ id, regionID, remotePublicIP }) => `# tunnel ${id}: region ${regionID}, remotePublicIP ${remotePublicIP}`,
    ),
    "",
    `Control: ${controlUrl} (see sandbox/README.md). ^C stops it.`,
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  demandKnown(process.argv.slice(2));
  const { values } = parseArgs({ options: FLAGS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const sandbox = await startSandbox({
    port: numberOf(values, "port"),
    seed: numberOf(values, "seed"),
    operationMs: numberOf(values, "operation-seconds") * 1000,
    tokenLifetimeMs: numberOf(values, "token-lifetime") * 1000,
    requestBudget: numberOf(values, "request-budget"),
    activeOperationsPerNetwork: numberOf(values, "active-operations"),
    latency: { ...REMOTE, medianMs: numberOf(values, "latency") },
    ...(values.quiet ? {} : { log: (line: string) => void process.stdout.write(`${line}\n`) }),
    arePeersFollowing: values["following-peers"],
    isPassphraseShown: !values["hide-passphrases"],
    isSuccessCoded: !values["no-status-code"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sandbox.close());
  process.stdout.write(pastable(sandbox));
  // Operations end when somebody looks; without this their lines would wait for the next request.
  setInterval(sandbox.operations, SETTLING_MS).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
});
