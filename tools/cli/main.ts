import { readArguments } from "../commands.mjs";
import { ensurePulumiCli } from ".";

async function main(): Promise<void> {
  readArguments("setup");
  const { version, source, command } = await ensurePulumiCli();
  console.log(`Pulumi ${version} (${source}): ${command}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
