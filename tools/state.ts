import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";

/** A resource as state holds it. */
export interface StoredResource {
  readonly urn: string;
  readonly id?: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

/** A stack's state. */
export interface StoredState {
  readonly resources: readonly StoredResource[];
  /** The dynamic tunnel groups in it. */
  readonly groups: readonly StoredResource[];
}

const GROUP_TYPE = "pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup";
const STACK_TYPE = "pulumi:pulumi:Stack";
const SECRET = "4dabf18193072939515e22adb298388d";

/** A stack's state as the file backend stores it, secrets encrypted. */
export async function stateIn(backend: string, project: string, stackName: string): Promise<StoredState> {
  const file = join(backend, ".pulumi", "stacks", project, `${stackName}.json`);
  const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
    checkpoint: { latest?: { resources?: Partial<StoredResource>[] } };
  };
  const resources = (checkpoint.latest?.resources ?? []).map(
    (resource) => ({ inputs: {}, outputs: {}, ...resource }) as StoredResource,
  );
  return { resources, groups: resources.filter(({ type }) => type === GROUP_TYPE) };
}

/**
 * Spares a stack three processes of the CLI after each run, by which the Automation API asks for the outputs, twice, and
 * for the history. Nobody reads the history here, and outputs are taken from state unless one is secret.
 */
export function leanStack(stack: automation.Stack, state: () => Promise<StoredState>): void {
  const ask = stack.outputs.bind(stack);
  stack.outputs = async () => {
    const outputs = (await state()).resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
    if (JSON.stringify(outputs).includes(SECRET)) return ask();
    return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, { value, secret: false }]));
  };
  stack.info = async () => undefined;
}
