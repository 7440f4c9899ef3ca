import { expect } from "chai";
import { valueAt } from "../../../provider/model/compare";
import { decodeGroup } from "../../../provider/service/wire";

type Item = Readonly<Record<string, unknown>>;

const read = (...items: readonly Item[]) => {
  const group = decodeGroup(items.map((item, index) => ({ id: `Tn${index + 1}`, ...item })));
  if (group === undefined) throw new Error("The answer is no group.");
  return group;
};

/** Another spelling of a value, the field that it stands in, and the value. */
const SAME: readonly (readonly [title: string, item: Item, path: string, value: unknown])[] = [
  [
    "a dotted mask",
    { remoteGatewaySubnets: ["10.20.0.0/255.255.0.0"] },
    "shared.remoteGatewaySubnets",
    ["10.20.0.0/16"],
  ],
  ["a single address", { remoteGatewaySubnets: ["10.20.0.1"] }, "shared.remoteGatewaySubnets", ["10.20.0.1/32"]],
  ["a text for a list", { p81GatewaySubnets: "0.0.0.0/0" }, "shared.p81GatewaySubnets", ["0.0.0.0/0"]],
  [
    "a network twice",
    { remoteGatewaySubnets: ["10.20.0.1/16", "10.20.0.2/16"] },
    "shared.remoteGatewaySubnets",
    ["10.20.0.2/16"],
  ],
  ["a number as text", { peakBandwidthMbps: "1000" }, "shared.peakBandwidth", 1000],
  ["seconds", { ikeLifeTime: 28_800 }, "advanced.ikeLifeTime", "28800s"],
  ["seconds as text", { lifetime: "3600" }, "advanced.lifetime", "3600s"],
  ["a unit that the field does not take", { dpdTimeout: "1m" }, "advanced.dpdTimeout", "60s"],
  ["an enum word in another case", { keyExchange: "IKEv2" }, "advanced.keyExchange", "ikev2"],
  ["algorithms in another case", { phase1: { auth: ["SHA512"] } }, "advanced.phase1.auth", ["sha512"]],
  ["an algorithm for a list", { phase2: { encryption: "AES256" } }, "advanced.phase2.encryption", ["aes256"]],
  ["an address with its mask", { remotePublicIP: "203.0.113.1/32" }, "tunnel.remotePublicIP", "203.0.113.1"],
  ["an authType in another case", { authType: "PSK" }, "tunnel.authType", "psk"],
  ["a routingType in another case", { routingType: "Route" }, "tunnel.routingType", "route"],
  ["an ASN as text", { remoteASN: "65001" }, "tunnel.remoteASN", 65_001],
];

/** What is shown outside the schema, and where. */
const FOREIGN: readonly (readonly [title: string, item: Item, path: string, raw: unknown])[] = [
  [
    "an algorithm that is not known",
    { phase1: { keyExchangeMethod: ["modp4096"] } },
    "advancedSettings.phase1.keyExchangeMethod",
    ["modp4096"],
  ],
  ["a duration out of range", { lifetime: "36h" }, "advancedSettings.lifetime", "36h"],
  ["a number for a text", { description: 7 }, "description", 7],
  ["a FQDN as identifier", { remoteID: "vpn.example.com" }, "remoteID", "vpn.example.com"],
  ["a number as identifier", { remoteID: 12_345 }, "remoteID", 12_345],
  ["a passphrase of other characters", { passphrase: "with space!" }, "passphrase", "with space!"],
  ["a passphrase that is an object", { passphrase: { value: "x" } }, "passphrase", { value: "x" }],
  ["a passphrase of one character", { passphrase: "xxxxxxxxxxxx" }, "passphrase", "xxxxxxxxxxxx"],
  [
    "an IPv6 subnet",
    { remoteGatewaySubnets: ["2001:db8::/32"] },
    "sharedSettings.remoteGatewaySubnets",
    ["2001:db8::/32"],
  ],
  ["emptied subnets", { remoteGatewaySubnets: [] }, "sharedSettings.remoteGatewaySubnets", []],
  ["a bandwidth out of range", { peakBandwidthMbps: 20_000 }, "sharedSettings.peakBandwidth", 20_000],
  [
    "padded octets",
    { remoteGatewaySubnets: ["010.020.0.0/16"] },
    "sharedSettings.remoteGatewaySubnets",
    ["010.020.0.0/16"],
  ],
  ["padded octets of an address", { remotePublicIP: "203.000.113.001" }, "remotePublicIP", "203.000.113.001"],
  [
    "a wildcard mask",
    { remoteGatewaySubnets: ["10.20.0.0/0.0.255.255"] },
    "sharedSettings.remoteGatewaySubnets",
    ["10.20.0.0/0.0.255.255"],
  ],
  ["an address with another mask", { remotePublicIP: "203.0.113.1/24" }, "remotePublicIP", "203.0.113.1/24"],
  ["a number in hexadecimal", { peakBandwidthMbps: "0x10" }, "sharedSettings.peakBandwidth", "0x10"],
  [
    "a switch that is none",
    { features: { cloudSecurity: { enabled: "yes" } } },
    "sharedSettings.features.cloudSecurity.enabled",
    "yes",
  ],
  ["a list for a switch", { features: { cloudSecurity: [] } }, "sharedSettings.features.cloudSecurity.enabled", []],
  ["an unlisted authType", { authType: "eap" }, "authType", "eap"],
];

describe("decodeGroup, of values in another spelling", () => {
  for (const [title, item, path, value] of SAME) {
    it(`understands ${title}`, () => {
      const { tunnels, sharedSettings, advancedSettings, foreign } = read(item);
      expect({ tunnel: tunnels[0], shared: sharedSettings, advanced: advancedSettings }).to.have.nested.property(path);
      expect({ tunnel: tunnels[0], shared: sharedSettings, advanced: advancedSettings })
        .to.have.nested.property(path)
        .that.deep.equals(value);
      expect([foreign, tunnels[0]?.foreign]).to.deep.equal([undefined, undefined]);
    });
  }
});

describe("decodeGroup, of values outside the schema", () => {
  for (const [title, item, path, raw] of FOREIGN) {
    it(`keeps ${title} as it is shown, apart from what is understood`, () => {
      const { tunnels, foreign, ...settings } = read(item);
      expect({ ...foreign, ...tunnels[0]?.foreign }).to.deep.equal({ [path]: raw });
      expect(tunnels[0]).not.to.have.property(path);
      expect(valueAt(settings, path.split("."))).to.equal(undefined);
    });
  }

  it("takes what is missing or null as absent, and an empty text where a certificate or a fixed member would stand", () => {
    const { tunnels, foreign } = read({ remoteID: null, lifetime: null, customerRootCA: "", p81GWInternalIP: "" });
    expect(tunnels).to.deep.equal([{ id: "Tn1" }]);
    expect(foreign).to.equal(undefined);
  });

  it("says nothing of the network's number, which a tunnel may show in any form", () => {
    expect(read({ leftASN: "none" }).foreign).to.equal(undefined);
  });

  it("reads the settings of every tunnel, those that agree once", () => {
    const { advancedSettings, others } = read(
      { lifetime: "1h" },
      { lifetime: "1h" },
      { lifetime: "36h" },
      { lifetime: "2h" },
    );
    expect(advancedSettings).to.deep.equal({ lifetime: "1h" });
    expect(others?.map((each) => each.foreign ?? each.advancedSettings)).to.deep.equal([
      { "advancedSettings.lifetime": "36h" },
      { lifetime: "2h" },
    ]);
  });
});
