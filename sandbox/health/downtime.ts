import { type Span, upSpans, type Wire } from "./wire";

/** A stretch in which a tunnel of a group was down: from what touched it, its making included, until packets could flow. */
export interface Outage extends Span {
  readonly tunnelId: string;
  readonly remotePublicIP: string | undefined;
}

/** When the tunnels of a group were down, whatever probes have found. */
export interface Downtime {
  /** Of each tunnel that the group has or had, by their beginning. */
  readonly outages: readonly Outage[];
  /** When none was up, after the first time that one was, and while the group had tunnels. */
  readonly withoutAny: readonly Span[];
  /** The longest of these, in milliseconds. */
  readonly longestWithoutAnyMs: number;
}

/** A wire, and whose it is. */
export type NamedWire = Omit<Outage, keyof Span> & { readonly wire: Wire };

/**
 * What the wires of a group tell, each until now.
 * @param sinceMs what was before counts no more
 */
export function downtimeOf(wires: readonly NamedWire[], nowMs: number, sinceMs = 0): Downtime {
  const outages = wires.flatMap(({ wire, ...named }) => {
    const { bornAtMs, endedAtMs } = wire;
    return gapsBetween(upSpans(wire), bornAtMs, endedAtMs).map((span) => ({ ...named, ...span }));
  });
  const ups = wires.flatMap(({ wire }) => upSpans(wire));
  const firstMs = Math.min(...ups.map(({ fromMs }) => fromMs));
  const lives = wires.map(({ wire }) => wire.endedAtMs);
  const endMs = lives.includes(undefined) ? undefined : Math.max(...lives.map((each) => each ?? nowMs));
  const withoutAny = ups.length === 0 ? [] : clipped(gapsBetween(ups, firstMs, endMs), sinceMs);
  const lengths = withoutAny.map(({ fromMs, untilMs = nowMs }) => untilMs - fromMs);
  return {
    outages: clipped(outages, sinceMs).toSorted((a, b) => a.fromMs - b.fromMs),
    withoutAny,
    longestWithoutAnyMs: Math.max(0, ...lengths),
  };
}

/** What lies between spans, from a time on, to another or still going on. */
function gapsBetween(spans: readonly Span[], fromMs: number, untilMs: number | undefined): Span[] {
  const gaps: Span[] = [];
  let reachedMs = fromMs;
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > reachedMs) gaps.push({ fromMs: reachedMs, untilMs: span.fromMs });
    reachedMs = Math.max(reachedMs, span.untilMs ?? Number.POSITIVE_INFINITY);
  }
  if (untilMs === undefined && Number.isFinite(reachedMs)) gaps.push({ fromMs: reachedMs });
  if (untilMs !== undefined && untilMs > reachedMs) gaps.push({ fromMs: reachedMs, untilMs });
  return gaps;
}

function clipped<S extends Span>(spans: readonly S[], sinceMs: number): S[] {
  return spans
    .filter(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs > sinceMs)
    .map((span) => ({ ...span, fromMs: Math.max(span.fromMs, sinceMs) }));
}
