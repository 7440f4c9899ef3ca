import type { Health } from "../model";
import { upSpans, type Wire } from "./wire";

/** When a tunnel made at `bornAtMs` was probed last: each time so long after the time before, undefined before the first. */
export function lastProbe(bornAtMs: number, nowMs: number, everyMs: number): number | undefined {
  const ageMs = nowMs - bornAtMs;
  if (ageMs < everyMs) return undefined;
  return everyMs === 0 ? nowMs : bornAtMs + Math.floor(ageMs / everyMs) * everyMs;
}

/** What a probe finds at that time. */
export function foundAt(wire: Wire, atMs: number): Health {
  return isUpAt(wire, atMs) ? "passing" : "critical";
}

function isUpAt(wire: Wire, atMs: number): boolean {
  return upSpans(wire).some(({ fromMs, untilMs = Number.POSITIVE_INFINITY }) => fromMs <= atMs && atMs < untilMs);
}
