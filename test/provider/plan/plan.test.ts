import { expect } from "chai";
import { withDefaults } from "../../../provider/model/defaults";
import type { Tunnel } from "../../../provider/model/fields";
import type { PresentGroup, PresentTunnel } from "../../../provider/model/present";
import type { GroupInputs } from "../../../provider/model/schema";
import { PlanError } from "../../../provider/plan/error";
import { isEmpty, type Mandate, mandateOf, plan } from "../../../provider/plan/plan";
import { createBodyOf, requestsOf } from "../../../provider/plan/requests";
import { inputs, mandate, present, presentGroup, settings, tunnel } from "../builders";

interface Case {
  readonly title: string;
  readonly desired?: Partial<GroupInputs>;
  readonly current?: Partial<PresentGroup>;
  /** With `rebuilds` undefined every rebuild is allowed. */
  readonly mandate?: Partial<Omit<Mandate, "rebuilds">> & { readonly rebuilds?: Mandate["rebuilds"] | undefined };
  readonly requests: readonly object[];
  /** Fields that the plan says it could not compare. */
  readonly unverified?: readonly string[];
}

const of = (primary: Partial<Tunnel>): Pick<GroupInputs, "tunnels"> => ({
  tunnels: { primary: tunnel(1, primary), backup: tunnel(2) },
});
const there = (first: Partial<PresentTunnel>): Pick<PresentGroup, "tunnels"> => ({
  tunnels: [present(1, first), present(2)],
});
const updating = (update: object) => [{ tunnelName: "branch", updateTunnels: [{ id: "Tn1", ...update }] }];
const shared = (overrides: object) => ({ sharedSettings: { ...settings().sharedSettings, ...overrides } });
const advanced = (overrides: object) => ({ advancedSettings: { ...settings().advancedSettings, ...overrides } });
const subnets = { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16", "10.30.0.0/16"] };

const CASES: readonly Case[] = [
  { title: "nothing when the group is as declared", requests: [] },
  {
    title: "nothing for subnets in another order or with host bits",
    desired: shared({ remoteGatewaySubnets: ["10.30.0.7/16", "10.20.0.0/16"] }),
    requests: [],
  },
  {
    title: "nothing for a duration in another spelling",
    desired: advanced({ ikeLifeTime: "480m", lifetime: "3600s" }),
    requests: [],
  },
  {
    title: "nothing for a key with another name",
    desired: { tunnels: { first: tunnel(1), backup: tunnel(2) } },
    requests: [],
  },
  {
    title: "nothing for settings nobody declared",
    desired: { sharedSettings: undefined, advancedSettings: undefined, description: undefined },
    requests: [],
  },
  {
    title: "nothing for an immutable field the service does not show, which counts as not verified",
    current: there({ p81GWInternalIP: undefined, remoteGWInternalIP: undefined }),
    requests: [],
    unverified: ["primary.p81GWInternalIP", "primary.remoteGWInternalIP"],
  },
  {
    title: "an updatable field the service does not show",
    current: there({ remoteASN: undefined }),
    requests: updating({ remoteASN: 65_001 }),
  },
  {
    title: "only the fields of a tunnel that differ",
    desired: of({ remoteASN: 4_294_967_295, routingType: "policy" }),
    requests: updating({ remoteASN: 4_294_967_295, routingType: "policy" }),
  },
  {
    title: "a new address alone, so that the remoteID stays",
    desired: of({ remotePublicIP: "203.0.113.99" }),
    requests: updating({ remotePublicIP: "203.0.113.99" }),
  },
  {
    title: "a new address with its declared remoteID",
    desired: of({ remotePublicIP: "203.0.113.99", remoteID: "203.0.113.99" }),
    requests: updating({ remotePublicIP: "203.0.113.99", remoteID: "203.0.113.99" }),
  },
  {
    title: "a new passphrase together with authType",
    desired: of({ passphrase: "rotated.1" }),
    requests: updating({ authType: "psk", passphrase: "rotated.1" }),
  },
  {
    title: "a change from passphrase to certificate",
    desired: of({ passphrase: undefined, customerRootCA: "PEM" }),
    requests: updating({ authType: "cert", customerRootCA: "PEM" }),
  },
  {
    title: "no credential where none is declared",
    desired: of({ passphrase: undefined, remoteASN: 7 }),
    requests: updating({ remoteASN: 7 }),
  },
  {
    title: "a tunnel that is not there, with remoteID and authType made up from what is given",
    desired: { tunnels: { ...inputs().tunnels, third: tunnel(3) } },
    requests: [{ tunnelName: "branch", addTunnels: [{ ...tunnel(3), remoteID: "203.0.113.3", authType: "psk" }] }],
  },
  {
    title: "a vanished key's tunnel as a removal",
    desired: { tunnels: { primary: tunnel(1) } },
    mandate: { removals: new Set(["Tn2"]) },
    requests: [{ tunnelName: "branch", removeTunnels: [{ id: "Tn2" }] }],
  },
  { title: "nothing for an undeclared tunnel", desired: { tunnels: { primary: tunnel(1) } }, requests: [] },
  {
    title: "nothing for a removal that was carried out by somebody else",
    current: { tunnels: [present(1), present(2)] },
    mandate: { removals: new Set(["Tn9"]) },
    requests: [],
  },
  {
    title: "a rebuilt tunnel as removal and addition in one request, with what its declaration is silent about",
    desired: of({ regionID: "RgAAAAAAA2", remoteASN: undefined }),
    current: there({ routingType: "policy", remoteID: "peer1" }),
    mandate: { rebuilds: new Set(["Tn1"]) },
    requests: [
      {
        tunnelName: "branch",
        addTunnels: [
          { ...tunnel(1, { regionID: "RgAAAAAAA2" }), routingType: "policy", remoteID: "peer1", authType: "psk" },
        ],
        removeTunnels: [{ id: "Tn1" }],
      },
    ],
  },
  {
    title: "a rebuild beside a tunnel like it that nobody has told of, which stays",
    desired: of({ regionID: "RgAAAAAAA2" }),
    current: { tunnels: [present(1), present(2), present(1, { id: "Tn3", regionID: "RgAAAAAAA2" })] },
    mandate: { rebuilds: new Set(["Tn1"]) },
    requests: [
      {
        tunnelName: "branch",
        addTunnels: [
          {
            ...tunnel(1, { regionID: "RgAAAAAAA2" }),
            routingType: "route",
            remoteID: "203.0.113.1",
            authType: "psk",
          },
        ],
        removeTunnels: [{ id: "Tn1" }],
      },
    ],
  },
  {
    title: "nothing but the removal of a tunnel whose successor is known to have been added",
    desired: of({ regionID: "RgAAAAAAA2" }),
    current: { tunnels: [present(1), present(2), present(1, { id: "Tn3", regionID: "RgAAAAAAA2" })] },
    mandate: { ids: { primary: "Tn3", backup: "Tn2" }, removals: new Set(["Tn1"]) },
    requests: [{ tunnelName: "branch", removeTunnels: [{ id: "Tn1" }] }],
  },
  {
    title: "nothing for a tunnel named for removal that a key turns out to be",
    desired: { tunnels: { first: tunnel(1), backup: tunnel(2) } },
    mandate: { ids: { backup: "Tn2" }, removals: new Set(["Tn1"]) },
    requests: [],
  },
  {
    title: "a rebuild where every one is allowed, as in a preview",
    desired: of({ p81GWInternalIP: "169.254.9.1" }),
    mandate: { rebuilds: undefined },
    requests: [
      {
        tunnelName: "branch",
        addTunnels: [
          {
            ...tunnel(1, { p81GWInternalIP: "169.254.9.1" }),
            routingType: "route",
            remoteID: "203.0.113.1",
            authType: "psk",
          },
        ],
        removeTunnels: [{ id: "Tn1" }],
      },
    ],
  },
  {
    title: "a rebuilt and re-addressed tunnel under the remoteID of its new address",
    desired: of({ regionID: "RgAAAAAAA2", remotePublicIP: "203.0.113.99" }),
    mandate: { rebuilds: new Set(["Tn1"]) },
    requests: [
      {
        tunnelName: "branch",
        addTunnels: [
          {
            ...tunnel(1, { regionID: "RgAAAAAAA2", remotePublicIP: "203.0.113.99" }),
            routingType: "route",
            remoteID: "203.0.113.99",
            authType: "psk",
          },
        ],
        removeTunnels: [{ id: "Tn1" }],
      },
    ],
  },
  { title: "a new name", desired: { tunnelName: "office" }, requests: [{ tunnelName: "office" }] },
  {
    title: "nothing for a name where neither the service nor state knows one",
    current: { tunnelName: undefined },
    requests: [],
  },
  {
    title: "the declared name, not a decorated one, beside any change",
    desired: of({ remoteASN: 7 }),
    current: { tunnelName: undefined },
    requests: updating({ remoteASN: 7 }),
  },
  {
    title: "the present name beside any change where none is declared",
    desired: { tunnelName: undefined as never, ...of({ remoteASN: 7 }) },
    current: { tunnelName: "office" },
    requests: [{ tunnelName: "office", updateTunnels: [{ id: "Tn1", remoteASN: 7 }] }],
  },
  {
    title: "nothing of a group whose name cannot be told where nothing changes",
    desired: { tunnelName: undefined as never },
    current: { tunnelName: undefined },
    requests: [],
  },
  {
    title: "an emptied description",
    desired: { description: "" },
    requests: [{ tunnelName: "branch", description: "" }],
  },
  {
    title: "a bandwidth beside both lists of subnets, as declared",
    desired: shared({ peakBandwidth: 2000 }),
    requests: [{ tunnelName: "branch", sharedSettings: { ...subnets, peakBandwidth: 2000 } }],
  },
  {
    title: "a bandwidth beside both lists of subnets, as read",
    desired: { sharedSettings: { peakBandwidth: 2000 } },
    requests: [{ tunnelName: "branch", sharedSettings: { ...subnets, peakBandwidth: 2000 } }],
  },
  {
    title: "all three features when one changes, the others as read",
    desired: { sharedSettings: { features: { symmetricInnerMesh: { enabled: true } } } },
    requests: [
      {
        tunnelName: "branch",
        sharedSettings: {
          ...subnets,
          features: {
            symmetricInnerMesh: { enabled: true },
            cloudSecurity: { enabled: false },
            DNSServices: { redirectToResolver: { enabled: true } },
          },
        },
      },
    ],
  },
  {
    title: "p81ASN when it is declared and differs",
    desired: { sharedSettings: { p81ASN: 64_700 } },
    requests: [{ tunnelName: "branch", sharedSettings: { ...subnets, p81ASN: 64_700 } }],
  },
  { title: "no leftASN ever", desired: shared({ leftASN: 64_999 }), requests: [] },
  {
    title: "only the advanced setting that changes",
    desired: advanced({ dpdDelay: "15s" }),
    requests: [{ tunnelName: "branch", advancedSettings: { dpdDelay: "15s" } }],
  },
  {
    title: "a phase as a whole when a part of it changes, the rest as read",
    desired: { advancedSettings: { phase1: { auth: ["sha256"] } } },
    requests: [
      {
        tunnelName: "branch",
        advancedSettings: {
          phase1: { auth: ["sha256"], encryption: ["aes256", "aes128"], keyExchangeMethod: ["ecp521"] },
        },
      },
    ],
  },
  {
    title: "another order of preference of algorithms",
    desired: advanced({
      phase1: { auth: ["sha512"], encryption: ["aes128", "aes256"], keyExchangeMethod: ["ecp521"] },
    }),
    requests: [
      {
        tunnelName: "branch",
        advancedSettings: {
          phase1: { auth: ["sha512"], encryption: ["aes128", "aes256"], keyExchangeMethod: ["ecp521"] },
        },
      },
    ],
  },
  {
    title: "the whole change in one request",
    desired: {
      description: "new",
      tunnels: { primary: tunnel(1, { remoteASN: 7 }), third: tunnel(3) },
      ...advanced({ lifetime: "2h" }),
      ...shared({ peakBandwidth: 10 }),
    },
    mandate: { removals: new Set(["Tn2"]) },
    requests: [
      {
        tunnelName: "branch",
        description: "new",
        addTunnels: [{ ...tunnel(3), remoteID: "203.0.113.3", authType: "psk" }],
        updateTunnels: [{ id: "Tn1", remoteASN: 7 }],
        removeTunnels: [{ id: "Tn2" }],
        sharedSettings: { ...subnets, peakBandwidth: 10 },
        advancedSettings: { lifetime: "2h" },
      },
    ],
  },
  {
    title: "removals beyond eight in a request of their own",
    desired: { tunnels: {} },
    current: { tunnels: Array.from({ length: 10 }, (_, n) => present(n + 1)) },
    mandate: { ids: {}, removals: new Set(Array.from({ length: 10 }, (_, n) => `Tn${n + 1}`)) },
    requests: [
      { tunnelName: "branch", removeTunnels: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ id: `Tn${n}` })) },
      { tunnelName: "branch", removeTunnels: [{ id: "Tn9" }, { id: "Tn10" }] },
    ],
  },
  {
    title: "a tunnel without a credential as it is, when it exists",
    desired: { tunnels: { primary: { regionID: "RgAAAAAAA1", remotePublicIP: "203.0.113.1" } } },
    mandate: { ids: {} },
    requests: [],
  },
];

