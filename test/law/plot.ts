import fc from "fast-check";
import type { OperationName } from "../../sandbox";
import type { Trouble } from "./gate";
import type { Kill } from "./machine";

/** What a stack is told to do with one of its resources, or with all of them. */
export type Deed =
  | "up"
  | "change"
  | "readdress"
  | "rebuild"
  | "add a tunnel"
  | "drop a tunnel"
  | "rename"
  | "rename with an alias"
  | "replace"
  | "replace, the old one first"
  | "adopt in another group"
  | "use what was begun"
  | "drop"
  | "copy"
  | "move to an explicit provider"
  | "fail besides"
  | "refresh"
  | "up --refresh"
  | "revert"
  | "destroy"
  | "destroy --refresh"
  | "go on elsewhere";

/**
 * Something that happens to the requests of one run, or to an operation that it starts. `rob`: its PUT is refused, and then
 * somebody removes one of its tunnels by hand and puts another into the same region. `slow`: a creation outlasts its time.
 */
export type Mishap =
  | Omit<Trouble, "stack">
  | { readonly kind: "rob" }
  | { readonly kind: "slow" }
  | { readonly kind: "fail"; readonly operation: "createGroup" | "updateGroup" };

/** One run of one stack. */
export interface Act {
  /** Which stack of the cast. */
  readonly stack: number;
  readonly deed: Deed;
  /** Which of its resources. */
  readonly resource: number;
  readonly afterMs: number;
  readonly kill: Kill | null;
  readonly mishap: Mishap | null;
}

/** Who plays: what stacks there are, and what they declare. */
export type Cast =
  | "hub and branches"
  | "a hub, and two adopters in one program"
  | "a hub and its adopter in one program"
  | "three in one program"
  | "two of the same";

/** A random program: rounds one after the other, the acts of a round at the same time. */
export interface Plot {
  readonly seed: number;
  readonly cast: Cast;
  /** Whether each stack has a machine of its own; then none acts at the same time as another. */
  readonly isApart: boolean;
  readonly isMasked: boolean;
  /** True if the service shows values in other forms than they were sent. */
  readonly isNormalising?: boolean;
  readonly pageSize: number;
  /** What happens to the first creation of the first stack. */
  readonly birth: Mishap | null;
  /** Whether each stack is brought to rest before everything is destroyed. */
  readonly isSettled: boolean;
  readonly rounds: readonly (readonly Act[])[];
  /** How far machines' clocks are ahead of the service's, in the order in which they come up. */
  readonly skewsMs: readonly number[];
}

const often = <T>(weight: number, value: T) => ({ weight, arbitrary: fc.constant(value) });
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(often(2, null), { weight: 1, arbitrary });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  often(4, "up" as const),
  often(3, "change" as const),
  often(3, "readdress" as const),
  often(3, "rebuild" as const),
  often(3, "add a tunnel" as const),
  often(2, "drop a tunnel" as const),
  often(2, "rename" as const),
  often(1, "rename with an alias" as const),
  often(2, "replace" as const),
  often(1, "replace, the old one first" as const),
  often(2, "adopt in another group" as const),
  often(3, "use what was begun" as const),
  often(2, "drop" as const),
  often(1, "copy" as const),
  often(1, "move to an explicit provider" as const),
  often(2, "fail besides" as const),
  often(1, "refresh" as const),
  often(1, "up --refresh" as const),
  often(2, "revert" as const),
  often(2, "destroy" as const),
  often(1, "destroy --refresh" as const),
  often(1, "go on elsewhere" as const),
);
const who = fc.constantFrom("all" as const, "engine" as const);
const kill: fc.Arbitrary<Kill> = fc.oneof(
  fc.record({ request: fc.integer({ min: 1, max: 12 }), isSent: fc.boolean(), who }),
  fc.record({
    request: fc.integer({ min: 1, max: 2 }),
    operation: fc.constantFrom<OperationName>("createGroup", "updateGroup", "deleteGroup", "readStatus"),
    isSent: fc.boolean(),
    who,
  }),
);
const written = fc.constantFrom<OperationName>("createGroup", "updateGroup", "deleteGroup");
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({
    operation: fc.oneof(
      { weight: 2, arbitrary: written },
      often(2, "readGroup" as const),
      often(1, "listTunnels" as const),
    ),
    kind: fc.constantFrom("refuse" as const, "refuse" as const, "unreachable" as const),
    skip: fc.constantFrom(0, 0, 1, 2),
    times: fc.constantFrom(1, 3, 50),
  }),
  fc.record({
    operation: written,
    kind: fc.constantFrom("lose" as const, "gateway" as const, "lag" as const),
    times: fc.constantFrom(1, 3),
  }),
  fc.constant({ kind: "rob" as const }),
  fc.constant({ kind: "slow" as const }),
  fc.record({
    kind: fc.constant("fail" as const),
    operation: fc.constantFrom("createGroup" as const, "updateGroup" as const),
  }),
);
const birth: fc.Arbitrary<Mishap> = fc.oneof(
  fc.constant({ kind: "slow" as const }),
  fc.record({
    operation: fc.constant("createGroup" as const),
    kind: fc.constantFrom("lose" as const, "gateway" as const, "lag" as const),
    times: fc.constantFrom(1, 3),
  }),
  fc.record({
    operation: fc.constant("readGroup" as const),
    kind: fc.constant("refuse" as const),
    times: fc.constantFrom(1, 50),
  }),
);
const act: fc.Arbitrary<Act> = fc.record({
  stack: fc.nat({ max: 2 }),
  deed,
  resource: fc.nat({ max: 2 }),
  afterMs: fc.constantFrom(0, 300, 900, 1800),
  kill: sometimes(kill),
  mishap: sometimes(mishap),
});

