import { ensurePulumiCli } from ".";

ensurePulumiCli().then(
  ({ version, source, command }) => console.log(`Pulumi ${version} (${source}): ${command}`),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
