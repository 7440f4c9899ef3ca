import { PulumiCommand } from "@pulumi/pulumi/automation";
import semver from "semver";
import { VERSION } from "./version";

const INSTALLER = "https://get.pulumi.com/install.sh";
const REACH_MS = 15_000;

/** What the download needs of the outside. */
export interface DownloadOutside {
  reach(address: string, timeoutMs: number): Promise<void>;
  install(root: string, version: semver.SemVer): Promise<void>;
}

const outside: DownloadOutside = {
  reach: async (address, timeoutMs) => {
    const answer = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  },
  install: async (root, version) => {
    await PulumiCommand.install({ root, version, skipVersionCheck: true });
  },
};

/** Downloads the official CLI with the Automation API's own installer. */
export async function downloadCli(
  root: string,
  report: (line: string) => void,
  _env: NodeJS.ProcessEnv,
  { reach, install }: DownloadOutside = outside,
): Promise<void> {
  report(`Downloading the Pulumi CLI ${VERSION} …`);
  try {
    await reach(INSTALLER, REACH_MS);
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    throw new Error(`the installer cannot be reached (${cause ?? (error as Error).message})`);
  }
  await install(root, new semver.SemVer(VERSION));
}
