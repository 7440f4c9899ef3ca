import { expect } from "chai";
import { checkInputs } from "../../../provider/model/check";
import { CERTIFICATE, inputs, settings, tunnel, UNKNOWN } from "../builders";

type Plain = Readonly<Record<string, unknown>>;

interface Case {
  readonly title: string;
  readonly news: Plain;
  readonly olds?: Plain;
  readonly failures: readonly string[];
}

const primary = (overrides: Plain) => ({ tunnels: { primary: { ...tunnel(1), ...overrides } } });
const shared = (overrides: Plain) => ({ sharedSettings: { ...inputs().sharedSettings, ...overrides } });
const advanced = (overrides: Plain) => ({ advancedSettings: overrides });
const adopting = { dynamicTunnelId: "TgAAAAAAA1", sharedSettings: undefined };

const LIFETIME = "must be 10s..86400s, 1m..1440m or 1h..24h";
const BECAUSE = "is required to create a group (to adopt one, give its dynamicTunnelId)";
const ASN = "must be a whole number in 1..64496, 64512..65535, 131072..4294967295";
const GATEWAY_ASN = "must be a whole number in 1..23455, 23457..64495, 64512..65534, 131072..4294967294";
const PASSPHRASE = "must be 8..64 letters, digits, dots or underscores and not begin with 0";
const PROPERTY = "is not a property here";
const OF_GROUPS =
  "networkId, dynamicTunnelId, tunnelName, description, tunnels, sharedSettings, advancedSettings, unmanagedTunnels, forceDestroy, health, rollout";
const OF_TUNNELS =
  "regionID, remotePublicIP, remoteASN, p81GWInternalIP, remoteGWInternalIP, remoteID, routingType, authType, passphrase, customerRootCA";
const REMOTE_ID = "must be 3..25 letters and digits, or an IPv4 address";

/** Text is quoted where it holds nothing but digits, dots and slashes. */
const quoted = (value: string) => (/^[\d./]+$/.test(value) ? `; got "${value}"` : "");

