import * as pulumi from "@pulumi/pulumi";

/** Where secrets stand in arguments, as paths, so that a provider, which gets every value in clear, can keep them to itself. */
export async function secretPaths(value: unknown, path: readonly string[] = []): Promise<readonly string[]> {
  if (pulumi.Output.isInstance(value)) {
    return (await pulumi.isSecret(value)) ? [path.join(".")] : secretPaths(await contentOf(value), path);
  }
  if (value instanceof Promise) return secretPaths(await value, path);
  if (typeof value !== "object" || value === null) return [];
  if (isMarkedSecret(value)) return [path.join(".")];
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(([name, member]) => secretPaths(member, [...path, name]));
    return (await Promise.all(members)).flat().toSorted();
  }
  const entries = await Promise.all(value.map((entry) => secretPaths(entry)));
  return entries.flat().length > 0 ? [path.join(".")] : [];
}

/**
 * The value of an output, which may hold outputs that are secrets: `apply` does not make one of both. The SDK keeps the
 * promise to itself; an output made from it would be one more that fails where this one does.
 */
function contentOf(output: pulumi.Output<unknown>): Promise<unknown> | undefined {
  return (output as { readonly promise?: () => Promise<unknown> }).promise?.();
}

/** True for the SDK's own wrapping of a secret, as mocks are given it. */
export function isMarkedSecret(value: object): value is { readonly value: unknown } {
  const mark = (value as Readonly<Record<string, unknown>>)[pulumi.runtime.specialSigKey];
  return mark === pulumi.runtime.specialSecretSig && "value" in value;
}
