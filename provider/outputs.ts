import type * as pulumi from "@pulumi/pulumi";

/** The value of an output, once it has one; undefined where it is not known: such an output is never applied. */
export async function resolved<T>(output: pulumi.Output<T>): Promise<{ readonly value: T } | undefined> {
  const { isKnown } = output as { readonly isKnown?: Promise<boolean> };
  if ((await isKnown) === false) return undefined;
  return new Promise((resolve) => output.apply((value) => resolve({ value: value as T })));
}