const CASES: readonly Case[] = [
  {
    title: "everything wrong at once",
    news: { ...primary({ remotePublicIP: "300.1.1.1", remoteASN: 0 }), tunnelName: "x", networkId: undefined },
    failures: [
      "networkId: is required",
      "tunnelName: must be 3..15 letters and digits",
      'tunnels.primary.remotePublicIP: must be an IPv4 address; got "300.1.1.1"',
      `tunnels.primary.remoteASN: ${ASN}; got 0`,
    ],
  },
  { title: "no tunnels", news: { tunnels: undefined }, failures: ["tunnels: is required"] },
  {
    title: "tunnels in an array",
    news: { tunnels: [tunnel(1)] },
    failures: ["tunnels: must be a map of tunnels, each under a key of yours"],
  },
  {
    title: "tunnels as null",
    news: { tunnels: null },
    failures: ["tunnels: is required"],
  },
  { title: "an empty map", news: { tunnels: {} }, failures: ["tunnels: must have 1..8 tunnels; has 0"] },
  {
    title: "nine tunnels",
    news: { tunnels: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`t${n}`, tunnel(n + 1)])) },
    failures: ["tunnels: must have 1..8 tunnels; has 9"],
  },
  {
    title: "a tunnel in an array",
    news: { tunnels: { primary: [] } },
    failures: ["tunnels.primary: must be an object"],
  },
  {
    title: "a map of nothing but null",
    news: { tunnels: { primary: null } },
    failures: ["tunnels: must have 1..8 tunnels; has 0"],
  },
  {
    title: "a passphrase in place of a tunnel, unquoted",
    news: { tunnels: { primary: "topsecret.1" } },
    failures: ["tunnels.primary: must be an object"],
  },
  {
    title: "a passphrase in place of the tunnels, unquoted",
    news: { tunnels: "topsecret.1" },
    failures: ["tunnels: must be a map of tunnels, each under a key of yours"],
  },
  {
    title: "a number as a string",
    news: primary({ remoteASN: "65001" }),
    failures: ['tunnels.primary.remoteASN: must be a number; got "65001"'],
  },
  { title: "a fraction", news: primary({ remoteASN: 1.5 }), failures: [`tunnels.primary.remoteASN: ${ASN}; got 1.5`] },
  {
    title: "an ASN beyond 32 bits",
    news: primary({ remoteASN: 4_294_967_296 }),
    failures: [`tunnels.primary.remoteASN: ${ASN}; got 4294967296`],
  },
  {
    title: "a reserved ASN",
    news: primary({ remoteASN: 64_500 }),
    failures: [`tunnels.primary.remoteASN: ${ASN}; got 64500`],
  },
  {
    title: "the highest ASN as the gateway's",
    news: shared({ leftASN: 4_294_967_295 }),
    failures: [`sharedSettings.leftASN: ${GATEWAY_ASN}; got 4294967295`],
  },
  {
    title: "AS_TRANS as the gateway's",
    news: shared({ leftASN: 23_456 }),
    failures: [`sharedSettings.leftASN: ${GATEWAY_ASN}; got 23456`],
  },
  {
    title: "an unlisted routing type",
    news: primary({ routingType: "static" }),
    failures: ["tunnels.primary.routingType: must be one of route, policy"],
  },
  {
    title: "a short remoteID",
    news: primary({ remoteID: "ab" }),
    failures: [`tunnels.primary.remoteID: ${REMOTE_ID}`],
  },
  {
    title: "a remoteID with a dot",
    news: primary({ remoteID: "peer.example" }),
    failures: [`tunnels.primary.remoteID: ${REMOTE_ID}`],
  },
  {
    title: "a non-ASCII remoteID",
    news: primary({ remoteID: "büro" }),
    failures: [`tunnels.primary.remoteID: ${REMOTE_ID}`],
  },
  {
    title: "a short passphrase, unquoted",
    news: primary({ passphrase: "short.1" }),
    failures: [`tunnels.primary.passphrase: ${PASSPHRASE}`],
  },
  {
    title: "a passphrase that begins with 0, unquoted",
    news: primary({ passphrase: "0123456789" }),
    failures: [`tunnels.primary.passphrase: ${PASSPHRASE}`],
  },
  {
    title: "a passphrase that ends in a line break, unquoted",
    news: primary({ passphrase: "topsecret.1\n" }),
    failures: [`tunnels.primary.passphrase: ${PASSPHRASE}`],
  },
  {
    title: "a passphrase in a list, unquoted",
    news: primary({ passphrase: ["topsecret.1"] }),
    failures: ["tunnels.primary.passphrase: must be text"],
  },
  {
    title: "an empty certificate",
    news: primary({ passphrase: undefined, customerRootCA: "" }),
    failures: ["tunnels.primary.customerRootCA: must not be empty"],
  },
  ...["PEM", CERTIFICATE.replace("MII", "AAA"), `${CERTIFICATE}and more`, CERTIFICATE.replace("END", "ENDE")].map(
    (customerRootCA, n) => ({
      title: `a text that is no certificate, form ${n + 1}`,
      news: primary({ passphrase: undefined, customerRootCA }),
      failures: ["tunnels.primary.customerRootCA: must be a certificate in PEM form, or several of them"],
    }),
  ),
  {
    title: "null where a value is required",
    news: { networkId: null as never },
    failures: ["networkId: is required"],
  },
  {
    title: "a member of a new tunnel that ignoreChanges takes away",
    olds: { ...inputs(), tunnels: { backup: tunnel(2) } },
    news: { ...primary({ remotePublicIP: undefined }), __ignoreChanges: ['tunnels["primary"].remotePublicIP'] },
    failures: [
      "tunnels.primary.remotePublicIP: is required, and ignoreChanges takes it away: state has no value yet that could be kept. Leave it out of ignoreChanges until the tunnel is there",
    ],
  },
  {
    title: "a member of a new tunnel that is missing, ignoreChanges or not",
    olds: { ...inputs(), tunnels: { backup: tunnel(2) } },
    news: { ...primary({ remotePublicIP: undefined }), __ignoreChanges: ["tunnels.backup", "description"] },
    failures: [`tunnels.primary.remotePublicIP: ${BECAUSE}`],
  },
  {
    title: "psk without passphrase",
    news: primary({ authType: "psk", passphrase: undefined }),
    failures: ['tunnels.primary.passphrase: is required with authType "psk"'],
  },
  {
    title: "cert without certificate",
    news: primary({ authType: "cert", passphrase: undefined }),
    failures: ['tunnels.primary.customerRootCA: is required with authType "cert"'],
  },
  {
    title: "psk with a certificate",
    news: primary({ authType: "psk", customerRootCA: CERTIFICATE }),
    failures: ['tunnels.primary.customerRootCA: is not used with authType "psk"; leave it out'],
  },
  {
    title: "cert with a passphrase",
    news: primary({ authType: "cert", customerRootCA: CERTIFICATE }),
    failures: ['tunnels.primary.passphrase: is not used with authType "cert"; leave it out'],
  },
  {
    title: "both credentials",
    news: primary({ customerRootCA: CERTIFICATE }),
    failures: ["tunnels.primary.authType: must say which of passphrase and customerRootCA is used; give one of them"],
  },
  {
    title: "no credential when creating",
    news: primary({ passphrase: undefined }),
    failures: [`tunnels.primary.passphrase: or customerRootCA ${BECAUSE}`],
  },
  { title: "no name when creating", news: { tunnelName: undefined }, failures: [`tunnelName: ${BECAUSE}`] },
  {
    title: "a misspelt property, with the one meant",
    news: primary({ regionId: "RgAAAAAAA1" }),
    failures: [`tunnels.primary.regionId: ${PROPERTY}; did you mean regionID?`],
  },
  {
    title: "a misspelt credential, unquoted",
    news: primary({ passPhrase: "topsecret.1" }),
    failures: [`tunnels.primary.passPhrase: ${PROPERTY}; did you mean passphrase?`],
  },
  {
    title: "a property with a slip",
    news: { tunelName: "branch" },
    failures: [`tunelName: ${PROPERTY}; did you mean tunnelName?`],
  },
  { title: "an unknown property", news: { nonsense: 1 }, failures: [`nonsense: ${PROPERTY}; there are ${OF_GROUPS}`] },
  {
    title: "an inherited name as a property",
    news: primary({ constructor: 1 }),
    failures: [`tunnels.primary.constructor: ${PROPERTY}; there are ${OF_TUNNELS}`],
  },
  {
    title: "a key with a space",
    news: { tunnels: { "main office": tunnel(1) } },
    failures: ['tunnels["main office"]: key must begin with a letter and have at most 63 letters, digits, - and _'],
  },
  {
    title: "a non-ASCII key",
    news: { tunnels: { büro: tunnel(1) } },
    failures: ['tunnels["büro"]: key must begin with a letter and have at most 63 letters, digits, - and _'],
  },
  {
    title: "a tunnel under __proto__",
    news: { tunnels: JSON.parse(`{"__proto__":${JSON.stringify(tunnel(1))}}`) as unknown },
    failures: ["tunnels.__proto__: key must begin with a letter and have at most 63 letters, digits, - and _"],
  },
  {
    title: "a property __proto__",
    news: { tunnels: { primary: JSON.parse(`{"__proto__":1,${JSON.stringify(tunnel(1)).slice(1)}`) as unknown } },
    failures: [`tunnels.primary.__proto__: ${PROPERTY}; there are ${OF_TUNNELS}`],
  },
  {
    title: "two tunnels that nothing tells apart",
    news: { tunnels: { a: tunnel(1), b: tunnel(2, { remotePublicIP: "203.0.113.1" }) } },
    failures: ["tunnels.b: cannot be told from tunnels.a: give both a different regionID, remotePublicIP or remoteID"],
  },
  {
    title: "an inner address twice",
    news: { tunnels: { a: tunnel(1), b: tunnel(2, { remoteGWInternalIP: "169.254.1.1" }) } },
    failures: ["tunnels.b.remoteGWInternalIP: must be an address of its own; tunnels.a.p81GWInternalIP has it already"],
  },
  {
    title: "an inner address twice in one tunnel",
    news: primary({ remoteGWInternalIP: "169.254.1.1" }),
    failures: [
      "tunnels.primary.remoteGWInternalIP: must be an address of its own; tunnels.primary.p81GWInternalIP has it already",
    ],
  },
  {
    title: "no subnets",
    news: shared({ remoteGatewaySubnets: [] }),
    failures: ["sharedSettings.remoteGatewaySubnets: must have at least one entry"],
  },
  {
    title: "one network twice under two spellings",
    news: shared({ remoteGatewaySubnets: ["10.20.0.0/16", "10.20.0.9/16"] }),
    failures: ["sharedSettings.remoteGatewaySubnets: must not name a network twice"],
  },
  {
    title: "an address in place of a network",
    news: shared({ remoteGatewaySubnets: ["10.20.0.0/16", "10.20.0.1"] }),
    failures: [
      'sharedSettings.remoteGatewaySubnets[1]: must be an IPv4 network in CIDR notation, such as 10.20.0.0/16; got "10.20.0.1"',
    ],
  },
  {
    title: "subnets as text",
    news: shared({ remoteGatewaySubnets: "10.20.0.0/16" }),
    failures: ['sharedSettings.remoteGatewaySubnets: must be a list of IPv4 networks; got "10.20.0.0/16"'],
  },
  {
    title: "too little bandwidth",
    news: shared({ peakBandwidth: 9 }),
    failures: ["sharedSettings.peakBandwidth: must be a whole number in 10..8000 (Mbps); got 9"],
  },
  {
    title: "a feature as a bare flag",
    news: shared({ features: { symmetricInnerMesh: true } }),
    failures: ["sharedSettings.features.symmetricInnerMesh: must be an object"],
  },
  {
    title: "a misspelt feature, with the one meant",
    news: shared({ features: { dnsServices: {} } }),
    failures: [`sharedSettings.features.dnsServices: ${PROPERTY}; did you mean DNSServices?`],
  },
  {
    title: "an unlisted algorithm",
    news: advanced({ phase1: { auth: ["sha3"] } }),
    failures: [
      'advancedSettings.phase1.auth[0]: must be one of md5, sha1, sha256, sha384, sha512, aesxcbc, aescmac, prfmd5, prfsha1, prfaesxcbc, prfaescmac, prfsha256, prfsha384, prfsha512; got "sha3"',
    ],
  },
  {
    title: "an algorithm twice",
    news: advanced({ phase2: { encryption: ["aes256", "aes256"] } }),
    failures: ["advancedSettings.phase2.encryption: must not name an algorithm twice"],
  },
  {
    title: "no encryption",
    news: advanced({ phase2: { encryption: [] } }),
    failures: ["advancedSettings.phase2.encryption: must have at least one entry"],
  },
  ...[
    "xx5myy",
    "10sxx",
    "1441m",
    "25h",
    "x24h",
    "9s",
    "86401s",
    "0h",
    "08h",
    "8H",
    "8",
    "8h\n",
    " 8h",
    "1d",
    "1.5h",
    "-1h",
  ].map((value) => ({
    title: `the lifetime ${JSON.stringify(value)}`,
    news: advanced({ lifetime: value }),
    failures: [`advancedSettings.lifetime: ${LIFETIME}${quoted(value)}`],
  })),
  {
    title: "a lifetime as a number",
    news: advanced({ ikeLifeTime: 8 }),
    failures: [`advancedSettings.ikeLifeTime: ${LIFETIME}; got 8`],
  },
  ...["4s", "61s", "1m", "10"].map((value) => ({
    title: `the delay ${value}`,
    news: advanced({ dpdDelay: value }),
    failures: [`advancedSettings.dpdDelay: must be 5s..60s${quoted(value)}`],
  })),
  {
    title: "another word for keep",
    news: { unmanagedTunnels: "delete" },
    failures: ["unmanagedTunnels: must be one of keep, remove"],
  },
  {
    title: "a name of 16",
    news: { tunnelName: "a".repeat(16) },
    failures: [`tunnelName: must be 3..15 letters and digits`],
  },
  {
    title: "a hyphen in the name",
    news: { tunnelName: "head-office" },
    failures: ["tunnelName: must be 3..15 letters and digits"],
  },
  {
    title: "a path as an id",
    news: { networkId: "../regions" },
    failures: ["networkId: must be an id of letters and digits"],
  },
  {
    title: "what creating demands",
    news: { tunnels: { primary: { regionID: "RgAAAAAAA1" } }, sharedSettings: undefined },
    failures: [
      ...["remotePublicIP", "remoteASN", "p81GWInternalIP", "remoteGWInternalIP"].map(
        (name) => `tunnels.primary.${name}: ${BECAUSE}`,
      ),
      `tunnels.primary.passphrase: or customerRootCA ${BECAUSE}`,
      ...["p81GatewaySubnets", "remoteGatewaySubnets", "leftASN"].map((name) => `sharedSettings.${name}: ${BECAUSE}`),
    ],
  },
  {
    title: "p81ASN when creating",
    news: shared({ p81ASN: 64_700 }),
    failures: ["sharedSettings.p81ASN: is not taken when a group is created; use leftASN"],
  },
  {
    title: "leftASN when adopting",
    news: { ...adopting, sharedSettings: { leftASN: 64_600 } },
    failures: ["sharedSettings.leftASN: is taken only when a group is created; leave it out beside dynamicTunnelId"],
  },
  {
    title: "another leftASN of the same network",
    olds: inputs(),
    news: shared({ leftASN: 64_601 }),
    failures: ["sharedSettings.leftASN: cannot change: a network keeps its ASN for ever; set it back to 64600"],
  },
  {
    title: "dynamicTunnelId taken out where what a creation demands is missing",
    olds: { ...inputs(), ...adopting },
    news: { sharedSettings: undefined },
    failures: [
      'dynamicTunnelId: cannot be taken out: this resource adopted the group TgAAAAAAA1. Keep it; or own the group, by which nothing is sent: declare it as it is, sharedSettings.p81GatewaySubnets, sharedSettings.remoteGatewaySubnets, sharedSettings.leftASN included, and run HARMONY_SASE_IMPORT="<resource name>=TgAAAAAAA1" pulumi up',
    ],
  },
  {
    title: "null in place of a setting",
    news: { sharedSettings: null },
    failures: ["p81GatewaySubnets", "remoteGatewaySubnets", "leftASN"].map(
      (name) => `sharedSettings.${name}: ${BECAUSE}`,
    ),
  },
  {
    title: "a wait for health that is none",
    news: { health: { wait: "requires", timeout: "5 minutes" } as never },
    failures: [
      'health.wait: must be one of none, warn, require; got "requires"',
      "health.timeout: must be a duration such as 5m or 1h30m",
    ],
  },
  {
    title: "health that is no object, and a time of nothing",
    news: { health: { timeout: "0s" }, rollout: 1 as never },
    failures: ["health.timeout: must be a duration such as 5m or 1h30m", "rollout: must be an object; got 1"],
  },
  {
    title: "a roll-out of none, or of more tunnels than a group has",
    news: { rollout: { maxUnavailable: 9, rollback: "yes" as never } },
    failures: [
      "rollout.maxUnavailable: must be a whole number in 1..8; got 9",
      "rollout.rollback: must be true or false",
    ],
  },
  {
    title: "a roll-out that does not say how many",
    news: { rollout: { maxUnavailble: 1 } as never },
    failures: [
      "rollout.maxUnavailable: is required",
      "rollout.maxUnavailble: is not a property here; did you mean maxUnavailable?",
    ],
  },
];

