import { isMap } from "./compare";

/** By this the engine knows a value that it encrypts in state and never shows. */
const [SIGNATURE, IS_SECRET] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"];

/** A value with the engine's mark of a secret. */
export function asSecret(value: unknown): Readonly<Record<string, unknown>> {
  return { [SIGNATURE]: IS_SECRET, value };
}

/** A value without the mark that it may have. */
export function unmarked(value: unknown): { readonly value: unknown; readonly isSecret: boolean } {
  const isSecret = isMap(value) && value[SIGNATURE] === IS_SECRET;
  return { value: isSecret ? value.value : value, isSecret };
}
