import { readArguments } from "../commands.mjs";
import { draw } from "./picture";
import { openStage } from "./stage";
import { STEPS } from "./steps";
import { type Tell, tellAll, tellLive, tellPlainly } from "./tell";

async function main(): Promise<boolean> {
  const { values } = readArguments("demo");
  const stage = await openStage();
  try {
    const all = await tellerFor(values)(stage, STEPS);
    const good = all.filter(({ isGood }) => isGood).length;
    console.log(`${good} of ${all.length} as promised, on the real engine and a simulated service.`);
    return good === all.length;
  } finally {
    await stage.close();
  }
}

function tellerFor({ verbose, picture }: ReturnType<typeof readArguments>["values"]): Tell {
  if (typeof picture === "string") return draw(picture);
  if (verbose === true) return tellAll;
  return process.stdout.isTTY && !process.env.CI ? tellLive : tellPlainly;
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
