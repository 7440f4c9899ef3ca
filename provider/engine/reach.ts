import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** What the text in state names. */
const SUBPATH = "pulumi-harmony-sase/lifecycle";
/** Where the program began; it may have moved since. */
const BEGAN_IN = process.cwd();

/**
 * The engine's process begins in the program's folder, and finds this package from there upwards or not at all, wherever
 * the program itself found it.
 * @throws Error that says what to install where
 */
export function demandReach(folders: readonly string[] = [process.cwd(), BEGAN_IN]): void {
  if (pulumi.runtime.getEngine() === undefined) return;
  if (folders.some(isFoundFrom)) return;
  throw new Error(
    `The engine looks for the package pulumi-harmony-sase from ${folders[0]} upwards, and does not find it there: a package that the program depends on may have it, but the program's own package does not. Run "npm install pulumi-harmony-sase" (or pnpm add, yarn add) in that folder.`,
  );
}

function isFoundFrom(folder: string): boolean {
  try {
    // The module's own require would find its own package by name, wherever that is.
    createRequire(join(folder, "program.js")).resolve(SUBPATH);
    return true;
  } catch {
    return false;
  }
}
