import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readArguments } from "../commands.mjs";
import { reference } from "./reference";

const DOCS = join(__dirname, "..", "..", "docs");

async function main(): Promise<void> {
  readArguments("docs");
  await writeFile(join(DOCS, "reference.md"), reference());
  console.log("docs/reference.md");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
