import fc from "fast-check";
import type { Tunnel } from "../../../provider/model/fields";
import type { PresentGroup, PresentTunnel } from "../../../provider/model/present";
import type { GroupInputs } from "../../../provider/model/schema";
import type { Mandate } from "../../../provider/plan/plan";
import type { UpdateBody } from "../../../provider/plan/requests";
import { anyFeatures, optional } from "../arbitraries";
import { present, settings } from "../builders";
import { applyRequest, freshIds } from "../simulation";

/** What is declared, what is there, and what may be done about it. */
export interface Scenario {
  readonly desired: GroupInputs;
  readonly current: PresentGroup;
  readonly mandate: Mandate;
}

const HIDDEN = ["remoteASN", "p81GWInternalIP", "remoteGWInternalIP"] as const;
/** The keys of the places, in their order. */
export const KEYS = ["alpha", "constructor", "to_string", "delta-4"] as const;

/** What one of the four places of a scenario holds: a tunnel of the group, a declaration, both or neither. */
interface Place {
  readonly isPresent: boolean;
  readonly isDeclared: boolean;
  readonly isKnown: boolean;
  readonly isRemovable: boolean;
  readonly isHidden: boolean;
  readonly changes: Partial<Tunnel>;
  readonly silent: readonly (keyof Tunnel)[];
}

/** Four places at most, so that additions beside tunnels nobody declared never exceed the group's eight. */
const place = (n: number): fc.Arbitrary<Place> =>
  fc.record({
    isPresent: fc.boolean(),
    isDeclared: fc.boolean(),
    isKnown: fc.boolean(),
    isRemovable: fc.boolean(),
    isHidden: fc.boolean(),
    changes: fc.record(
      {
        regionID: fc.constant("RgAAAAAAA2"),
        remotePublicIP: fc.constant(`198.51.100.${n}`),
        remoteASN: fc.constantFrom(1, 4_294_967_295),
        p81GWInternalIP: fc.constant(`169.254.${n}.101`),
        remoteGWInternalIP: fc.constant(`169.254.${n}.102`),
        remoteID: fc.constant(`peer${n}`),
        routingType: fc.constant("policy" as const),
        passphrase: fc.constant("rotated.1"),
      },
      { requiredKeys: [] },
    ),
    silent: fc.subarray<keyof Tunnel>(["remoteASN", "p81GWInternalIP", "remoteID", "routingType", "authType"]),
  });

/** A rebuild needs a tunnel that state knows: of any other, inner addresses are as the group has them. */
const declaration = (n: number, { isPresent, isKnown, changes, silent }: Place): Tunnel => {
  const { p81GWInternalIP: _, remoteGWInternalIP: __, ...mild } = changes;
  const { id: ___, ...whole } = { ...present(n), ...(isPresent && !isKnown ? mild : changes) };
  return Object.fromEntries(
    Object.entries(whole).filter(([name]) => !silent.includes(name as keyof Tunnel)),
  ) as unknown as Tunnel;
};

const shown = (n: number, { isHidden }: Place): PresentTunnel =>
  present(n, isHidden ? Object.fromEntries(HIDDEN.map((name) => [name, undefined])) : {});

const subnets = fc.uniqueArray(fc.constantFrom("10.20.0.0/16", "10.30.0.0/16", "10.40.0.0/24"), { minLength: 1 });

const lists = <const T extends string>(...values: readonly (readonly T[])[]): fc.Arbitrary<T[]> =>
  fc.constantFrom(...values.map((list) => [...list]));

const phase = optional({
  auth: lists(["sha512"], ["sha256", "sha512"], ["sha512", "sha256"]),
  encryption: lists(["aes256"], ["3des", "aes128"]),
  keyExchangeMethod: lists([], ["ecp521"], ["ecp256"]),
});

const declaredSettings: fc.Arbitrary<Partial<GroupInputs>> = optional({
  description: fc.constantFrom("", "branch", "office"),
  sharedSettings: optional({
    p81GatewaySubnets: fc.constant(["0.0.0.0/0"]),
    remoteGatewaySubnets: subnets,
    leftASN: fc.constant(64_600),
    p81ASN: fc.constant(64_700),
    peakBandwidth: fc.constantFrom(10, 1000, 8000),
    features: anyFeatures,
  }),
  advancedSettings: optional({
    keyExchange: fc.constantFrom("ikev1", "ikev2"),
    ikeLifeTime: fc.constantFrom("8h", "480m", "28800s", "9h"),
    dpdDelay: fc.constantFrom("10s", "60s"),
    phase1: phase,
    phase2: phase,
  }),
});

/** Groups of four places at most. */
export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    places: fc.tuple(place(1), place(2), place(3), place(4)),
    tunnelName: fc.constantFrom("branch", "office"),
    declared: declaredSettings,
  })
  .map(({ places, tunnelName, declared }) => {
    const at = places.map((it, index) => ({ ...it, n: index + 1, key: KEYS[index] as string, it }));
    const known = at.filter(({ isPresent, isKnown }) => isPresent && isKnown);
    const declarations = at.filter(({ isDeclared }) => isDeclared);
    return {
      desired: {
        networkId: "NwAAAAAAA1",
        tunnelName,
        tunnels: Object.fromEntries(declarations.map(({ key, n, it }) => [key, declaration(n, it)])),
        ...declared,
      },
      current: {
        ...settings(),
        tunnelName: "branch",
        tunnels: at.filter(({ isPresent }) => isPresent).map(({ n, it }) => shown(n, it)),
      },
      mandate: {
        ids: Object.fromEntries(known.map(({ key, n }) => [key, `Tn${n}`])),
        rebuilds: new Set(known.map(({ n }) => `Tn${n}`)),
        removals: new Set(
          at.filter(({ isDeclared, isRemovable }) => !isDeclared && isRemovable).map(({ n }) => `Tn${n}`),
        ),
      },
    };
  });

/** What a group becomes by requests, one after another. */
export function applied(group: PresentGroup, requests: readonly UpdateBody[]): PresentGroup {
  const freshId = freshIds();
  return requests.reduce((before, request) => applyRequest(before, request, freshId), group);
}

/** The same scenarios on every run; a failure prints what replays it. */
export const RUNS = { numRuns: 500, seed: 2_300 };
