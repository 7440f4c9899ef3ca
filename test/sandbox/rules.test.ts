import { expect } from "chai";
import type { OfferedNetwork } from "../../sandbox";
import { advancedSettings, features, newGroup, newTunnel, subnets } from "./bodies";
import { complaintsOf, foreignPath, groupsPath, type Visitor, visitSandbox } from "./visitor";

type Body = Record<string, unknown>;

describe("the sandbox's rules", () => {
  let visitor: Visitor;
  let main: OfferedNetwork;
  let empty: OfferedNetwork;
  before(async () => {
    visitor = await visitSandbox({ requestBudget: 10_000, activeOperationsPerNetwork: 10_000 });
    const [first, second] = visitor.sandbox.accounts[0].networks;
    if (!second) throw new Error("no second network");
    main = first;
    empty = second;
  });
  after(() => visitor.sandbox.close());

  const put = (body: object) =>
    visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName: "datacenter", ...body });
  const post = (body: object) => visitor.call("POST", groupsPath(empty.id), body);
  const foreign = (at: number) => visitor.sandbox.foreignGroup.tunnels[at];
  const adding = (changes: object) => put({ addTunnels: [newTunnel(main, 9, changes)] });
  const without = (body: object, member: string): object =>
    Object.fromEntries(Object.entries(body).filter(([name]) => name !== member));

  async function expectAccepted(reply: ReturnType<Visitor["call"]>, what: string): Promise<void> {
    const { status, text } = await reply;
    expect(status, `${what}: ${text}`).to.equal(202);
  }
  async function expectComplaint(reply: ReturnType<Visitor["call"]>, about: string): Promise<void> {
    const { status, json, text } = await reply;
    expect(status, `${about}: ${text}`).to.equal(400);
    expect(complaintsOf({ json } as Awaited<typeof reply>).join("\n")).to.include(about);
  }

  it("lists all complaints at once", async () => {
    const reply = await put({
      extra: 1,
      description: 2,
      addTunnels: [{ regionID: 3 }],
      updateTunnels: [{ id: "x", regionID: "y" }],
    });
    expect(reply.status).to.equal(400);
    expect(complaintsOf(reply)).to.have.members([
      "description must be a string",
      "addTunnels.0.regionID must be a string",
      "addTunnels.0.remoteID must be a string",
      "addTunnels.0.passphrase is required when authType is psk",
      "property updateTunnels.0.regionID should not exist",
      "property extra should not exist",
    ]);
  });

  describe("when a body has members that it must not have", () => {
    for (const [where, body] of [
      ["leftASN", { sharedSettings: { ...subnets, leftASN: 64601 } }],
      ["regionID", { updateTunnels: [{ id: "x", regionID: "y" }] }],
      ["p81GWInternalIP", { updateTunnels: [{ id: "x", p81GWInternalIP: "169.254.0.1" }] }],
      ["remoteGWInternalIP", { updateTunnels: [{ id: "x", remoteGWInternalIP: "169.254.0.1" }] }],
      ["id", { addTunnels: [{ id: "x" }] }],
      ["passphrase", { removeTunnels: [{ id: "x", passphrase: "y" }] }],
      ["peakBandwidthMbps", { sharedSettings: { ...subnets, peakBandwidthMbps: 100 } }],
      ["other", { advancedSettings: { other: 1 } }],
      ["other", { advancedSettings: { phase1: { keyExchangeMethod: [], other: 1 } } }],
    ] as const) {
      it(`names ${where} in ${JSON.stringify(body)}`, () => expectComplaint(put(body), `${where} should not exist`));
    }
  });

  describe("when a create lacks a member", () => {
    for (const member of ["tunnelName", "tunnels", "sharedSettings", "advancedSettings"]) {
      it(`demands ${member}`, () => expectComplaint(post(without(newGroup(empty), member)), member));
    }
    for (const member of ["leftASN", "features", "p81GatewaySubnets", "remoteGatewaySubnets"]) {
      const sharedSettings = without({ ...subnets, leftASN: 64600, features }, member);
      it(`demands sharedSettings.${member}`, () => expectComplaint(post(newGroup(empty, { sharedSettings })), member));
    }
    for (const member of Object.keys(advancedSettings)) {
      const part = without(advancedSettings, member);
      it(`demands advancedSettings.${member}`, () =>
        expectComplaint(post(newGroup(empty, { advancedSettings: part })), member));
    }
    for (const member of ["auth", "encryption", "keyExchangeMethod"]) {
      const phase2 = without(advancedSettings.phase2, member);
      it(`demands advancedSettings.phase2.${member}`, () =>
        expectComplaint(post(newGroup(empty, { advancedSettings: { ...advancedSettings, phase2 } })), member));
    }
    for (const member of ["regionID", "remoteID", "passphrase"]) {
      it(`demands tunnels.0.${member}`, () =>
        expectComplaint(
          post(newGroup(empty, { tunnels: [without(newTunnel(empty), member)] })),
          `tunnels.0.${member}`,
        ));
    }
    for (const member of [
      "authType",
      "p81GWInternalIP",
      "remoteGWInternalIP",
      "remotePublicIP",
      "remoteASN",
      "routingType",
    ]) {
      it(`does without tunnels.0.${member}`, () =>
        expectAccepted(post(newGroup(empty, { tunnels: [without(newTunnel(empty), member)] })), member));
    }
  });

  describe("when an update lacks a member", () => {
    it("demands the name", () => expectComplaint(put({ tunnelName: undefined }), "tunnelName must be a string"));
    it("demands both subnets", async () => {
      await expectComplaint(put({ sharedSettings: { peakBandwidth: 100 } }), "p81GatewaySubnets");
      await expectComplaint(put({ sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"] } }), "remoteGatewaySubnets");
    });
    it("demands the key exchange method of a phase", () =>
      expectComplaint(put({ advancedSettings: { phase1: { auth: ["sha256"] } } }), "phase1.keyExchangeMethod"));
    it("does without two of the three switches", () =>
      expectAccepted(
        put({ sharedSettings: { ...subnets, features: { symmetricInnerMesh: { enabled: true } } } }),
        "one",
      ));
    it("demands remoteID of an added tunnel", () =>
      expectComplaint(put({ addTunnels: [without(newTunnel(main, 9), "remoteID")] }), "remoteID must be a string"));
    it("demands no more of an added tunnel than region, remoteID and credential", async () => {
      const tunnel = { regionID: main.regions[2], remoteID: "branch9", passphrase: "Secret.of_9" };
      await expectAccepted(put({ addTunnels: [tunnel] }), "the least");
    });
  });

  describe("when a value is at the edge of its range", () => {
    const shared = (changes: object) => put({ sharedSettings: { ...subnets, ...changes } });
    const advanced = (changes: object) => put({ advancedSettings: changes });
    const cases: Record<string, { ask(value: unknown): ReturnType<Visitor["call"]>; good: unknown[]; bad: unknown[] }> =
      {
        remoteASN: {
          ask: (remoteASN) => adding({ remoteASN }),
          good: [1, 23456, 64496, 64512, 65535, 131072, 2147483648, 4294967295],
          bad: [0, 64497, 64511, 65536, 131071, 4294967296, 1.5, "65010"],
        },
        leftASN: {
          ask: (leftASN) => post(newGroup(empty, { sharedSettings: { ...subnets, features, leftASN } })),
          good: [1, 23455, 23457, 64495, 64512, 65534, 131072, 4294967294],
          bad: [0, 23456, 64496, 64511, 65535, 131071, 4294967295],
        },
        remoteID: {
          ask: (remoteID) => adding({ remoteID }),
          good: ["abc", "a".repeat(25), "192.0.2.7", "2001:db8::7"],
          bad: ["ab", "a".repeat(26), "with-dash", "", 7],
        },
        passphrase: {
          ask: (passphrase) => adding({ passphrase }),
          good: ["a2345678", "A._bcdef", "9".repeat(64)],
          bad: ["a234567", "9".repeat(65), "0bcdefgh", "with space", "with-dash", "ümlaut78"],
        },
        remotePublicIP: {
          ask: (remotePublicIP) => adding({ remotePublicIP }),
          good: ["192.0.2.7"],
          bad: ["300.1.1.1", "2001:db8::7", "host"],
        },
        routingType: { ask: (routingType) => adding({ routingType }), good: ["route", "policy"], bad: ["static"] },
        peakBandwidth: {
          ask: (peakBandwidth) => shared({ peakBandwidth }),
          good: [10, 8000],
          bad: [9, 8001, 10.5, "100"],
        },
        remoteGatewaySubnets: {
          ask: (remoteGatewaySubnets) => shared({ remoteGatewaySubnets }),
          good: [["10.0.0.0/8", "0.0.0.0/0"]],
          bad: [[], ["10.0.0.0/8", "10.0.0.0/8"], ["10.0.0.0"], ["10.0.0.0/33"]],
        },
        lifetime: {
          ask: (lifetime) => advanced({ lifetime }),
          good: ["10s", "86400s", "1m", "1440m", "1h", "24h"],
          bad: ["9s", "86401s", "0m", "1441m", "25h", "xx5myy", "10sxx", "x24h", "1d", "", 60],
        },
        ikeLifeTime: { ask: (ikeLifeTime) => advanced({ ikeLifeTime }), good: ["8h"], bad: ["480"] },
        dpdDelay: { ask: (dpdDelay) => advanced({ dpdDelay }), good: ["5s", "60s"], bad: ["4s", "61s", "1m"] },
        dpdTimeout: { ask: (dpdTimeout) => advanced({ dpdTimeout }), good: ["5s", "60s"], bad: ["4s", "61s"] },
        keyExchange: { ask: (keyExchange) => advanced({ keyExchange }), good: ["ikev1", "ikev2"], bad: ["ikev3"] },
        keyExchangeMethod: {
          ask: (keyExchangeMethod) => advanced({ phase2: { keyExchangeMethod } }),
          good: [[], ["modp2048", "curve25519"]],
          bad: [["modp512"], ["ecp256", "ecp256"], "ecp256"],
        },
        encryption: {
          ask: (encryption) => advanced({ phase1: { keyExchangeMethod: [], encryption } }),
          good: [["3des"], ["aes128gcm16", "camellia256ccm16", "blowfish192", "chacha20poly1305"]],
          bad: [[], ["des"], ["blowfish128ctr"], ["camellia128gcm8"]],
        },
        auth: {
          ask: (auth) => advanced({ phase1: { keyExchangeMethod: [], auth } }),
          good: [["md5", "prfsha512"]],
          bad: [[], ["sha224"], ["md5", "md5"]],
        },
      };
    for (const [member, { ask, good, bad }] of Object.entries(cases)) {
      it(`takes good and refuses bad values of ${member}`, async () => {
        for (const value of good) await expectAccepted(ask(value), `${member} ${JSON.stringify(value)}`);
        for (const value of bad) await expectComplaint(ask(value), member);
      });
    }
  });

  describe("when a name is not one for an interface", () => {
    it("answers 422 that speaks of interfaceName", async () => {
      for (const tunnelName of ["ab", "with-dash", "with space", "ümlaut", ""]) {
        const { status, text } = await put({ tunnelName });
        expect({ tunnelName, status }).to.deep.equal({ tunnelName, status: 422 });
        expect(text).to.include("interfaceName").and.not.include("tunnelName");
      }
    });

    it("answers 400 about its length above 15 characters, whatever they are", async () => {
      for (const tunnelName of ["a".repeat(16), "-".repeat(16)]) {
        await expectComplaint(put({ tunnelName }), "shorter than or equal to 15 characters");
      }
    });

    it("takes 3 to 15 letters and digits", async () => {
      for (const tunnelName of ["abc", "a1".padEnd(15, "b")]) await expectAccepted(put({ tunnelName }), tunnelName);
    });

    it("answers 400 above 13 characters where the cap counts the stored name", async () => {
      const other = await visitSandbox({ isStoredNameCapped: true });
      const statuses = [];
      for (const length of [13, 14]) {
        statuses.push((await other.call("PUT", foreignPath(other.sandbox), { tunnelName: "a".repeat(length) })).status);
      }
      await other.sandbox.close();
      expect(statuses).to.deep.equal([202, 400]);
    });
  });

  describe("when a credential does not fit", () => {
    const id = () => foreign(0)?.id;
    const cases: [string, () => Body, string][] = [
      [
        "psk without passphrase",
        () => ({ addTunnels: [newTunnel(main, 9, { passphrase: undefined })] }),
        "passphrase is required",
      ],
      [
        "cert without CA",
        () => ({ addTunnels: [newTunnel(main, 9, { authType: "cert", passphrase: undefined })] }),
        "customerRootCA is required",
      ],
      [
        "psk with CA",
        () => ({ addTunnels: [newTunnel(main, 9, { customerRootCA: "CA" })] }),
        "customerRootCA must not be given",
      ],
      [
        "cert with passphrase",
        () => ({ addTunnels: [newTunnel(main, 9, { authType: "cert", customerRootCA: "CA" })] }),
        "passphrase must not be given",
      ],
      [
        "authType alone in an update",
        () => ({ updateTunnels: [{ id: id(), authType: "psk" }] }),
        "passphrase is required",
      ],
      ["an unknown authType", () => ({ updateTunnels: [{ id: id(), authType: "none" }] }), "authType must be one of"],
    ];
    for (const [what, body, complaint] of cases) {
      it(`refuses ${what}`, () => expectComplaint(put(body()), complaint));
    }
  });

  describe("when lists are too long, or contradict each other", () => {
    it("takes at most 8 entries each", async () => {
      const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      await expectComplaint(
        put({ addTunnels: nine.map((n) => newTunnel(main, n + 10)) }),
        "addTunnels must contain no more than 8",
      );
      await expectComplaint(
        put({ updateTunnels: nine.map((n) => ({ id: `x${n}` })) }),
        "updateTunnels must contain no more than 8",
      );
      await expectComplaint(
        put({ removeTunnels: nine.map((n) => ({ id: `x${n}` })) }),
        "removeTunnels must contain no more than 8",
      );
      await expectComplaint(post(newGroup(empty, { tunnels: [] })), "tunnels must contain at least 1");
    });

    it("refuses a tunnel that is named twice", async () => {
      const id = foreign(0)?.id;
      await expectComplaint(put({ removeTunnels: [{ id }], updateTunnels: [{ id }] }), "named more than once");
    });

    it("refuses a routing of the group beside another of a tunnel", () =>
      expectComplaint(
        put({ routingType: "policy", addTunnels: [newTunnel(main, 9)] }),
        "routingType must be the same",
      ));

    it("refuses two routings in one request", () =>
      expectComplaint(
        put({ addTunnels: [newTunnel(main, 8), newTunnel(main, 9, { routingType: "policy" })] }),
        "routingType must be the same",
      ));
  });

  describe("when something named is not there", () => {
    for (const [what, body] of [
      ["tunnel to remove", { removeTunnels: [{ id: "Tn00000000" }] }],
      ["tunnel to update", { updateTunnels: [{ id: "Tn00000000", remoteASN: 65010 }] }],
    ] as const) {
      it(`answers 404 in JSON for an unknown ${what}`, async () => {
        const { status, json } = await put(body);
        expect(status).to.equal(404);
        expect(json).to.include({ message: "Tunnel with Id Tn00000000 not found." });
      });
    }

    it("answers 404 in JSON for a region of another network", async () => {
      const { status, json } = await adding({ regionID: empty.regions[0] });
      expect({ status, isJson: json !== undefined }).to.deep.equal({ status: 404, isJson: true });
    });
  });

  describe("when a group would not fit its network", () => {
    const same = () => ({
      regionID: foreign(0)?.regionID,
      remotePublicIP: foreign(0)?.remotePublicIP,
      remoteID: foreign(0)?.remotePublicIP,
    });
    const cases: [string, () => Body][] = [
      ["foreign gateway subnets", () => ({ sharedSettings: { ...subnets, p81GatewaySubnets: ["10.1.0.0/16"] } })],
      ["another ASN", () => ({ sharedSettings: { ...subnets, p81ASN: 64999 } })],
      ["a ninth tunnel", () => ({ addTunnels: [1, 2, 3, 4, 5, 6, 7].map((n) => newTunnel(main, n + 10)) })],
      ["the same far side twice", () => ({ addTunnels: [newTunnel(main, 9, same())] })],
      [
        "the same inner address twice",
        () => ({ addTunnels: [newTunnel(main, 9, { p81GWInternalIP: "169.254.99.1" })] }),
      ],
      [
        "one inner address at both ends",
        () => ({ addTunnels: [newTunnel(main, 9, { remoteGWInternalIP: "169.254.9.1" })] }),
      ],
    ];
    for (const [what, body] of cases) {
      it(`answers 409 for ${what}`, async () => {
        const { status, text } = await put(body());
        expect(status, text).to.equal(409);
      });
    }

    it("takes the network's own subnet, and its own ASN", () =>
      expectAccepted(
        put({ sharedSettings: { ...subnets, p81GatewaySubnets: [main.subnet], p81ASN: main.asn } }),
        "the network's own",
      ));

    it("keeps the ASN of the first group for ever", async () => {
      const other = await visitSandbox();
      const [, network] = other.sandbox.accounts[0].networks;
      if (!network) throw new Error("no second network");
      await other.carryOut("POST", groupsPath(network.id), newGroup(network));
      const sharedSettings = { ...subnets, features, leftASN: 64700 };
      const { status } = await other.call("POST", groupsPath(network.id), newGroup(network, { sharedSettings }));
      await other.sandbox.close();
      expect(status).to.equal(409);
    });
  });

  it("takes a body that it cannot read for an empty one", async () => {
    const { status } = await visitor.call("PUT", foreignPath(visitor.sandbox), '{"tunnelName":');
    expect(status).to.equal(400);
  });
});
