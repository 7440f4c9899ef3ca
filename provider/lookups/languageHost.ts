import * as pulumi from "@pulumi/pulumi";

/** By this exit code the language host tells the engine that the user has been told of the failure. */
const USER_WAS_TOLD = 32;
/** The script of the SDK that the language host starts, and that loads the program. */
const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/** The messages of this run, and when each has arrived at the engine. */
const logged = new Map<string, Promise<void>>();

/**
 * True if the language host has started this process for the program alone. Inline programs of the Automation API share
 * a process with their caller, unit tests with mocha: neither may be ended.
 * @param script the file that the process has begun with
 */
export function isUnderLanguageHost(script = require.main?.filename): boolean {
  return script !== undefined && RUNNER.test(script) && !isInline();
}

/** The SDK runs each inline program in a store of its own, which all of its copies share. */
function isInline(): boolean {
  const { asyncLocalStorage } = globalThis as { readonly asyncLocalStorage?: { getStore(): unknown } };
  return asyncLocalStorage?.getStore() !== undefined;
}

/**
 * Logs the message as an error, once, and ends the program. On Node 20 an output that fails takes unlimited time and memory:
 * V8 searches all promises that are chained to it for a handler, along each path anew.
 */
export async function endProgram(message: string): Promise<never> {
  if (!logged.has(message)) logged.set(message, pulumi.log.error(message));
  await Promise.all(logged.values());
  process.exit(USER_WAS_TOLD);
}
