import { z } from "zod";
import { isSame } from "./compare";
import type { Traits } from "./fields";

/** What was sent for a field, and what the service shows in its place. */
export interface Echoed {
  readonly sent: unknown;
  readonly shown: unknown;
}

/**
 * What the service has made of values that it took, by the paths of their fields; those of tunnels by id:
 * `tunnels.<id>.remoteID`. As long as it shows the same, the field counts as what was sent.
 */
export type Echo = Readonly<Record<string, Echoed>>;

const echoes = z.record(z.string(), z.object({ sent: z.unknown(), shown: z.unknown() })).catch({});

/** Reads echoes from state. @returns undefined where there are none */
export function readEcho(source: unknown): Echo | undefined {
  const read = echoes.parse(source ?? {});
  return Object.keys(read).length === 0 ? undefined : read;
}

/** The value that was sent for a field, if the service still shows what it has made of it. */
export function sentFor(echo: Echo = {}, path: readonly string[], traits: Traits, shown: unknown): unknown {
  const name = path.join(".");
  const known = Object.hasOwn(echo, name) ? echo[name] : undefined;
  return known !== undefined && isSame(traits, known.shown, shown, "unordered") ? known.sent : undefined;
}

/** The echoes of the settings and of tunnels that are there; undefined where none is left. */
export function echoOf(echo: Echo = {}, tunnelIds: Readonly<Record<string, string>>): Echo | undefined {
  const ids = new Set(Object.values(tunnelIds));
  const left = Object.entries(echo).filter(([name]) => {
    const [root, id = ""] = name.split(".");
    return root !== "tunnels" || ids.has(id);
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
