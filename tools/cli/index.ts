import { join } from "node:path";
import { buildCli } from "./build";
import { cacheFolder, inCache } from "./cache";
import { downloadCli } from "./download";
import { findCli } from "./find";
import { VERSION } from "./version";

/** A Pulumi CLI that runs. */
export interface PulumiCli {
  /** Path of the executable, or its name where PATH finds it. */
  readonly command: string;
  /** The folder whose `bin` holds it; undefined where PATH finds it. */
  readonly root?: string;
  readonly version: string;
  readonly source: "path" | "cache" | "download" | "build";
}

/** What set-up works with; tests replace what lies outside. */
export interface CliSetup {
  readonly env?: NodeJS.ProcessEnv;
  /** Receives lines about what is being done. */
  readonly report?: (line: string) => void;
  readonly find?: typeof findCli;
  readonly download?: typeof downloadCli;
  readonly build?: typeof buildCli;
}

/**
 * Finds a Pulumi CLI, or makes one: the one on PATH where it is new enough, else one of an earlier set-up, else the
 * official download, else a build from Go modules. The result is kept per user, not per clone.
 * @throws Error that says what was tried, why each failed, and what one can do
 */
export async function ensurePulumiCli(setup: CliSetup = {}): Promise<PulumiCli> {
  const { env = process.env, report = console.log, find = findCli, download = downloadCli, build = buildCli } = setup;
  const onPath = await find(env);
  if (onPath.isUsable) return { command: "pulumi", version: onPath.version, source: "path" };
  const folder = cacheFolder(env);
  const failures = [onPath.reason];
  for (const [source, make] of [
    ["download", download],
    ["build", build],
  ] as const) {
    try {
      const made = await inCache(join(folder, `pulumi-${VERSION}`), (root) => make(root, report, env), report);
      return { ...made, source: made.isNew ? source : "cache" };
    } catch (error) {
      failures.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
      if (source === "download") report(`The Pulumi CLI could not be downloaded; building it from Go modules instead.`);
    }
  }
  throw new Error(
    [
      "There is no Pulumi CLI, and none could be set up:",
      ...failures.map((failure) => `- ${failure}`),
      "Install Pulumi (https://www.pulumi.com/docs/install/) so that it is on PATH, or Go 1.25 or newer, and run this again.",
    ].join("\n"),
  );
}
