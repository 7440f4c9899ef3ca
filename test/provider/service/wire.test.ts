import { expect } from "chai";
import fc from "fast-check";
import type { AdvancedSettings, SharedSettings, Tunnel } from "../../../provider/model/fields";
import type { CreateBody } from "../../../provider/plan/requests";
import {
  decodeFoundGroups,
  decodeGroup,
  decodeListed,
  decodeNetwork,
  decodeNetworks,
  decodeRegions,
  nameOfGroup,
  namesBelongTo,
  undecorated,
} from "../../../provider/service/wire";
import { settings, tunnel } from "../builders";

const RUNS = { numRuns: 500, seed: 2_300 };

type Hidden = "remoteASN" | "p81GWInternalIP" | "remoteGWInternalIP";

function visible({
  remoteASN: _,
  p81GWInternalIP: __,
  remoteGWInternalIP: ___,
  ...rest
}: Tunnel): Omit<Tunnel, Hidden> {
  return rest;
}

/** What GET makes of a body that was sent: one flat item per tunnel, in an order of its own. */
function flattened(body: CreateBody): readonly Record<string, unknown>[] {
  const { leftASN: _, peakBandwidth, ...shared } = body.sharedSettings;
  return body.tunnels
    .map((entry, index) => ({
      id: `Tn${index}`,
      haTunnelID: "TgAAAAAAA1",
      tunnelName: `${body.tunnelName}0${index + 1}`,
      description: body.description,
      ...visible(entry),
      ...shared,
      peakBandwidthMbps: peakBandwidth,
      ...body.advancedSettings,
    }))
    .reverse();
}

