import { expect } from "chai";
import fc from "fast-check";
import { displacedKey } from "../../../provider/model/displacedKey";
import { isSecretAt, isSecretField, quotableIn, secretTextsOf } from "../../../provider/model/secrets";
import { inputs, settings, tunnel, UNKNOWN } from "../builders";

describe("isSecretAt", () => {
  const CASES: readonly [string, readonly string[] | undefined, string, boolean][] = [
    ["itself", ["tunnels.a.remoteASN"], "tunnels.a.remoteASN", true],
    ["a part of a secret", ["tunnels"], "tunnels.a.remoteASN", true],
    ["what holds a secret", ["tunnels.a.remoteASN"], "tunnels.a", true],
    ["a neighbour of a secret", ["tunnels.a.remoteASN"], "tunnels.a.regionID", false],
    ["what begins as a secret does", ["tunnels.a"], "tunnels.ab", false],
    ["the identifier beside a secret address", ["tunnels.a.remotePublicIP"], "tunnels.a.remoteID", true],
    ["a tunnel under its key and its id", ["tunnels.a.remoteASN"], "tunnels.a (Tn1).remoteASN", true],
    ["a key that has a space", ["tunnels.a b.remoteASN"], "tunnels.a b.remoteASN", true],
    ["anything where nobody said what is secret", undefined, "tunnelName", true],
  ];
  for (const [title, secrets, path, expected] of CASES) {
    it(`is ${expected} for ${title}`, () => expect(isSecretAt(secrets, path.split("."))).to.equal(expected));
  }
});

describe("isSecretField", () => {
  const CASES: readonly [string, boolean][] = [
    ["tunnels.a.passphrase", true],
    ["tunnels.a.passphrase.0", true],
    ["tunnels.passphrase", true],
    ["passphrase", true],
    ["tunnels.passphrase.remotePublicIP", false],
    ["tunnels.passphrase.passphrase", true],
    ["tunnels.a.customerRootCA", false],
  ];
  for (const [path, expected] of CASES) {
    it(`is ${expected} for ${path}`, () => expect(isSecretField(path.split("."))).to.equal(expected));
  }
});

describe("secretTextsOf", () => {
  it("has the secret address of a tunnel whose key another tunnel has taken", () => {
    const tunnels = { primary: tunnel(2), [displacedKey("primary", "Tn1")]: tunnel(1), backup: tunnel(3) };
    const texts = secretTextsOf({ tunnels, __secrets: ["tunnels.primary.remotePublicIP"] });
    expect(texts).to.include("203.0.113.1").and.to.include("203.0.113.2").and.not.to.include("203.0.113.3");
  });

  it("has passphrases of every type, whatever the program says of them", () => {
    const tunnels = { a: { passphrase: 8_675_309_123 }, b: { passphrase: { psk: ["hunter2"] } }, c: tunnel(3) };
    expect(secretTextsOf({ tunnels })).to.deep.equal(["8675309123", "hunter2", "passphrase.3"]);
  });

  it("has what the program gave as a secret anywhere, numbers as text", () => {
    const given = inputs({
      __secrets: ["networkId", "sharedSettings", "tunnels.primary.remoteASN", "tunnels.backup.remotePublicIP"],
      tunnels: { primary: tunnel(1, { passphrase: undefined }), backup: tunnel(2, { remoteID: "peer" }) } as never,
    });
    expect(secretTextsOf(given)).to.have.members([
      ...["NwAAAAAAA1", "0.0.0.0/0", "10.20.0.0/16", "10.30.0.0/16", "64600", "65001"],
      ...["203.0.113.2", "peer", "passphrase.2"],
    ]);
  });

  it("has no words of the API but a passphrase, and nothing that is not known yet", () => {
    const { advancedSettings } = settings();
    const tunnels = { a: tunnel(1, { passphrase: "prfsha256", authType: "psk", regionID: UNKNOWN }) };
    const texts = secretTextsOf({ tunnels, advancedSettings, __secrets: ["advancedSettings", "tunnels.a.authType"] });
    expect(texts).to.deep.equal(["prfsha256", "8h", "1h", "10s", "30s"]);
    expect(secretTextsOf({ networkId: UNKNOWN, __secrets: ["networkId"] })).to.deep.equal([]);
  });
});

describe("quotableIn", () => {
  const path = ["tunnels", "primary", "remoteASN"];

  it("is true of what is no secret, and false of everything where nobody said what is secret", () => {
    expect(quotableIn(inputs({ __secrets: [] }))(path, 65_001)).to.equal(true);
    expect(quotableIn(inputs())(path, 65_001)).to.equal(false);
    expect(quotableIn({ ...inputs(), __secrets: UNKNOWN })(path, 65_001)).to.equal(false);
  });

  it("is false of a value that is a secret elsewhere, or holds a longer one", () => {
    const isQuotable = quotableIn(inputs({ __secrets: ["networkId", "sharedSettings.leftASN"] }));
    for (const value of [64_600, "64600", "AS64600", ["a", "NwAAAAAAA1"], "passphrase.1"]) {
      expect(isQuotable(path, value), String(value)).to.equal(false);
    }
    expect(quotableIn(inputs({ __secrets: ["description"], description: "10" }))(path, 101)).to.equal(true);
  });

  it("is false of every secret of the inputs, wherever its text is quoted", () => {
    const given = { ...inputs(), ...settings(), description: "to Rome" };
    const paths = [
      "networkId",
      "tunnels",
      "tunnels.primary",
      "sharedSettings",
      "description",
      "sharedSettings.leftASN",
    ];
    fc.assert(
      fc.property(fc.subarray(paths), fc.constantFrom("tunnelName", "tunnels.backup.regionID"), (__secrets, where) => {
        const isQuotable = quotableIn({ ...given, __secrets });
        for (const text of secretTextsOf({ ...given, __secrets })) {
          expect(isQuotable(where.split("."), text)).to.equal(false);
        }
      }),
    );
  });
});