const MOST_SKEW_MS = 10 * 60_000;

/** All programs. */
export const plots: fc.Arbitrary<Plot> = fc.record({
  seed: fc.nat({ max: 1_000_000 }),
  cast: fc.constantFrom<Cast>(
    "hub and branches",
    "a hub, and two adopters in one program",
    "a hub and its adopter in one program",
    "three in one program",
    "two of the same",
  ),
  isApart: fc.boolean(),
  isMasked: fc.constantFrom(false, false, false, true),
  isNormalising: fc.constantFrom(false, false, true),
  pageSize: fc.constantFrom(2, 100),
  birth: sometimes(birth),
  isSettled: fc.constantFrom(true, true, false),
  rounds: fc.array(fc.array(act, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 5 }),
  skewsMs: fc.array(fc.integer({ min: -MOST_SKEW_MS, max: MOST_SKEW_MS }), { minLength: 2, maxLength: 4 }),
});

/** A program as lines that one can read. */
export function inLines({
  cast,
  isApart,
  isMasked,
  isNormalising,
  pageSize,
  birth: bad,
  isSettled,
  seed,
  rounds,
  skewsMs,
}: Plot): string {
  const ahead = skewsMs.map((ms) => `${Math.round(ms / 1000)} s`).join(", ");
  const clocks = skewsMs.some((ms) => ms !== 0) ? `clocks ahead by ${ahead}, ` : "";
  const where = `${isApart ? "a machine each" : "one machine"}${isMasked ? ", masked" : ""}${isNormalising ? ", in other forms" : ""}`;
  const first = bad ? `its first creation: ${JSON.stringify(bad)}, ` : "";
  const manners = `${where}, pages of ${pageSize}, ${first}${isSettled ? "" : "destroyed at once, "}${clocks}seed ${seed}`;
  const lines = rounds.map((acts, at) => `  ${at + 1}. ${acts.map(inWords).join("\n     at the same time: ")}`);
  return [`${cast} (${manners})`, ...lines].join("\n");
}

function inWords({ stack, deed: done, resource, afterMs, kill: death, mishap: bad }: Act): string {
  const killed = death
    ? `; ${death.who === "engine" ? "its CLI" : "it"} is killed at request ${death.request}${death.operation ? ` of ${death.operation}` : ""}${death.isSent ? ", which is sent" : ""}`
    : "";
  const struck = bad ? `; mishap ${JSON.stringify(bad)}` : "";
  return `stack ${stack}: ${done} (resource ${resource})${afterMs > 0 ? ` after ${afterMs} ms` : ""}${killed}${struck}`;
}
