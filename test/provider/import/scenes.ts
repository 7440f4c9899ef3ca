import fc from "fast-check";
import type { Answers } from "../../../provider/import/answers";
import type { Found } from "../../../provider/import/declare";
import { withDefaults } from "../../../provider/model/defaults";
import type { Tunnel } from "../../../provider/model/fields";
import type { GroupInputs } from "../../../provider/model/schema";
import type { FoundGroup } from "../../../provider/service/wire";
import { anyFeatures, optional } from "../arbitraries";
import { CERTIFICATE } from "../builders";

/** A group that somebody has made, as it really is. */
export interface Real {
  readonly id: string;
  /** In full; tunnels by their ids. */
  readonly inputs: GroupInputs;
}

/** A network with groups, what the service shows of it, and what a person knows besides. */
export interface Scene {
  readonly groups: readonly Real[];
  readonly found: Found;
  readonly answers: Answers;
}

/** What the service never shows of a tunnel. */
const HIDDEN = ["remoteASN", "p81GWInternalIP", "remoteGWInternalIP"] as const;

/** The group as the service shows it, with a decorated name for each tunnel. */
export function shownOf({ id, inputs }: Real): FoundGroup {
  const { tunnelName, tunnels, description, sharedSettings, advancedSettings } = inputs;
  const { leftASN: _, ...shared } = sharedSettings ?? {};
  return {
    id,
    names: Object.keys(tunnels).map((_, at) => `${tunnelName}0${at + 1}`),
    description,
    sharedSettings: shared,
    advancedSettings,
    tunnels: Object.entries(tunnels).map(([tunnelId, tunnel]) => {
      const shown = Object.entries(tunnel).filter(([name]) => !(HIDDEN as readonly string[]).includes(name));
      return { ...Object.fromEntries(shown), id: tunnelId };
    }),
  };
}

/** The scene of groups in a network whose regions have these names. */
export function sceneOf(groups: readonly Real[], regions: readonly string[] = ["Dublin", "Frankfurt"]): Scene {
  const filled = groups.map(({ id, inputs }) => ({ id, inputs: withDefaults(inputs) }));
  const tunnels = filled.flatMap(({ inputs }) => Object.entries(inputs.tunnels));
  return {
    groups: filled,
    found: {
      network: { id: "NwAAAAAAA1", name: "branches", asn: 64_600 },
      regions: regions.map((name, at) => ({ id: `Rg${at}`, name })),
      groups: filled.map(shownOf),
    },
    answers: {
      tunnels: new Map(
        tunnels.map(([id, tunnel]) => [id, Object.fromEntries(HIDDEN.map((name) => [name, tunnel[name]]))]),
      ),
    },
  };
}

/** A tunnel with all that creating demands; `n` makes it one of its own. */
export function realTunnel(n: number, overrides: Partial<Tunnel> = {}): Tunnel {
  const tunnel = {
    regionID: `Rg${n % 2}`,
    remotePublicIP: `203.0.113.${n}`,
    remoteASN: 65_000 + n,
    p81GWInternalIP: `169.254.${n}.1`,
    remoteGWInternalIP: `169.254.${n}.2`,
    passphrase: `Import.secret_${n}`,
    ...overrides,
  };
  return Object.fromEntries(Object.entries(tunnel).filter(([, value]) => value !== undefined)) as Tunnel;
}

/** A group of these tunnels. */
export function realGroup(n: number, tunnels: readonly Tunnel[], overrides: Partial<GroupInputs> = {}): Real {
  return {
    id: `Tg${n}`,
    inputs: {
      networkId: "NwAAAAAAA1",
      tunnelName: `branch${n}`,
      tunnels: Object.fromEntries(tunnels.map((tunnel, at) => [`Tn${n}x${at}`, tunnel])),
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: [`10.${n}.0.0/16`], leftASN: 64_600 },
      ...overrides,
    },
  };
}

