import { expect } from "chai";
import fc from "fast-check";
import {
  advancedSettings,
  durationSeconds,
  isWellFormedPassphrase,
  networkOf,
  sharedSettings,
  traitsOf,
  tunnelDetails,
} from "../../../provider/model/fields";

describe("durationSeconds", () => {
  for (const [value, seconds] of [
    ["90s", 90],
    ["15m", 900],
    ["8h", 28_800],
    ["480m", 28_800],
    ["28800s", 28_800],
    ["0s", undefined],
    ["08h", undefined],
    ["8", undefined],
    ["8d", undefined],
    ["8h30m", undefined],
    ["xx5myy", undefined],
    ["8h\n", undefined],
    ["1e3s", undefined],
    ["9999999s", undefined],
    ["", undefined],
    [8, undefined],
    [null, undefined],
    [["8h"], undefined],
  ] as const) {
    it(`reads ${JSON.stringify(value)} as ${seconds}`, () => {
      expect(durationSeconds(value)).to.equal(seconds);
    });
  }
});

describe("networkOf", () => {
  for (const [cidr, network] of [
    ["10.20.0.0/16", "10.20.0.0/16"],
    ["10.20.30.40/16", "10.20.0.0/16"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["203.0.113.255/0", "0.0.0.0/0"],
    ["192.0.2.129/25", "192.0.2.128/25"],
    ["192.0.2.1/32", "192.0.2.1/32"],
    ["not a network", "not a network"],
    ["10.0.0.0/33", "10.0.0.0/33"],
    ["", ""],
  ] as const) {
    it(`is ${network} for ${JSON.stringify(cidr)}`, () => {
      expect(networkOf(cidr)).to.equal(network);
    });
  }

  it("is the same for every address inside, and stays the same", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const network = networkOf(`${address}/${bits}`);
        expect(networkOf(network)).to.equal(network);
        expect(network.endsWith(`/${bits}`)).to.equal(true);
      }),
      { numRuns: 300, seed: 2_300 },
    );
  });
});

describe("isWellFormedPassphrase", () => {
  for (const [value, isOne] of [
    ["topsecret", true],
    ["a.b_c.d_", true],
    ["a".repeat(64), true],
    ["a".repeat(65), false],
    ["short.1", false],
    ["0topsecret", false],
    ["********", false],
    ["with space", false],
    ["topsecret\n", false],
    ["tóp.secret", false],
    ["", false],
    [12_345_678, false],
    [undefined, false],
  ] as const) {
    it(`is ${isOne} for ${JSON.stringify(value)?.slice(0, 20)} of ${String(value).length}`, () => {
      expect(isWellFormedPassphrase(value)).to.equal(isOne);
    });
  }
});

describe("traitsOf", () => {
  const shape = (names: readonly string[]) =>
    names.filter((name) => traitsOf(tunnelDetails.shape[name as keyof typeof tunnelDetails.shape]).rebuilds);

  it("knows the members of a tunnel that the service cannot update", () => {
    expect(shape(Object.keys(tunnelDetails.shape))).to.deep.equal([
      "regionID",
      "p81GWInternalIP",
      "remoteGWInternalIP",
    ]);
  });

  it("knows the secret", () => {
    expect(traitsOf(tunnelDetails.shape.passphrase)).to.deep.equal({ secret: true });
  });

  it("knows comparison and default, through optional members too", () => {
    expect(traitsOf(advancedSettings.shape.ikeLifeTime)).to.deep.equal({ compare: "duration", default: "8h" });
    expect(traitsOf(sharedSettings.shape.peakBandwidth)).to.deep.equal({ default: 1000 });
    expect(traitsOf(sharedSettings.shape.remoteGatewaySubnets)).to.deep.equal({ compare: "subnets" });
  });

  it("is empty where a field declares none", () => {
    expect(traitsOf(tunnelDetails.shape.remoteASN)).to.deep.equal({});
  });
});

/** What the API's page lists; written out apart from the schemas. */
const ENCRYPTION =
  "3des blowfish128 blowfish192 blowfish256 aes128 aes192 aes256 aes128ctr aes192ctr aes256ctr aes128ccm8 aes192ccm8 aes256ccm8 aes128ccm16 aes192ccm16 aes256ccm16 aes128gcm8 aes192gcm8 aes256gcm8 aes128gcm16 aes192gcm16 aes256gcm16 camellia128 camellia192 camellia256 camellia128ctr camellia192ctr camellia256ctr camellia128ccm16 camellia192ccm16 camellia256ccm16 chacha20poly1305";
const AUTH =
  "md5 sha1 sha256 sha384 sha512 aesxcbc aescmac prfmd5 prfsha1 prfaesxcbc prfaescmac prfsha256 prfsha384 prfsha512";
const KEY_EXCHANGE_METHOD = "modp1024 modp1536 modp2048 ecp256 ecp384 ecp521 curve25519";

describe("advancedSettings", () => {
  for (const phase of ["phase1", "phase2"] as const) {
    it(`takes every algorithm of the API's page in ${phase}`, () => {
      const all = {
        auth: AUTH.split(" "),
        encryption: ENCRYPTION.split(" "),
        keyExchangeMethod: KEY_EXCHANGE_METHOD.split(" "),
      };
      expect(advancedSettings.safeParse({ [phase]: all }).success).to.equal(true);
    });
  }
});

describe("tunnelDetails", () => {
  const isTaken = (member: object) => tunnelDetails.safeParse({ regionID: "RgAAAAAAA1", ...member }).success;

  for (const [asn, isOne] of [
    [0, false],
    [1, true],
    [64_496, true],
    [64_497, false],
    [64_511, false],
    [64_512, true],
    [65_535, true],
    [65_536, false],
    [131_071, false],
    [131_072, true],
    [2_147_483_648, true],
    [4_294_967_295, true],
    [4_294_967_296, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ] as const) {
    it(`${isOne ? "takes" : "refuses"} ${asn} as remoteASN`, () => {
      expect(isTaken({ remoteASN: asn })).to.equal(isOne);
    });
  }

  for (const address of ["203.0.113.1 ", "203.0.113", "203.0.113.01", "::1", "1e2.0.0.1", "203.0.113.1/32"]) {
    it(`refuses ${JSON.stringify(address)} as an address`, () => {
      expect(isTaken({ remotePublicIP: address })).to.equal(false);
    });
  }

  it("takes an address or a name as remoteID", () => {
    expect(isTaken({ remoteID: "203.0.113.1" })).to.equal(true);
    expect(isTaken({ remoteID: "peer1" })).to.equal(true);
    expect(isTaken({ remoteID: "a".repeat(26) })).to.equal(false);
  });
});

describe("sharedSettings", () => {
  for (const [asn, isOne] of [
    [23_455, true],
    [23_456, false],
    [64_495, true],
    [64_496, false],
    [65_534, true],
    [65_535, false],
    [4_294_967_294, true],
    [4_294_967_295, false],
  ] as const) {
    it(`${isOne ? "takes" : "refuses"} ${asn} as leftASN and as p81ASN`, () => {
      expect(sharedSettings.safeParse({ leftASN: asn }).success).to.equal(isOne);
      expect(sharedSettings.safeParse({ p81ASN: asn }).success).to.equal(isOne);
    });
  }
});
