import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readArguments } from "../commands.mjs";
import { tarball } from "./tarball";

const BIN = join(__dirname, "..", "..", "node_modules", ".bin");

/** What is published, judged by those who know what goes wrong with it. */
const JUDGES: readonly (readonly [name: string, ...args: string[]])[] = [
  ["publint", "run", "--strict"],
  ["attw", "--format", "ascii", "--no-emoji"],
];

async function main(): Promise<boolean> {
  readArguments("package");
  const path = await tarball();
  return JUDGES.map(([name, ...args]) => judge(name, [...args, path])).every(Boolean);
}

function judge(name: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(join(BIN, name), args, { encoding: "utf8" });
  console.log(status === 0 ? `${name}: nothing to object to` : `${name} objects:\n${stdout}${stderr}`);
  return status === 0;
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
