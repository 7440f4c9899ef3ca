import type { Resource } from "./declare";

/** The key of a passphrase in the stack's configuration. */
export function passphraseKey(resource: string, key: string): string {
  return `${resource}-${key}-psk`;
}

/** Sets the passphrases; each goes through a pipe, since others on the machine may see what a command is started with. */
export function scriptText(resources: readonly Resource[]): string {
  const sets = resources.flatMap(({ name, inputs }) =>
    Object.entries(inputs.tunnels).flatMap(([key, { passphrase }]) =>
      passphrase === undefined
        ? []
        : [`printf %s ${quoted(passphrase)} | pulumi config set --secret ${quoted(passphraseKey(name, key))} "$@"`],
    ),
  );
  return [
    "#!/bin/sh",
    "# Sets the passphrases that index.ts reads, in the selected stack, or in another: ./set-secrets.sh --stack dev",
    "# It holds them in clear: delete it once it has run.",
    "set -eu",
    'cd "$(dirname "$0")"',
    ...sets,
    "",
  ].join("\n");
}

/** Whether there is a passphrase to set. */
export function hasPassphrases(resources: readonly Resource[]): boolean {
  return resources.some(({ inputs }) =>
    Object.values(inputs.tunnels).some(({ passphrase }) => passphrase !== undefined),
  );
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