const GOOD: readonly Omit<Case, "failures">[] = [
  { title: "a group to create", news: {} },
  {
    title: "dynamicTunnelId taken out of what could be created, since diff knows whether it was adopted",
    olds: { ...inputs(), ...adopting },
    news: {},
  },
  {
    title: "a group to adopt, its tunnels by name only",
    news: { ...adopting, tunnels: { primary: { regionID: "RgAAAAAAA1", remotePublicIP: "203.0.113.1" } } },
  },
  { title: "a group to adopt, without tunnels", news: { ...adopting, tunnels: {} } },
  { title: "a group to adopt, without a name of its own", news: { ...adopting, tunnelName: undefined } },
  { title: "the highest ASN", news: primary({ remoteASN: 4_294_967_295 }) },
  { title: "the highest ASN of a gateway", news: shared({ leftASN: 4_294_967_294 }) },
  {
    title: "several certificates in one text",
    news: primary({ passphrase: undefined, customerRootCA: `${CERTIFICATE}\n${CERTIFICATE.replaceAll("\n", "\r\n")}` }),
  },
  {
    title: "a text that is no certificate, where state has it already",
    olds: primary({ passphrase: undefined, customerRootCA: "A CA" }),
    news: primary({ passphrase: undefined, customerRootCA: "A CA" }),
  },
  {
    title: "null, which counts as left out",
    news: { description: null, advancedSettings: null, ...primary({ remoteID: null as never }) } as never,
  },
  { title: "a certificate", news: primary({ passphrase: undefined, customerRootCA: CERTIFICATE }) },
  ...["10s", "86400s", "1m", "1440m", "1h", "24h"].map((value) => ({
    title: `the lifetime ${value}`,
    news: advanced({ lifetime: value, ikeLifeTime: value }),
  })),
  ...["5s", "60s"].map((value) => ({
    title: `the delay ${value}`,
    news: advanced({ dpdDelay: value, dpdTimeout: value }),
  })),
  { title: "no key exchange method", news: advanced({ phase2: { keyExchangeMethod: [] } }) },
  { title: "every setting", news: { ...settings() } },
  { title: "keys such as constructor", news: { tunnels: { constructor: tunnel(1), toString: tunnel(2) } } },
  {
    title: "another leftASN in another network",
    olds: inputs({ networkId: "NwAAAAAAA2" }),
    news: shared({ leftASN: 64_601 }),
  },
  {
    title: "another dynamicTunnelId",
    olds: { ...inputs(), ...adopting },
    news: { ...adopting, dynamicTunnelId: "TgAAAAAAA2" },
  },
  {
    title: "what the constructor and refresh add",
    news: {
      __urn: "urn:pulumi:a",
      __timeouts: { create: "10m" },
      __provider: "text",
      unmanaged: { Tn9: "Rg 203.0.113.9" },
    },
  },
  { title: "a wait for health", news: { health: { wait: "require", timeout: "1h30m" } } },
  { title: "a roll-out", news: { rollout: { maxUnavailable: 8, rollback: true } } },
  {
    title: "a roll-out that is not known yet",
    news: { rollout: { maxUnavailable: UNKNOWN as never }, health: UNKNOWN as never },
  },
  { title: "two subnets that are not known yet", news: shared({ remoteGatewaySubnets: [UNKNOWN, UNKNOWN] }) },
  { title: "two algorithms that are not known yet", news: advanced({ phase1: { auth: [UNKNOWN, UNKNOWN] } }) },
  {
    title: "two addresses that are not known yet",
    news: { tunnels: { a: tunnel(1, { p81GWInternalIP: UNKNOWN }), b: tunnel(2, { p81GWInternalIP: UNKNOWN }) } },
  },
];

