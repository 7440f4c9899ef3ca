import type { CreateBody, UpdateBody } from "../plan/requests";

/** A write that a step has sent. */
export type Deed =
  | { readonly method: "POST"; readonly body: CreateBody }
  | { readonly method: "PUT"; readonly body: UpdateBody }
  | { readonly method: "DELETE" };

/**
 * What a step has done, in the words that its row ends with: `one PUT: 1 added, 2 updated in 4.2 s`.
 * @param besides what came of it
 */
export function deedsInWords(deeds: readonly Deed[], elapsedMs: number, besides?: string): string {
  const puts = deeds.flatMap((deed) => (deed.method === "PUT" ? [deed.body] : []));
  const parts = [
    ...(deeds.some(({ method }) => method === "POST") ? ["created"] : []),
    ...(puts.length > 0 ? [`${puts.length === 1 ? "one PUT" : `${puts.length} PUTs`}: ${changesIn(puts)}`] : []),
    ...(deeds.some(({ method }) => method === "DELETE") ? ["deleted"] : []),
  ];
  const sent = parts.length === 0 ? "nothing had to be sent" : parts.join(", then ");
  const came = besides ?? (parts.length === 0 ? "read" : undefined);
  return `${came === undefined ? sent : `${sent}; ${came}`} in ${secondsOf(elapsedMs)} s`;
}

/** What was sent again, since nobody answered, counts once. */
function changesIn(puts: readonly UpdateBody[]): string {
  const count = (names: readonly unknown[], what: string) => {
    const { size } = new Set(names);
    return size === 0 ? [] : [`${size} ${what}`];
  };
  const isSet = puts.some((body) => body.description !== undefined || body.sharedSettings || body.advancedSettings);
  const parts = [
    ...count(
      puts.flatMap(({ addTunnels = [] }) => addTunnels.map((tunnel) => JSON.stringify(tunnel))),
      "added",
    ),
    ...count(
      puts.flatMap(({ updateTunnels = [] }) => updateTunnels.map(({ id }) => id)),
      "updated",
    ),
    ...count(
      puts.flatMap(({ removeTunnels = [] }) => removeTunnels.map(({ id }) => id)),
      "removed",
    ),
    ...(isSet ? ["settings"] : []),
  ];
  return parts.length === 0 ? "the name" : parts.join(", ");
}

/** Seconds as people read them: `3.1`, `42`. */
export function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 1 : 0);
}