interface Refusal extends Omit<Case, "requests" | "unverified"> {
  readonly message: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: "a rebuild that no preview has shown",
    desired: of({ p81GWInternalIP: "169.254.9.1" }),
    message:
      "tunnels.primary is no longer what state says and would have to be removed and added again, which no preview has shown. Run pulumi up --refresh.",
  },
  {
    title: "a tunnel to add without a credential",
    desired: { tunnels: { third: tunnel(3, { passphrase: undefined }) } },
    message: "tunnels.third is not in the group yet: give it passphrase or customerRootCA.",
  },
  {
    title: "a change of a group whose name is neither declared nor can be told",
    desired: { tunnelName: undefined as never, description: "office" },
    current: { tunnelName: undefined },
    message: "tunnelName: the group's present name cannot be told",
  },
  {
    title: "a key that could be two tunnels, naming both",
    desired: { tunnels: { first: { regionID: "RgAAAAAAA1", passphrase: "passphrase.1" } } },
    message:
      "tunnels.first could be any of the tunnels Tn1 (RgAAAAAAA1 203.0.113.1), Tn2 (RgAAAAAAA1 203.0.113.2): give it remotePublicIP or remoteID to tell them apart.",
  },
  {
    title: "two keys that could be one tunnel, naming both",
    desired: { tunnels: { first: tunnel(1, { remoteID: "peer1" }), second: tunnel(2, { remoteID: "peer1" }) } },
    current: { tunnels: [present(1, { remotePublicIP: undefined, remoteID: "peer1" })] },
    mandate: { ids: {} },
    message:
      "tunnels.first and tunnels.second could both be the tunnel Tn1 (RgAAAAAAA1 unknown address): give each a remoteID of its own.",
  },
  {
    title: "a ninth tunnel, naming the undeclared ones",
    desired: { tunnels: { primary: tunnel(1), third: tunnel(9) } },
    current: { tunnels: Array.from({ length: 8 }, (_, n) => present(n + 1)) },
    message: `A group holds at most 8 tunnels; this one would have 9, with the undeclared ${[2, 3, 4, 5, 6, 7, 8].map((n) => `Tn${n} (RgAAAAAAA1 203.0.113.${n})`).join(", ")}.`,
  },
  {
    title: "a setting beside subnets that are neither declared nor shown",
    desired: { sharedSettings: { peakBandwidth: 10 } },
    current: { sharedSettings: undefined },
    message:
      "sharedSettings.p81GatewaySubnets must be given: the service takes sharedSettings only with it, and it cannot be read.",
  },
  {
    title: "a feature beside others that are neither declared nor shown",
    desired: { sharedSettings: { features: { symmetricInnerMesh: { enabled: true } } } },
    current: { sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"] } },
    message:
      "sharedSettings.features.cloudSecurity.enabled must be given: the service takes sharedSettings.features only with it, and it cannot be read.",
  },
];

