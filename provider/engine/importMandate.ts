import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { nameIn } from "../model/urn";
import { ConfigurationError } from "./settings";

/** The variable by which a person says which groups that exist a run is to own. */
export const IMPORT_VARIABLE = "HARMONY_SASE_IMPORT";

const file = z.record(z.string(), z.string().min(1));

/**
 * Which group a resource is to own that is not in state yet: `HARMONY_SASE_IMPORT="branch=Tg41…,other=Tg42…"`, by name or
 * URN, or the path of a JSON file that maps them. It belongs to a run, not to a program.
 * @returns the group's id, undefined where nothing is said of the resource
 * @throws ConfigurationError when what is said cannot be read
 */
export function importMandateFor(urn: unknown, env: NodeJS.ProcessEnv): string | undefined {
  const text = env[IMPORT_VARIABLE]?.trim();
  if (!text || typeof urn !== "string") return undefined;
  const mandates = text.includes("=") ? pairsIn(text) : fileAt(text);
  return mandates.get(urn) ?? mandates.get(nameIn(urn));
}

function pairsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((pair) => {
      const [, name, groupId] = /^\s*(urn:.+|[^;]+)=\s*([A-Za-z0-9_-]+)\s*$/.exec(pair) ?? [];
      if (name === undefined || groupId === undefined) {
        throw new ConfigurationError(
          `${IMPORT_VARIABLE} must be <resource name>=<group id>, several with commas; got "${pair.trim()}".`,
        );
      }
      return [name.trim(), groupId] as const;
    }),
  );
}

function fileAt(path: string): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries(file.parse(JSON.parse(readFileSync(path, "utf8")))));
  } catch {
    throw new ConfigurationError(
      `${IMPORT_VARIABLE} names ${path}, which cannot be read${isAbsolute(path) ? "" : ` in ${process.cwd()}`} as a JSON file of resource names and group ids; give that, or <resource name>=<group id>.`,
    );
  }
}