const address = fc.ipV4();
const lists = <const T extends string>(...values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const enabled = fc.record({ enabled: fc.boolean() });
const duration = fc.constantFrom("10s", "86400s", "480m", "8h", "24h");
const phase = fc.record({
  auth: lists("sha256", "sha512", "prfmd5"),
  encryption: lists("3des", "aes256gcm16", "chacha20poly1305"),
  keyExchangeMethod: lists("ecp521", "curve25519"),
});
const subnets = fc.uniqueArray(fc.constantFrom("10.20.0.0/16", "10.30.0.0/24", "192.168.0.0/32"), { minLength: 1 });

const body: fc.Arbitrary<CreateBody> = fc.record({
  tunnelName: fc.stringMatching(/^[A-Za-z0-9]{3,13}$/),
  description: fc.string(),
  tunnels: fc.array(
    fc.record({
      regionID: fc.stringMatching(/^[A-Za-z0-9]{10}$/),
      authType: fc.constantFrom("psk", "cert"),
      passphrase: fc.stringMatching(/^[1-9A-Za-z][A-Za-z0-9._]{7,62}[._]$/),
      customerRootCA: fc.string({ minLength: 1 }),
      remotePublicIP: address,
      remoteID: fc.stringMatching(/^[A-Za-z0-9]{3,25}$/),
      routingType: fc.constantFrom("route", "policy"),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  sharedSettings: fc.record({
    p81GatewaySubnets: subnets,
    remoteGatewaySubnets: subnets,
    leftASN: fc.constant(4_294_967_294),
    peakBandwidth: fc.integer({ min: 10, max: 8000 }),
    features: fc.record({
      symmetricInnerMesh: enabled,
      cloudSecurity: enabled,
      DNSServices: fc.record({ redirectToResolver: enabled }),
    }),
  }),
  advancedSettings: fc.record({
    keyExchange: fc.constantFrom("ikev1", "ikev2"),
    ikeLifeTime: duration,
    lifetime: duration,
    dpdDelay: fc.constantFrom("5s", "60s"),
    dpdTimeout: fc.constantFrom("5s", "60s"),
    phase1: phase,
    phase2: phase,
  }),
});

const item = (overrides: object = {}) => ({ id: "Tn1", regionID: "RgAAAAAAA1", ...overrides });

describe("decodeGroup", () => {
  it("reads back what was sent, whatever it was and in whatever order it comes", () => {
    fc.assert(
      fc.property(body, (sent) => {
        const seen = decodeGroup(JSON.parse(JSON.stringify(flattened(sent))));
        const { leftASN: _, ...sharedSettings } = sent.sharedSettings;
        expect(seen).to.deep.equal({
          tunnels: sent.tunnels.map((entry, index) => ({ ...entry, id: `Tn${index}` })),
          names: sent.tunnels.map((_entry, index) => `${sent.tunnelName}0${index + 1}`),
          storedNames: Object.fromEntries(
            sent.tunnels.map((_, index) => [`Tn${index}`, `${sent.tunnelName}0${index + 1}`]),
          ),
          description: sent.description,
          sharedSettings,
          advancedSettings: sent.advancedSettings,
        });
        expect(namesBelongTo(sent.tunnelName, seen?.names ?? [])).to.equal(true);
      }),
      RUNS,
    );
  });

  it("reads a whole group", () => {
    const { description = "", sharedSettings = {}, advancedSettings = {} } = settings();
    const sent = { tunnelName: "branch", description, tunnels: [tunnel(1)], sharedSettings, advancedSettings };
    const { leftASN: _, ...shared } = sharedSettings;
    expect(decodeGroup(flattened(sent))).to.deep.equal({
      tunnels: [{ ...visible(tunnel(1)), id: "Tn0" }],
      names: ["branch01"],
      storedNames: { Tn0: "branch01" },
      description,
      sharedSettings: shared,
      advancedSettings,
    });
  });

  it("reads no tunnels as a group whose settings are not shown", () => {
    const seen = decodeGroup([]);
    expect(seen).to.deep.include({ tunnels: [], names: [] });
    expect(seen?.sharedSettings).to.equal(undefined);
    expect(seen?.advancedSettings).to.equal(undefined);
    expect(seen?.description).to.equal(undefined);
  });

  it("reads null for a description as an empty one, and its absence as not shown", () => {
    expect(decodeGroup([{ id: "Tn1", description: null }])?.description).to.equal("");
    expect(decodeGroup([{ id: "Tn1" }])?.description).to.equal(undefined);
  });

  const NOT_SHOWN: readonly { readonly title: string; readonly member: Partial<Record<keyof Tunnel, unknown>> }[] = [
    { title: "a masked passphrase", member: { passphrase: "********" } },
    { title: "a passphrase masked by letters", member: { passphrase: "xxxxxxxxxxxx" } },
    { title: "a passphrase in a list", member: { passphrase: ["passphrase.1"] } },
    { title: "an empty certificate", member: { customerRootCA: "" } },
    { title: "an unlisted authType", member: { authType: "eap" } },
    { title: "an address that is none", member: { remotePublicIP: "unknown" } },
    { title: "an ASN in words", member: { remoteASN: "none" } },
    { title: "null", member: { remoteID: null, routingType: null, remotePublicIP: null } },
  ];
  for (const { title, member } of NOT_SHOWN) {
    it(`does not understand ${title}`, () => {
      const [shown] = decodeGroup([item(member)])?.tunnels ?? [];
      const { foreign: _, ...understood } = shown ?? {};
      expect(understood).to.deep.equal(item());
    });
  }

  const SETTINGS: readonly {
    readonly title: string;
    readonly member: object;
    readonly shared?: SharedSettings;
    readonly advanced?: AdvancedSettings;
  }[] = [
    { title: "peakBandwidthMbps as peakBandwidth", member: { peakBandwidthMbps: 50 }, shared: { peakBandwidth: 50 } },
    { title: "peakBandwidth under its own name too", member: { peakBandwidth: 50 }, shared: { peakBandwidth: 50 } },
    { title: "nothing for a bandwidth out of range", member: { peakBandwidthMbps: 0 } },
    { title: "nothing for empty lists of subnets", member: { p81GatewaySubnets: [] } },
    { title: "nothing for a list with one bad entry", member: { remoteGatewaySubnets: ["10.20.0.0/16", "?"] } },
    {
      title: "the features that are well formed",
      member: {
        features: { cloudSecurity: { enabled: true }, symmetricInnerMesh: { enabled: "yes" }, DNSServices: [] },
      },
      shared: { features: { cloudSecurity: { enabled: true } } },
    },
    {
      title: "the parts of a phase that are well formed",
      member: { phase1: { auth: ["sha256"], encryption: ["rot13"], keyExchangeMethod: [] } },
      advanced: { phase1: { auth: ["sha256"], keyExchangeMethod: [] } },
    },
    { title: "nothing for a garbled timer", member: { lifetime: "1 hour", dpdDelay: "ten" } },
    { title: "members that it does not know as none", member: { gateway: "x", advancedSettings: { lifetime: "1h" } } },
  ];
  for (const { title, member, shared = {}, advanced = {} } of SETTINGS) {
    it(`reads ${title}`, () => {
      const seen = decodeGroup([item(member)]);
      expect(seen?.sharedSettings).to.deep.equal(shared);
      expect(seen?.advancedSettings).to.deep.equal(advanced);
    });
  }

  for (const [title, answer] of [
    ["text", "<html></html>"],
    ["nothing", undefined],
    ["null", null],
    ["an object", { id: "Tn1" }],
    ["an item without an id", [item(), { regionID: "RgAAAAAAA1" }]],
    ["an item with an empty id", [item({ id: "" })]],
    ["an item that is none", [item(), "Tn2"]],
  ] as const) {
    it(`is undefined for ${title}`, () => {
      expect(decodeGroup(answer)).to.equal(undefined);
    });
  }

  it("never throws, whatever JSON comes, and takes nothing on that the schemas refuse", () => {
    const names = fc.constantFrom("id", "__proto__", "constructor", "features", "phase1", "passphrase", "tunnelName");
    const odd = fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue());
    const entry = fc.tuple(odd, fc.boolean()).map(([value, hasId]) => ({ ...value, ...(hasId ? { id: "Tn1" } : {}) }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(entry, { maxLength: 3 })), (answer) => {
        const seen = decodeGroup(answer);
        for (const present of seen?.tunnels ?? []) {
          expect(Object.getPrototypeOf(present)).to.equal(Object.prototype);
          if (present.passphrase !== undefined) expect(present.passphrase).to.match(/^[A-Za-z0-9._]{8,64}$/);
        }
        for (const name of seen?.names ?? []) expect(name).to.be.a("string");
      }),
      RUNS,
    );
  });
});

describe("decodeGroup, of an answer that holds null", () => {
  it("passes over it, and says so", () => {
    const shown = decodeGroup([null, { id: "Tn1" }, null]);
    expect(shown?.tunnels).to.deep.equal([{ id: "Tn1" }]);
    expect(shown?.hasNulls).to.equal(true);
    expect(decodeGroup([null])?.tunnels).to.deep.equal([]);
    expect(decodeGroup([{ id: "Tn1" }])).not.to.have.property("hasNulls");
  });

  it("passes over it in lists of tunnels, networks and regions", () => {
    expect(decodeListed([null, { id: "Tn1", haTunnelID: "Tg1" }]).map(({ id }) => id)).to.deep.equal(["Tg1"]);
    expect(decodeFoundGroups([null, { id: "Tn1", haTunnelID: "Tg1" }]).map(({ id }) => id)).to.deep.equal(["Tg1"]);
    expect(decodeNetworks([null, { id: "Nw1" }])?.map(({ id }) => id)).to.deep.equal(["Nw1"]);
    expect(decodeRegions([{ id: "Rg1" }, null])?.map(({ id }) => id)).to.deep.equal(["Rg1"]);
  });
});

describe("decodeListed", () => {
  it("gathers the tunnels of each group, and passes over tunnels of other kinds and what is garbled", () => {
    const listed = [
      { haTunnelID: "TgAAAAAAA1", tunnelName: "branch01" },
      { haTunnelID: "TgAAAAAAA2", interfaceName: "office01" },
      { id: "Tn9", tunnelName: "single" },
      { id: "Tn5", haTunnelID: "Tn5", tunnelName: "static" },
      { haTunnelID: "TgAAAAAAA1", tunnelName: "branch02" },
      { haTunnelID: "TgAAAAAAA3" },
      { haTunnelID: "" },
      { haTunnelID: 7 },
      null,
      "TgAAAAAAA4",
    ];
    expect(decodeListed(listed)).to.deep.equal([
      { id: "TgAAAAAAA1", names: ["branch01", "branch02"], isOwnId: false },
      { id: "TgAAAAAAA2", names: ["office01"], isOwnId: false },
      { id: "Tn5", names: ["static"], isOwnId: true },
      { id: "TgAAAAAAA3", names: [], isOwnId: false },
    ]);
  });

  it("never throws, whatever JSON comes", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (listed) => {
        expect(decodeListed(listed).every(({ id }) => id.length > 0)).to.equal(true);
      }),
      RUNS,
    );
  });
});