function planned(test: Omit<Case, "requests">) {
  const declared = inputs({ ...settings(), ...test.desired });
  const group = presentGroup(test.current);
  const { rebuilds, ...rest } = { ...mandate(), ...test.mandate };
  const whole = plan(declared, group, rebuilds === undefined ? rest : { ...rest, rebuilds });
  return { whole, requests: requestsOf(declared, group, whole) };
}

describe("plan and requestsOf", () => {
  for (const test of CASES) {
    it(`send ${test.title}`, () => {
      const { whole, requests } = planned(test);
      expect(requests.map(({ body }) => body)).to.deep.equal(test.requests);
      const unverified = whole.tunnels.flatMap(({ key, unverified: fields }) =>
        fields.map(({ path }) => `${key}.${path.join(".")}`),
      );
      expect(unverified).to.deep.equal(test.unverified ?? []);
      expect(isEmpty(whole)).to.equal(test.requests.length === 0);
    });
  }

  for (const test of REFUSALS) {
    it(`refuse ${test.title}`, () => {
      expect(() => planned(test)).to.throw(PlanError, test.message);
    });
  }

  it("change a tunnel, and take one's place, in a group that holds more tunnels than a group may", () => {
    const current = { tunnels: Array.from({ length: 9 }, (_, n) => present(n + 1)) };
    const desired = { tunnels: { primary: tunnel(1, { remoteASN: 65_099 }), third: tunnel(10) } };
    const { requests } = planned({ title: "", desired, current, mandate: { removals: new Set(["Tn2"]) } });
    expect(requests.map(({ body }) => Object.keys(body))).to.deep.equal([
      ["tunnelName", "addTunnels", "updateTunnels", "removeTunnels"],
    ]);
  });

  it("say which keys are added, in the order of the additions", () => {
    const tunnels = { third: tunnel(3), primary: tunnel(1, { regionID: "RgAAAAAAA2" }), backup: tunnel(2) };
    const [request, ...more] = planned({
      title: "",
      desired: { tunnels },
      mandate: { rebuilds: new Set(["Tn1"]) },
    }).requests;
    expect(more).to.deep.equal([]);
    expect(request?.addedKeys).to.deep.equal(["third", "primary"]);
    expect(request?.body.addTunnels?.map(({ remotePublicIP }) => remotePublicIP)).to.deep.equal([
      "203.0.113.3",
      "203.0.113.1",
    ]);
  });

  it("add a tunnel of which nothing but the place is known to be sent, once it has a credential", () => {
    const minimal = { regionID: "RgAAAAAAA9", passphrase: "passphrase.9" };
    const { requests } = planned({ title: "", desired: { tunnels: { ...inputs().tunnels, third: minimal } } });
    expect(requests[0]?.body.addTunnels).to.deep.equal([{ ...minimal, authType: "psk" }]);
  });
});

