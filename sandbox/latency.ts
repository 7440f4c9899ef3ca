import type { Chance } from "./ids";

/** How far away the service is. */
export interface Latency {
  /** From request to answer on a connection that stands: half of them take less, in milliseconds. */
  readonly medianMs: number;
  /** How much that varies: the standard deviation of its logarithm. @default 0 */
  readonly sigma?: number;
  /** Round trips that pass before a new connection takes its first request, TLS included. @default 0 */
  readonly setupRoundTrips?: number;
}

/** A service on the same machine. */
export const NEARBY: Latency = { medianMs: 0 };

/** A service on the other side of a continent, as tests and benches have it unless they say otherwise. */
export const REMOTE: Latency = { medianMs: 120, sigma: 0.5, setupRoundTrips: 2 };

/** The way of one request, in milliseconds. */
export interface Trip {
  /** Until it arrives, with what is left of its connection's set-up. */
  readonly thereMs: number;
  /** Until its answer arrives. */
  readonly backMs: number;
}

/** The way between clients and the service. */
export interface Distance {
  /** A connection was opened; its set-up begins now. */
  connected(connection: object): void;
  /** A request was sent on a connection. */
  tripOn(connection: object): Trip;
}

/** Creates the way to a service: the same chance makes the same trips. */
export function createDistance(latency: Latency, { random }: Pick<Chance, "random">, now: () => number): Distance {
  const { medianMs, sigma = 0, setupRoundTrips = 0 } = latency;
  /** When the set-up of a connection is over, in milliseconds since the epoch. */
  const standsMs = new WeakMap<object, number>();

  function roundTrip(): number {
    if (medianMs === 0) return 0;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return medianMs * Math.exp(sigma * normal);
  }

  return {
    connected: (connection) => void standsMs.set(connection, now() + setupRoundTrips * roundTrip()),
    tripOn: (connection) => {
      const half = roundTrip() / 2;
      const setupMs = Math.max(0, (standsMs.get(connection) ?? 0) - now());
      return { thereMs: setupMs + half, backMs: half };
    },
  };
}