const phase = optional({
  auth: fc.constantFrom(["sha512"], ["sha256", "sha384"], ["sha384", "sha256"]),
  encryption: fc.constantFrom(["aes256"], ["aes256gcm16", "chacha20poly1305"]),
  keyExchangeMethod: fc.constantFrom(["ecp521"], [], ["curve25519", "modp2048"]),
});
const passphrase = fc.stringMatching(/^[1-9A-Za-z._][0-9A-Za-z._]{7,40}$/);

const anyTunnel = (n: number): fc.Arbitrary<Tunnel> =>
  fc
    .record({
      region: fc.nat(4),
      credential: fc.oneof(
        passphrase.map((text) => ({ passphrase: text })),
        fc
          .constantFrom(CERTIFICATE, CERTIFICATE.replaceAll("\n", "\r\n"))
          .map((pem) => ({ passphrase: undefined, customerRootCA: pem })),
      ),
      more: optional({
        remoteID: fc.constantFrom("peer", `198.51.100.${n}`),
        routingType: fc.constantFrom("route", "policy"),
        remoteASN: fc.constantFrom(1, 4_294_967_295),
      }),
    })
    .map(({ region, credential, more }) =>
      realTunnel(n, { regionID: `Rg${region}`, ...credential, ...more } as Partial<Tunnel>),
    );

const name = fc.oneof(
  fc.constantFrom("branch", "Branch", "constructor", "toString", "branch1", "abc01"),
  fc.stringMatching(/^[A-Za-z0-9]{3,13}$/),
);
const regionName = fc.oneof(
  fc.constantFrom("Dublin", "dublin", "Dublin 1", "São Paulo", "US East", "東京", "1st", "constructor", "__proto__"),
  fc.string({ unit: "binary" }),
);

const anyGroup = (n: number): fc.Arbitrary<Real> =>
  fc
    .record({
      tunnelName: name,
      tunnels: fc.tuple(...Array.from({ length: 8 }, (_, at) => anyTunnel(8 * n + at + 1))),
      count: fc.integer({ min: 1, max: 8 }),
      description: fc.oneof(
        fc.constantFrom("", "by hand", "`$\u007bprocess.exit()}`\\"),
        fc.string({ unit: "binary" }),
      ),
      shared: optional({
        p81GatewaySubnets: fc.constant(["10.255.0.0/16"]),
        remoteGatewaySubnets: fc.constantFrom(["10.20.0.0/16"], ["10.30.0.0/24", "10.40.0.0/24"]),
        peakBandwidth: fc.constantFrom(10, 1000, 8000),
        features: anyFeatures,
      }),
      advancedSettings: optional({
        keyExchange: fc.constantFrom("ikev1", "ikev2"),
        ikeLifeTime: fc.constantFrom("8h", "480m", "9h"),
        lifetime: fc.constantFrom("1h", "3600s", "10s"),
        dpdDelay: fc.constantFrom("10s", "60s"),
        dpdTimeout: fc.constantFrom("30s", "5s"),
        phase1: phase,
        phase2: phase,
      }),
    })
    .map(({ tunnelName, tunnels, count, description, shared, advancedSettings }) => {
      const group = realGroup(n, tunnels.slice(0, count), { tunnelName, description });
      const sharedSettings = { ...group.inputs.sharedSettings, ...shared };
      return { ...group, inputs: { ...group.inputs, sharedSettings, advancedSettings } as unknown as GroupInputs };
    });

/** Any network of up to five groups. */
export const anyScene: fc.Arbitrary<Scene> = fc
  .record({
    groups: fc.tuple(...Array.from({ length: 5 }, (_, at) => anyGroup(at))),
    count: fc.integer({ min: 1, max: 5 }),
    regions: fc.array(regionName, { minLength: 2, maxLength: 5 }),
  })
  .map(({ groups, count, regions }) => sceneOf(groups.slice(0, count), regions));