describe("undecorated", () => {
  for (const [name, plain] of [
    ["edge01", "edge"],
    ["edge08", "edge"],
    ["edge010", "edge"],
    ["edge0123", "edge0123"],
    ["edge", "edge"],
    ["edge00", "edge00"],
    ["edge11", "edge11"],
    ["edge0101", "edge01"],
    ["01", ""],
  ] as const) {
    it(`makes ${plain} of ${name}`, () => {
      expect(undecorated(name)).to.equal(plain);
    });
  }
});

describe("namesBelongTo", () => {
  it("accepts a group without tunnels", () => {
    expect(namesBelongTo("edge", [])).to.equal(true);
  });

  it("accepts the name itself and its decorations", () => {
    expect(namesBelongTo("edge", ["edge", "edge01", "edge02"])).to.equal(true);
    expect(namesBelongTo("edge01", ["edge0101"])).to.equal(true);
  });

  it("accepts the number of a tunnel on which the service has counted", () => {
    expect(namesBelongTo("branch", ["branch09", "branch010", "branch012"])).to.equal(true);
  });

  it("refuses a group of which one tunnel has another name", () => {
    expect(namesBelongTo("edge", ["edge01", "hedge02"])).to.equal(false);
    expect(namesBelongTo("edge", ["edge0101"])).to.equal(false);
    expect(namesBelongTo("edge", ["EDGE01"])).to.equal(false);
    expect(namesBelongTo("edge", ["edge00"])).to.equal(false);
    expect(namesBelongTo("edge", ["edge0"])).to.equal(false);
    expect(namesBelongTo("branch", ["branch0100"])).to.equal(false);
  });
});

