import { readArguments } from "../commands.mjs";
import { engineTable } from "./engine";
import { learnedTable } from "./learned";
import { manyTable } from "./many";
import { print } from "./table";
import { waitingTable } from "./waiting";

const GROUPS = 100;

async function main(): Promise<void> {
  readArguments("bench");
  print(await waitingTable());
  print(learnedTable());
  print(await manyTable(GROUPS));
  print(await engineTable());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
