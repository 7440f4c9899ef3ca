/** The commands by the names of their npm scripts. */
export declare const COMMANDS: Readonly<Record<string, { readonly about: string }>>;

/**
 * Reads what follows a command. `--help` prints the command's help and ends the process.
 * @throws Error that names the closest option, word or command there is
 */
export declare function readArguments(
  name: string,
  args?: readonly string[],
): {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
};
