import { readArguments } from "../commands.mjs";
import { engineTable } from "./engine";
import { print } from "./table";
import { waitingTable } from "./waiting";

async function main(): Promise<void> {
  readArguments("bench");
  print(await waitingTable());
  print(await engineTable());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
