import { execFile } from "node:child_process";
import { promisify } from "node:util";
import semver from "semver";
import { OLDEST_VERSION } from "./version";

const run = promisify(execFile);

/** Whether PATH has a usable CLI, and why not. */
export type Found =
  | { readonly isUsable: true; readonly version: string }
  | { readonly isUsable: false; readonly reason: string };

/** Looks for the Pulumi CLI on PATH. */
export async function findCli(env: NodeJS.ProcessEnv): Promise<Found> {
  try {
    const version = await versionOf("pulumi", env);
    return semver.gte(version, OLDEST_VERSION)
      ? { isUsable: true, version }
      : { isUsable: false, reason: `PATH: pulumi is ${version}, but must be ${OLDEST_VERSION} or newer` };
  } catch {
    return { isUsable: false, reason: "PATH: there is no pulumi that runs" };
  }
}

/** Asks an executable for its version. */
export async function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run(command, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 60_000,
  });
  const version = semver.clean(stdout.trim());
  if (version === null) throw new Error(`${command} says no version`);
  return version;
}
