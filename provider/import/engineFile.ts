import { withDefaults } from "../model/defaults";
import { PROVIDER_TEXT, RESOURCE_TYPE } from "../model/resourceType";
import { asSecret, unmarked } from "../model/secretMark";
import { engineValue, outputsOf } from "../model/state";
import type { Resource } from "./declare";

/**
 * The file that `pulumi import --file` takes, with inputs and outputs: the engine cannot ask a dynamic provider what it
 * imports. It holds passphrases in clear.
 * @param stack the stack's name, which a resource's name in state holds; its organization is no part of that
 */
export function engineFileText(resources: readonly Resource[], project: string, stack: string): string {
  const [stackName] = stack.split("/").toReversed();
  const entries = resources.map(({ name, groupId, inputs, tunnelIds }) => {
    const keys = Object.keys(inputs.tunnels).filter((key) => inputs.tunnels[key]?.passphrase !== undefined);
    const whole = {
      ...withDefaults(inputs),
      __urn: `urn:pulumi:${stackName}::${project}::${RESOURCE_TYPE}::${name}`,
      __secrets: keys.map((key) => `tunnels.${key}.passphrase`).toSorted(),
      __provider: PROVIDER_TEXT,
    };
    const outputs = outputsOf({ inputs: whole, groupId, tunnelIds, origin: "created" });
    return { type: RESOURCE_TYPE, name, id: groupId, inputs: inFile(engineValue(whole)), outputs: inFile(outputs) };
  });
  return `${JSON.stringify({ resources: entries }, undefined, 2)}\n`;
}

/** Secrets as the CLI takes them from a file: the value as JSON text. */
function inFile(value: object): unknown {
  return JSON.parse(JSON.stringify(value), (_name, member: unknown) => {
    const { value: secret, isSecret } = unmarked(member);
    if (!isSecret) return member;
    const { value: _, ...mark } = asSecret(secret);
    return { ...mark, plaintext: JSON.stringify(secret) };
  });
}