describe("mandateOf", () => {
  it("allows what the plan does, and knows the tunnels that it goes on with", () => {
    const { whole } = planned({
      title: "",
      desired: { tunnels: { primary: tunnel(1, { regionID: "RgAAAAAAA2" }), third: tunnel(3) } },
      mandate: { rebuilds: new Set(["Tn1"]), removals: new Set(["Tn2"]) },
    });
    expect(mandateOf(whole)).to.deep.equal({
      ids: { primary: "Tn1" },
      rebuilds: new Set(["Tn1"]),
      removals: new Set(["Tn2"]),
    });
  });
});

describe("createBodyOf", () => {
  it("has every member that the service wants, and no empty description", () => {
    const sent = createBodyOf({ ...inputs(), ...withDefaults(inputs()), tunnelName: "branch", advancedSettings: {} });
    expect(sent).to.deep.equal({
      tunnelName: "branch",
      tunnels: [1, 2].map((n) => ({
        routingType: "route",
        ...tunnel(n),
        remoteID: `203.0.113.${n}`,
        authType: "psk",
      })),
      sharedSettings: withDefaults(inputs()).sharedSettings,
      advancedSettings: {},
    });
    expect(createBodyOf(inputs({ description: "office" }))).to.include({ description: "office" });
  });

  it("keeps what is declared of a tunnel", () => {
    const [first] = createBodyOf(inputs(of({ routingType: "policy", remoteID: "peer1" }))).tunnels;
    expect(first).to.include({ routingType: "policy", remoteID: "peer1" });
  });
});