const check = ({ news, olds }: Omit<Case, "failures">) => checkInputs(olds ?? {}, clean({ ...inputs(), ...news }));

/** What is refused of a program that says which of its values are secret. */
function failuresOf({ news, olds }: Omit<Case, "failures">, __secrets: readonly string[] = []): readonly string[] {
  const before = olds === undefined ? {} : { __secrets, ...olds };
  return checkInputs(before, clean({ ...inputs(), __secrets, ...news })).failures;
}

/** What the engine hands over is JSON: it has no `undefined`. */
function clean(value: Plain): Plain {
  const text = JSON.stringify(value);
  return JSON.parse(text) as Plain;
}

describe("checkInputs", () => {
  for (const test of CASES) {
    it(`refuses ${test.title}`, () => {
      expect(failuresOf(test)).to.deep.equal(test.failures);
    });
  }

  for (const test of GOOD) {
    it(`accepts ${test.title}`, () => {
      expect(check(test).failures).to.deep.equal([]);
    });
  }

  it("refuses a huge map for its size, at once", () => {
    const tunnels = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`t${n}`, { regionID: 1 }]));
    const before = process.cpuUsage();
    const { failures } = checkInputs({}, { ...inputs(), tunnels });
    // The processor's time: others may keep it busy.
    expect(process.cpuUsage(before).user / 1000, "milliseconds").to.be.below(2000);
    expect(failures).to.include("tunnels: must have 1..8 tunnels; has 100000");
    expect(failures).to.have.length.at.most(41);
  });

  it("says how many failures it leaves out", () => {
    const nonsense = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`nonsense${n}`, n]));
    const { failures } = checkInputs({}, { ...inputs(), ...nonsense });
    expect(failures).to.have.length(41);
    expect(failures.at(-1)).to.equal("and 60 more failures, which show once these are corrected");
  });

  describe("quotes", () => {
    const QUOTED: readonly [string, Plain, string][] = [
      ["numbers", primary({ remoteASN: 0 }), "; got 0"],
      ["addresses", primary({ remotePublicIP: "300.1.1.1" }), '; got "300.1.1.1"'],
      ["networks", shared({ p81GatewaySubnets: ["10.0.0.0/99"] }), '; got "10.0.0.0/99"'],
      ["near misses of a known word", primary({ routingType: "rout" }), '; got "rout"'],
    ];
    for (const [title, news, text] of QUOTED) {
      it(`what may be shown: ${title}`, () => {
        expect(failuresOf({ title, news }).join()).to.contain(text);
      });

      it(`nothing where the program does not say what is secret: ${title}`, () => {
        const { failures } = check({ title, news });
        expect(failures).to.have.length(1);
        expect(failures.join()).not.to.contain("got");
      });
    }

    const DECLARED: readonly [string, Plain, readonly string[]][] = [
      ["a number", primary({ remoteASN: 0 }), ["tunnels.primary.remoteASN"]],
      ["an address, of a tunnel that is one", primary({ remotePublicIP: "300.1.1.1" }), ["tunnels.primary"]],
      ["an inner address, of tunnels that are one", primary({ p81GWInternalIP: "300.1.1.1" }), ["tunnels"]],
      ["an identifier, whose address is one", primary({ remoteID: "1.2" }), ["tunnels.primary.remotePublicIP"]],
      ["an entry of a list", shared({ p81GatewaySubnets: ["10.0.0.0/99"] }), ["sharedSettings.p81GatewaySubnets"]],
      ["text in place of what holds one", shared({ features: 7 }), ["sharedSettings.features.cloudSecurity"]],
      ["a name of digits", { tunnelName: "1".repeat(16) }, ["tunnelName"]],
      ["an id that is a number", { networkId: 8_675_309 }, ["networkId"]],
      ["a near miss of a word", primary({ routingType: "rout" }), ["tunnels.primary.routingType"]],
      ["what is a secret elsewhere", primary({ remoteASN: 0, regionID: "0" }), ["tunnels.primary.regionID"]],
      [
        "what holds a secret",
        shared({ p81GatewaySubnets: ["10.1.1.1/99"], leftASN: "10.1.1.1" }),
        ["sharedSettings.leftASN"],
      ],
    ];
    for (const [title, news, secrets] of DECLARED) {
      it(`nothing that the program gave as a secret: ${title}`, () => {
        const failures = failuresOf({ title, news }, secrets);
        expect(failures).not.to.deep.equal([]);
        expect(failures.join()).not.to.contain("got");
      });
    }

    it("no ASN that was or is a secret", () => {
      const news = shared({ leftASN: 64_601 });
      const path = "sharedSettings.leftASN";
      const kept = `${path}: cannot change: a network keeps its ASN for ever; set it back to what it was`;
      expect(failuresOf({ title: "", olds: { ...inputs(), __secrets: [] }, news }, [path])).to.deep.equal([kept]);
      expect(failuresOf({ title: "", olds: { ...inputs(), __secrets: [path] }, news }, [])).to.deep.equal([kept]);
    });

    const SECRET = "Correct-Horse_Battery";
    const MISPLACED: readonly [string, Plain][] = [
      ["remoteID, swapped with it", primary({ remoteID: SECRET, passphrase: "203.0.113.1" })],
      ["passphrase, in a form that is refused", primary({ passphrase: SECRET })],
      ["remotePublicIP", primary({ remotePublicIP: SECRET })],
      ["regionID", primary({ regionID: `${SECRET}!` })],
      ["routingType", primary({ routingType: SECRET })],
      ["authType", primary({ authType: SECRET })],
      ["remoteASN", primary({ remoteASN: SECRET })],
      ["networkId", { networkId: `${SECRET}!` }],
      ["tunnelName", { tunnelName: SECRET }],
      ["tunnels", { tunnels: SECRET }],
      ["unmanagedTunnels", { unmanagedTunnels: SECRET }],
      ["forceDestroy", { forceDestroy: SECRET }],
      ["a lifetime", advanced({ lifetime: SECRET })],
      ["an algorithm", advanced({ phase1: { auth: [SECRET] } })],
      ["a subnet", shared({ p81GatewaySubnets: [SECRET] })],
      ["a feature", shared({ features: { cloudSecurity: { enabled: SECRET } } })],
    ];
    for (const [title, news] of MISPLACED) {
      it(`no secret that was put into ${title}`, () => {
        const failures = failuresOf({ title, news });
        expect(failures).not.to.deep.equal([]);
        expect(failures.join()).not.to.contain(SECRET);
      });
    }

    for (const passphrase of ["0123.4567", 8_675_309_123, [8_675_309_123], { psk: 8_675_309_123 }]) {
      it(`no passphrase, even ${JSON.stringify(passphrase)}, nor what equals it`, () => {
        const news = primary({ passphrase, remotePublicIP: "0123.4567", remoteASN: 8_675_309_123 });
        const said = failuresOf({ title: "", news }).join();
        expect(said).to.contain("tunnels.primary.passphrase: must be");
        expect(said).not.to.contain(typeof passphrase === "string" ? passphrase : "8675309123");
      });
    }

    it("no long text of digits", () => {
      expect(failuresOf({ title: "", news: { tunnelName: "7".repeat(41) } })).to.deep.equal([
        "tunnelName: must be 3..15 letters and digits",
      ]);
    });
  });

  it("warns of a name that the service may refuse once it has appended its two characters", () => {
    expect(check({ title: "", news: { tunnelName: "a".repeat(13) } }).warnings).to.deep.equal([]);
    expect(check({ title: "", news: { tunnelName: "a".repeat(14) } }).warnings).to.deep.equal([
      "tunnelName: the service appends two characters and may refuse more than 15 in all; with 14 it may be refused, with 13 it is not",
    ]);
    expect(check({ title: "", news: { tunnelName: UNKNOWN } }).warnings).to.deep.equal([]);
  });

  describe("when all is well", () => {
    it("fills in the defaults of a group to create", () => {
      const { sharedSettings, advancedSettings } = settings();
      const implied = (n: number) => ({ remoteID: `203.0.113.${n}`, routingType: "route", authType: "psk" });
      expect(check({ title: "", news: {} }).inputs).to.deep.equal({
        ...inputs(),
        tunnels: { primary: { ...tunnel(1), ...implied(1) }, backup: { ...tunnel(2), ...implied(2) } },
        description: "",
        sharedSettings,
        advancedSettings: {
          ...advancedSettings,
          phase1: { auth: ["sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
        },
      });
    });

    it("keeps what the user gave of a tunnel, and implies cert by a certificate", () => {
      const given = {
        remoteID: "peer1",
        routingType: "policy",
        passphrase: undefined,
        customerRootCA: CERTIFICATE,
      } as const;
      expect(check({ title: "", news: primary(given) }).inputs.tunnels.primary).to.deep.equal({
        ...tunnel(1, given),
        authType: "cert",
      });
    });

    it("knows a default of a tunnel when what decides it is known", () => {
      const open = { remotePublicIP: UNKNOWN, passphrase: UNKNOWN };
      expect(check({ title: "", news: primary(open) }).inputs.tunnels.primary).to.include({
        remoteID: UNKNOWN,
        authType: UNKNOWN,
        routingType: "route",
      });
      for (const tunnels of [UNKNOWN, { primary: UNKNOWN, backup: tunnel(2) }]) {
        const news = { tunnels: tunnels as never };
        const { tunnels: given } = check({ title: "", news }).inputs;
        expect(typeof tunnels === "string" ? given : given?.primary).to.equal(UNKNOWN);
      }
    });

    for (const [ignored, remoteID] of [
      ["tunnels.primary.remotePublicIP", "203.0.113.1"],
      ['tunnels["primary"]', "203.0.113.1"],
      ["tunnels.backup.remotePublicIP", "203.0.113.66"],
    ] as const) {
      it(`implies remoteID ${remoteID} where somebody moved the address, under ignoreChanges ${ignored}`, () => {
        const moved = primary({ remotePublicIP: "203.0.113.66" });
        const olds = { ...inputs(), ...primary({ remotePublicIP: "203.0.113.66", remoteID: "203.0.113.1" }) };
        const { inputs: found } = checkInputs(olds, { ...inputs(), ...moved, __ignoreChanges: [ignored] });
        expect(found.tunnels.primary?.remoteID).to.equal(remoteID);
      });
    }

    it("leaves the settings of a group to adopt to their owner", () => {
      const news = { ...adopting, sharedSettings: { peakBandwidth: 50 } };
      expect(check({ title: "", news }).inputs).to.deep.equal({ ...inputs(), ...news });
    });

    it("keeps what the user gave", () => {
      const given = advanced({ lifetime: "7200s", phase1: { auth: ["md5"], keyExchangeMethod: [] } });
      const { advancedSettings } = check({ title: "", news: given }).inputs;
      expect(advancedSettings).to.deep.include({
        lifetime: "7200s",
        phase1: { auth: ["md5"], encryption: ["aes256"], keyExchangeMethod: [] },
      });
    });
  });

  it("returns inputs as they came when something is wrong", () => {
    const news = { ...inputs(), tunnelName: "x" };
    expect(checkInputs({}, news).inputs).to.equal(news);
  });
});
