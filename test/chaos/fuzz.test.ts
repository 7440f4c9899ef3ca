import { expect } from "chai";
import fc from "fast-check";
import type { Plain } from "../../provider/process";
import { type Rig, startRig } from "../provider/rig";

const SEED = 20261123;
const SECRET = "Fuzz.secret_key";

/** What people and programs write into a field, right and wrong. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1,
    1.5,
    4_294_967_295,
    4_294_967_296,
    "",
    " ",
    "0",
    "route",
    "policy",
    "psk",
    "cert",
  ),
  fc.constantFrom<unknown>(
    "10s",
    "24h",
    "25h",
    "x24h",
    "60s",
    "10.0.0.0/8",
    "10.0.0.1/8",
    "0.0.0.0/0",
    "203.0.113.77",
    "300.1.1.1",
  ),
  fc.constantFrom<unknown>(
    ["0.0.0.0/0"],
    ["10.1.0.0/16", "10.1.2.3/16"],
    [],
    ["sha256"],
    ["sha256", "sha512"],
    ["aes256"],
    ["ecp384"],
    {},
  ),
  fc.constantFrom<unknown>("Peer77", "a".repeat(16), "ab", "Ünïcode", "__proto__", "constructor"),
  fc.jsonValue({ maxDepth: 2 }),
);

const FIELDS = [
  ...["tunnelName", "description", "unmanagedTunnels", "sharedSettings", "advancedSettings", "tunnels", "unheardOf"],
  ...[
    "regionID",
    "remotePublicIP",
    "remoteASN",
    "p81GWInternalIP",
    "remoteID",
    "routingType",
    "authType",
    "passphrase",
  ].map((name) => `tunnels.primary.${name}`),
  ...["p81GatewaySubnets", "remoteGatewaySubnets", "leftASN", "p81ASN", "peakBandwidth", "features"].map(
    (name) => `sharedSettings.${name}`,
  ),
  ...["keyExchange", "ikeLifeTime", "lifetime", "dpdDelay", "dpdTimeout", "phase1", "phase2"].map(
    (name) => `advancedSettings.${name}`,
  ),
  ...["auth", "encryption", "keyExchangeMethod"].map((name) => `advancedSettings.phase1.${name}`),
];

/** What check takes at the edges of what it takes, by the last name of a field. */
const EDGES: Readonly<Record<string, readonly unknown[]>> = {
  tunnelName: ["abc", "a1B2c3d4e5f6g7h"],
  description: ["", 'Zürich\n"north"'],
  unmanagedTunnels: ["keep", "remove"],
  remotePublicIP: ["0.0.0.0", "255.255.255.255"],
  remoteASN: [1, 64_496, 64_512, 4_294_967_295],
  remoteID: ["abc", "a".repeat(25), "10.0.0.1"],
  routingType: ["route"],
  passphrase: ["12345678", "_.".repeat(32)],
  remoteGatewaySubnets: [["0.0.0.0/0"], ["10.1.0.0/16", "10.2.0.0/32"]],
  leftASN: [1, 23_455, 65_534, 4_294_967_294],
  peakBandwidth: [10, 8000],
  features: [{}, { DNSServices: {} }, { cloudSecurity: { enabled: true } }],
  keyExchange: ["ikev1"],
  ikeLifeTime: ["10s", "86400s", "1440m", "24h"],
  lifetime: ["1m", "1h"],
  dpdDelay: ["5s", "60s"],
  dpdTimeout: ["5s", "60s"],
  phase1: [{}, { auth: ["md5"] }],
  auth: [["aesxcbc", "prfsha512"]],
  encryption: [["3des"], ["camellia256ccm16", "aes128gcm8"]],
  keyExchangeMethod: [[], ["curve25519", "modp1024"]],
};

function replaced(source: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const members = typeof source === "object" && source !== null && !Array.isArray(source) ? (source as Plain) : {};
  return { ...members, [name]: replaced(members[name], rest, value) };
}

function written(path: string): fc.Arbitrary<readonly [string, unknown]> {
  const edges = EDGES[path.split(".").at(-1) ?? ""] ?? [];
  const value = edges.length === 0 ? odd : fc.oneof({ arbitrary: fc.constantFrom(...edges), weight: 3 }, odd);
  return value.map((chosen) => [path, chosen]);
}

/** Valid inputs with one to three fields replaced by anything. */
function fuzzed(rig: Rig): fc.Arbitrary<Plain> {
  const base = rig.args({ tunnels: { primary: rig.tunnel(0, { passphrase: SECRET }), backup: rig.tunnel(1) } });
  return fc
    .array(fc.constantFrom(...FIELDS).chain(written), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<Plain>((inputs, [path, value]) => replaced(inputs, path.split("."), value) as Plain, base),
    );
}

describe("Inputs of any kind", () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.close());

  it("are refused by check, or make no request that the service refuses for its form", async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(fuzzed(rig), async (inputs) => {
        rig.sandbox.clearJournal();
        rig.state = undefined;
        const failure = await rig.up(inputs).then(
          () => undefined,
          (error: Error) => error.message,
        );
        for (const { id, networkId } of rig.sandbox.groups()) {
          if (networkId === rig.networkId) rig.sandbox.edit({ kind: "removeGroup", groupId: id });
        }
        const refused = rig.sandbox.journal().filter(({ status }) => status === 400 || status === 422);
        expect(
          refused.map(({ body, status }) => ({ body, status })),
          failure,
        ).to.deep.equal([]);
        expect(failure ?? "").not.to.contain(SECRET);
        passed += failure === undefined ? 1 : 0;
      }),
      { numRuns: 300, seed: SEED },
    );
    // A fuzzer whose inputs all fail, or all pass, has tried nothing.
    expect(passed).to.be.within(20, 280);
  }).timeout(120_000);
});