describe("decodeNetwork", () => {
  for (const [answer, asn] of [
    [{ asn: 64_600 }, 64_600],
    [{ asn: "64600" }, undefined],
    [{}, undefined],
    [[], undefined],
    [null, undefined],
    ["text", undefined],
  ] as const) {
    it(`reads ${asn ?? "no number"} from ${JSON.stringify(answer)}`, () => {
      expect(decodeNetwork(answer).asn).to.equal(asn);
    });
  }
});

describe("decodeNetworks and decodeRegions", () => {
  it("read what the vendor's description has, and the least that an answer may show", () => {
    const network = {
      id: "Nw1",
      name: "hq",
      subnet: "10.255.0.0/16",
      asn: 64_600,
      isDefault: true,
      tags: ["a"],
      tenantId: "t",
    };
    expect(decodeNetworks([network, { id: "Nw2", asn: "none" }])).to.deep.equal([
      { id: "Nw1", name: "hq", subnet: "10.255.0.0/16", asn: 64_600, isDefault: true, tags: ["a"] },
      { id: "Nw2", name: "", asn: undefined, tags: [] },
    ]);
    const edge = { addresses: ["198.51.100.1"], globalIPs: ["198.51.100.9"] };
    const region = { id: "Rg1", name: "Dublin", network: "Nw1", attributes: { runningMode: { idle: false }, edge } };
    const bare = { addresses: [], globalIPs: [] };
    expect(
      decodeRegions([region, { id: "Rg2" }, { id: "Rg3", attributes: { edge: { addresses: ["198.51.100.2"] } } }]),
    ).to.deep.equal([
      { id: "Rg1", name: "Dublin", ...edge },
      { id: "Rg2", name: "", ...bare },
      { id: "Rg3", name: "", ...bare, addresses: ["198.51.100.2"] },
    ]);
  });

  it("take nothing else for a list", () => {
    for (const answer of [{}, { data: [] }, [{ name: "no id" }], "text", null]) {
      expect(decodeNetworks(answer)).to.equal(undefined);
      expect(decodeRegions(answer)).to.equal(undefined);
    }
  });
});

describe("decodeFoundGroups and nameOfGroup", () => {
  it("put a group's tunnels together, and leave out what is listed under its own id", () => {
    const entry = (id: string, haTunnelID: string, tunnelName: string) => ({ id, haTunnelID, tunnelName });
    const entries = [entry("Tn2", "Tg1", "edge02"), entry("Tn9", "Tn9", "legacy"), entry("Tn1", "Tg1", "edge01"), {}];
    const [group, ...others] = decodeFoundGroups(entries);
    expect(others).to.deep.equal([]);
    expect(group).to.deep.include({ id: "Tg1", names: ["edge01", "edge02"] });
    expect(group?.tunnels.map(({ id }) => id)).to.deep.equal(["Tn1", "Tn2"]);
  });

  it("find the name that all stored names belong to, one that ends in digits too", () => {
    expect(nameOfGroup(["edge01", "edge010"])).to.equal("edge");
    expect(nameOfGroup(["site0101", "site0102"])).to.equal("site01");
    expect(nameOfGroup([])).to.equal("");
  });
});
