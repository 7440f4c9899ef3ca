import type { Match } from "./ends";

/** A stretch of time, in milliseconds since the epoch; one without an end still goes on. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs?: number;
}

/** What goes on between the two ends of a tunnel. */
type Phase =
  | { readonly kind: "down" }
  | { readonly kind: "negotiating"; readonly sinceMs: number }
  | { readonly kind: "up"; readonly sinceMs: number; readonly authenticatedAtMs: number };

/** How long things take. */
export interface Durations {
  /** From the moment at which two ends agree to the first packet. */
  readonly negotiationMs: number;
  /** How long an authentication is good: the group's `ikeLifeTime`. */
  readonly lifetimeMs: number;
}

/** A tunnel's two ends and all times at which packets could flow between them. A value: each step gives another one. */
export interface Wire extends Durations {
  readonly bornAtMs: number;
  readonly endedAtMs?: number;
  readonly isAgreed: boolean;
  readonly phase: Phase;
  /** When it was up, oldest first, without the stretch that goes on. */
  readonly past: readonly Span[];
  /** Up to when all is told. */
  readonly toldMs: number;
}

/** A tunnel that is made now. */
export function born(atMs: number, { isAgreed }: Match, durations: Durations): Wire {
  return { ...durations, bornAtMs: atMs, isAgreed, phase: begun(isAgreed, atMs), past: [], toldMs: atMs };
}

/** The gateway has other parameters, or the peer begins anew: the tunnel is down until they have negotiated. */
export function touched(wire: Wire, givenMs: number, { isAgreed }: Match, durations: Durations = wire): Wire {
  const told = toldUntil(wire, givenMs);
  const { negotiationMs, lifetimeMs } = durations;
  return { ...down(told), negotiationMs, lifetimeMs, isAgreed, phase: begun(isAgreed, told.toldMs) };
}

/** The peer has other parameters: what is up stays up where they differ in the credential only. */
export function peerChanged(wire: Wire, givenMs: number, { isAgreed, isKept }: Match): Wire {
  const told = toldUntil(wire, givenMs);
  const goesOn = told.phase.kind === "up" ? isKept : told.phase.kind === "negotiating" && isAgreed;
  return goesOn ? { ...told, isAgreed } : { ...down(told), isAgreed, phase: begun(isAgreed, told.toldMs) };
}

/** The tunnel is removed. */
export function ended(wire: Wire, givenMs: number): Wire {
  const told = down(toldUntil(wire, givenMs));
  return { ...told, isAgreed: false, phase: { kind: "down" }, endedAtMs: told.toldMs };
}

/** When it was and is up, as far as it is told. */
export function upSpans({ past, phase }: Wire): readonly Span[] {
  return phase.kind === "up" ? [...past, { fromMs: phase.sinceMs }] : past;
}

/** Tells what happens by itself until then: negotiations end, authentications run out. Time never goes back. */
export function toldUntil(given: Wire, givenMs: number): Wire {
  const toldMs = Math.max(given.toldMs, givenMs);
  const wire = { ...given, ...negotiated(given, toldMs), toldMs };
  if (wire.phase.kind !== "up") return wire;
  const { authenticatedAtMs, sinceMs } = wire.phase;
  const times = Math.floor((toldMs - authenticatedAtMs) / wire.lifetimeMs);
  if (times === 0) return wire;
  if (!wire.isAgreed) return { ...wire, ...closed(wire, sinceMs, authenticatedAtMs + wire.lifetimeMs) };
  return {
    ...wire,
    phase: { kind: "up", sinceMs, authenticatedAtMs: authenticatedAtMs + times * wire.lifetimeMs },
  };
}

function negotiated({ phase, negotiationMs }: Wire, nowMs: number): Pick<Wire, "phase"> {
  if (phase.kind !== "negotiating" || phase.sinceMs + negotiationMs > nowMs) return { phase };
  const sinceMs = phase.sinceMs + negotiationMs;
  return { phase: { kind: "up", sinceMs, authenticatedAtMs: sinceMs } };
}

function begun(isAgreed: boolean, sinceMs: number): Phase {
  return isAgreed ? { kind: "negotiating", sinceMs } : { kind: "down" };
}

function down(wire: Wire): Wire {
  return wire.phase.kind === "up" ? { ...wire, ...closed(wire, wire.phase.sinceMs, wire.toldMs) } : wire;
}

function closed({ past }: Wire, fromMs: number, untilMs: number): Pick<Wire, "phase" | "past"> {
  return { phase: { kind: "down" }, past: untilMs > fromMs ? [...past, { fromMs, untilMs }] : past };
}
