import { isSame, ownValue, valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { isAdopting } from "../model/rules";
import { type Desired, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import { isUnknown } from "../model/unknowns";
import { identitiesFor, isUndecided } from "./match";

/** A test of whether a declared tunnel can be one that state knows. */
type Test = (declared: Partial<Tunnel>, known: Partial<Tunnel>) => boolean;

/** One way to find the tunnels in state that declared ones are. It gives a tunnel away only where nothing else could be meant. */
interface Rule {
  /** The tunnels that it tries: the one that state holds under the declared key, or each that is left. */
  readonly among: "own key" | "all";
  readonly test: Test;
}

/** The rules in their order. Each is done with all keys before the next begins, so that no key takes what fits another better. */
function rulesFor(declared: Desired): readonly Rule[] {
  return [
    { among: "own key", test: isUnchanged },
    { among: "all", test: isUnchanged },
    { among: "own key", test: isKept },
    ...identitiesFor(!isAdopting(declared)).map(
      (isSameTunnel): Rule => ({
        among: "all",
        test: (tunnel, known) => !isUndecided(tunnel) && isSameTunnel(tunnel, known) && isKept(tunnel, known),
      }),
    ),
    { among: "own key", test: () => true },
  ];
}

/**
 * The ids of declared tunnels by key, as far as state tells. A tunnel goes on under another key where that changes less of
 * it: keys may be swapped, or made from the positions of a list. Nothing that is read decides here. Pure.
 */
export function idsFromState(state: State, declared: Desired): Readonly<Record<string, string>> {
  if (isUnknown(declared.tunnels)) return state.tunnelIds;
  const ids = new Map<string, string>();
  const left = new Map(Object.entries(state.tunnelIds));
  for (const { among, test } of rulesFor(declared)) {
    const wanted = Object.entries(declared.tunnels)
      .filter(([key]) => !ids.has(key))
      .flatMap(([key, tunnel]) =>
        [...left.keys()]
          .filter((from) => (among === "all" || from === key) && test(tunnel, ownValue(state.tunnels, from) ?? {}))
          .map((from) => ({ key, from })),
      );
    for (const { key, from } of wanted.filter((each) => isOnlyOne(each, wanted))) {
      ids.set(key, left.get(from) as string);
      left.delete(from);
    }
  }
  return Object.fromEntries(ids);
}

/** A declared tunnel, and the key in state of one that it could be. */
interface Candidate {
  readonly key: string;
  readonly from: string;
}

/** True if neither the declared tunnel could be another one, nor the one in state another's. */
function isOnlyOne(candidate: Candidate, all: readonly Candidate[]): boolean {
  return all.every((other) => other === candidate || (other.key !== candidate.key && other.from !== candidate.from));
}

/** True if all fields are equal; one that is not known yet, or that state never learned, is not. */
function isUnchanged(declared: Partial<Tunnel>, known: Partial<Tunnel>): boolean {
  if (isUnknown(declared)) return false;
  return TUNNEL_FIELDS.every(({ path, traits }) =>
    isSame(traits, valueAt(declared, path), valueAt(known, path), "ordered"),
  );
}

/** True if the one becomes the other in place; a field that is not known yet may rebuild it, one that state never learned does not. */
function isKept(declared: Partial<Tunnel>, known: Partial<Tunnel>): boolean {
  if (isUnknown(declared)) return false;
  return TUNNEL_FIELDS.filter(({ traits }) => traits.rebuilds).every(({ path, traits }) => {
    const [wanted, before] = [valueAt(declared, path), valueAt(known, path)];
    return wanted === undefined || before === undefined || isSame(traits, wanted, before, "ordered");
  });
}
