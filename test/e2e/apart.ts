import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { DynamicTunnelGroup, type DynamicTunnelGroupArgs } from "pulumi-harmony-sase";

/** A run of a stack whose program has one group, `branch`. */
export interface RunApart {
  readonly stackName: string;
  readonly projectName: string;
  readonly workDir: string;
  readonly envVars: Record<string, string>;
  /** Of the CLI. */
  readonly command: string;
  readonly args: DynamicTunnelGroupArgs;
  readonly isDestroy: boolean;
}

/**
 * Runs a stack in this process, which is started for that. The program of a run whose CLI was killed goes on: its calls
 * fail when it gets to them, and the SDK puts unhandled failures of a process down to whichever run is on. So a run that
 * is to be cut off has a process of its own, that ends with it.
 */
async function runApart({ stackName, projectName, workDir, envVars, command, args, isDestroy }: RunApart) {
  const program = async () => void new DynamicTunnelGroup("branch", args);
  const pulumiCommand = await PulumiCommand.get({
    ...(command === "pulumi" ? {} : { root: dirname(dirname(command)) }),
    skipVersionCheck: true,
  });
  const stack = await LocalWorkspace.selectStack(
    { stackName, projectName, program },
    { workDir, envVars, pulumiCommand },
  );
  await (isDestroy ? stack.destroy() : stack.up());
}

// With the tests gone, nobody waits for it.
process.once("disconnect", () => process.exit());
process.once("message", (run) => {
  runApart(run as RunApart).then(
    () => process.send?.("it succeeded"),
    (error: Error) => process.send?.(error.message),
  );
});
