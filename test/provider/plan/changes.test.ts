import { expect } from "chai";
import { tunnelsWithDefaults } from "../../../provider/model/defaults";
import type { Tunnel } from "../../../provider/model/fields";
import { placeholderId } from "../../../provider/model/placeholder";
import type { GroupInputs } from "../../../provider/model/schema";
import type { State } from "../../../provider/model/state";
import { type Changes, changesOf, desiredOf, planFromState } from "../../../provider/plan/changes";
import { PlanError } from "../../../provider/plan/error";
import { mandateOf } from "../../../provider/plan/plan";
import * as builders from "../builders";
import { inputs, pendingWrite, settings, tunnel, UNKNOWN } from "../builders";

const ID = "TgAAAAAAA1";

interface Case extends Partial<Omit<Changes, "plan">> {
  readonly title: string;
  readonly news?: Partial<GroupInputs>;
  readonly state?: Partial<State>;
  readonly id?: string;
}

const of = (primary: Partial<Tunnel>): Pick<GroupInputs, "tunnels"> => ({
  tunnels: { primary: tunnel(1, primary), backup: tunnel(2) },
});
const shared = (overrides: object) => ({ sharedSettings: { ...settings().sharedSettings, ...overrides } });
const advanced = (overrides: object) => ({ advancedSettings: { ...settings().advancedSettings, ...overrides } });
const phase = (overrides: object) => advanced({ phase1: { ...settings().advancedSettings?.phase1, ...overrides } });
const unknown = UNKNOWN as never;

/** State of a group, with the defaults that check has given its tunnels if it was created. */
function state(overrides: Partial<State> = {}): State {
  const given = builders.state(overrides);
  return given.origin === "created" && overrides.tunnels === undefined
    ? { ...given, tunnels: tunnelsWithDefaults(given.tunnels) }
    : given;
}

/** State of an adopted group: nothing but what the user declared. */
const adopted = (overrides: Partial<GroupInputs> = {}): Partial<State> => {
  const { tunnels: _, sharedSettings: __, ...rest } = inputs();
  return { origin: "adopted", inputs: { ...rest, dynamicTunnelId: ID, ...overrides } };
};
const adopting = {
  dynamicTunnelId: ID,
  sharedSettings: undefined,
  advancedSettings: undefined,
  description: undefined,
};
const listing = (unmanaged: Record<string, string>) => ({
  inputs: { ...state().inputs, unmanagedTunnels: "remove" as const, unmanaged },
});
const waiting = { pending: [pendingWrite({ statusId: "StAAAAAAA1" })] };

const UNCHANGED: readonly Case[] = [
  { title: "the same inputs" },
  { title: "subnets in another order", news: shared({ remoteGatewaySubnets: ["10.30.0.0/16", "10.20.0.0/16"] }) },
  { title: "subnets with host bits", news: shared({ remoteGatewaySubnets: ["10.20.9.9/16", "10.30.0.0/16"] }) },
  { title: "keys in another order", news: { tunnels: { backup: tunnel(2), primary: tunnel(1) } } },
  { title: "durations in another spelling", news: advanced({ ikeLifeTime: "480m", lifetime: "3600s" }) },
  { title: "leaving unmanagedTunnels at its default", news: { unmanagedTunnels: "keep" } },
  { title: "secrets that an earlier version has not noted", news: { __secrets: ["description"] } },
  { title: "a default that the program gives", news: of({ authType: "psk", remoteID: "203.0.113.1" }) },
  { title: "the provider's text", news: { __provider: "text" } },
  {
    title: "the URN and the timeouts that outputs have",
    state: { inputs: { ...state().inputs, __urn: "urn:pulumi:a", __timeouts: { delete: "10m" } } },
    news: { __urn: "urn:pulumi:a", __timeouts: { delete: "10m" } },
  },
  { title: "the group's own id as dynamicTunnelId", news: { dynamicTunnelId: ID } },
  { title: "the same inputs of an adopted group", state: adopted(), news: adopting },
  {
    title: "undeclared tunnels that are still declined",
    state: listing({ Tn9: "Rg 203.0.113.9" }),
    news: { unmanagedTunnels: "remove", unmanaged: { Tn9: "Rg 203.0.113.9" } },
  },
];

const inPlace = (names: string) => ({ isChanged: true, notes: [`tunnels.primary: ${names} changes in place.`] });
const rebuilt = (names: string) => ({
  isChanged: true,
  warnings: [
    `tunnels.primary: ${names} cannot change in place, so this tunnel is removed and added again; its neighbours are not touched.`,
  ],
});

const CHANGED: readonly Case[] = [
  { title: "a tunnel's region", news: of({ regionID: "RgAAAAAAA2" }), ...rebuilt("regionID") },
  { title: "a tunnel's gateway address", news: of({ p81GWInternalIP: "169.254.9.1" }), ...rebuilt("p81GWInternalIP") },
  {
    title: "a tunnel's inner peer address",
    news: of({ remoteGWInternalIP: "169.254.9.2" }),
    ...rebuilt("remoteGWInternalIP"),
  },
  {
    title: "a tunnel's peer address, and the identifier that was silently the same",
    news: of({ remotePublicIP: "198.51.100.1" }),
    ...inPlace("remotePublicIP, remoteID"),
  },
  {
    title: "a tunnel's peer address alone where the program gives the identifier",
    state: { tunnels: tunnelsWithDefaults(of({ remoteID: "peer1" }).tunnels) },
    news: of({ remoteID: "peer1", remotePublicIP: "198.51.100.1" }),
    ...inPlace("remotePublicIP"),
  },
  {
    title: "an identifier and a routing that return to their defaults",
    state: { tunnels: tunnelsWithDefaults(of({ remoteID: "peer1", routingType: "policy" }).tunnels) },
    ...inPlace("remoteID, routingType"),
  },
  {
    title: "a peer address of an adopted tunnel alone",
    state: adopted(),
    news: { ...adopting, ...of({ remotePublicIP: "198.51.100.1" }) },
    ...inPlace("remotePublicIP"),
  },
  { title: "a tunnel's ASN", news: of({ remoteASN: 7 }), ...inPlace("remoteASN") },
  { title: "a tunnel's remoteID", news: of({ remoteID: "peer1" }), ...inPlace("remoteID") },
  { title: "a tunnel's routing", news: of({ routingType: "policy" }), ...inPlace("routingType") },
  { title: "a tunnel's passphrase", news: of({ passphrase: "rotated.1" }), ...inPlace("passphrase") },
  {
    title: "a tunnel's credential",
    news: of({ passphrase: undefined, customerRootCA: "PEM" }),
    ...inPlace("authType, passphrase, customerRootCA"),
  },
  {
    title: "several fields of a tunnel",
    news: of({ remotePublicIP: "198.51.100.1", remoteASN: 7 }),
    ...inPlace("remotePublicIP, remoteASN, remoteID"),
  },
  {
    title: "an immutable field beside others, naming it",
    news: of({ regionID: "RgAAAAAAA2", remoteASN: 7 }),
    ...rebuilt("regionID"),
  },
  {
    title: "an immutable field that state does not know, which counts as it is declared",
    state: { tunnels: tunnelsWithDefaults(of({ p81GWInternalIP: undefined }).tunnels) },
    isChanged: true,
  },
  {
    title: "an updatable field that was left out of state, unproven",
    state: { tunnels: tunnelsWithDefaults(of({ passphrase: undefined }).tunnels) },
    ...inPlace("passphrase"),
  },
  {
    title: "a new tunnel",
    news: { tunnels: { ...inputs().tunnels, third: tunnel(3) } },
    isChanged: true,
    notes: ["tunnels.third is added."],
  },
  {
    title: "a new tunnel of an existing group without a credential, which has to be there",
    state: adopted(),
    news: { ...adopting, tunnels: { ...inputs().tunnels, third: tunnel(3, { passphrase: undefined }) } },
    isChanged: true,
    warnings: [
      "tunnels.third has neither passphrase nor customerRootCA, so that it is not added: it must be in the group already, else this fails before anything is sent.",
    ],
  },
  {
    title: "a tunnel that is gone",
    state: { tunnelIds: { backup: "Tn2" } },
    isChanged: true,
    notes: ["tunnels.primary is added."],
  },
  {
    title: "a key taken out",
    news: { tunnels: { backup: tunnel(2) } },
    isChanged: true,
    warnings: ["tunnels.primary is removed."],
  },
  {
    title: "a key with another name, which the state has to learn",
    news: { tunnels: { first: tunnel(1), backup: tunnel(2) } },
    isChanged: true,
    notes: ["tunnels.primary goes on as tunnels.first.", "tunnels.first has a new key."],
  },
  {
    title: "a key with another name and a new ASN",
    news: { tunnels: { first: tunnel(1, { remoteASN: 7 }), backup: tunnel(2) } },
    isChanged: true,
    notes: ["tunnels.primary goes on as tunnels.first.", "tunnels.first has a new key; remoteASN changes in place."],
  },
  {
    title: "a key with another name and a new inner address",
    news: { tunnels: { first: tunnel(1, { p81GWInternalIP: "169.254.9.1" }), backup: tunnel(2) } },
    isChanged: true,
    notes: ["tunnels.primary goes on as tunnels.first."],
    warnings: [
      "tunnels.first: p81GWInternalIP cannot change in place, so this tunnel is removed and added again; its neighbours are not touched.",
    ],
  },
  {
    title: "a new tunnel called constructor",
    news: { tunnels: { ...inputs().tunnels, constructor: tunnel(3) } },
    isChanged: true,
    notes: ["tunnels.constructor is added."],
  },
  { title: "the name", news: { tunnelName: "office" }, isChanged: true, notes: ["tunnelName changes in place."] },
  {
    title: "the description",
    news: { description: "office" },
    isChanged: true,
    notes: ["description changes in place."],
  },
  {
    title: "subnets",
    news: shared({ remoteGatewaySubnets: ["10.20.0.0/16"] }),
    isChanged: true,
    notes: ["sharedSettings.remoteGatewaySubnets changes in place."],
  },
  {
    title: "the bandwidth",
    news: shared({ peakBandwidth: 10 }),
    isChanged: true,
    notes: ["sharedSettings.peakBandwidth changes in place."],
  },
  ...[
    { symmetricInnerMesh: { enabled: true } },
    { cloudSecurity: { enabled: true } },
    { DNSServices: { redirectToResolver: { enabled: false } } },
  ].map((feature) => ({
    title: `the feature ${Object.keys(feature).join()}`,
    news: shared({ features: { ...settings().sharedSettings?.features, ...feature } }),
    isChanged: true,
    notes: [
      `sharedSettings.features.${"DNSServices" in feature ? "DNSServices.redirectToResolver" : Object.keys(feature).join()}.enabled changes in place.`,
    ],
  })),
  ...[
    { keyExchange: "ikev1" },
    { ikeLifeTime: "481m" },
    { lifetime: "61m" },
    { dpdDelay: "11s" },
    { dpdTimeout: "31s" },
  ].map((setting) => ({
    title: `the ${Object.keys(setting).join()}`,
    news: advanced(setting),
    isChanged: true,
    notes: [`advancedSettings.${Object.keys(setting).join()} changes in place.`],
  })),
  {
    title: "an algorithm",
    news: phase({ auth: ["sha256"] }),
    isChanged: true,
    notes: ["advancedSettings.phase1.auth changes in place."],
  },
  {
    title: "the order of algorithms",
    news: phase({ encryption: ["aes128", "aes256"] }),
    isChanged: true,
    notes: ["advancedSettings.phase1.encryption changes in place."],
  },
  {
    title: "a setting that returns to its default",
    state: { inputs: { ...state().inputs, ...shared({ peakBandwidth: 50 }) } },
    news: { ...shared({ peakBandwidth: undefined }) },
    isChanged: true,
    notes: ["sharedSettings.peakBandwidth changes in place."],
  },
  {
    title: "a setting of an adopted group taken out",
    state: adopted({ sharedSettings: { peakBandwidth: 50 } }),
    news: adopting,
    isChanged: true,
    unsent: ["Only what is managed (no longer sharedSettings.peakBandwidth) changed; nothing is sent."],
  },
  {
    title: "a setting of an adopted group brought in",
    state: adopted(),
    news: { ...adopting, description: "mine" },
    isChanged: true,
    notes: ["description changes in place."],
  },
  { title: "a URN that outputs do not have", news: { __urn: "urn:pulumi:b" }, isChanged: true },
  {
    title: "a timeout that outputs do not have, since read and delete find it there",
    state: { inputs: { ...state().inputs, __timeouts: { delete: "5m" } } },
    news: { __timeouts: { delete: "10m" } },
    isChanged: true,
  },
  { title: "what a destroy may do", news: { forceDestroy: true }, isChanged: true },
  { title: "a wait for health", news: { health: { wait: "require" } }, isChanged: true },
  { title: "the wish to roll out what changes", news: { rollout: { maxUnavailable: 1 } }, isChanged: true },
  {
    title: "tunnels that are to be rolled out, one after another",
    news: {
      rollout: { maxUnavailable: 1 },
      ...advanced({ lifetime: "2h" }),
      tunnels: { primary: tunnel(1, { passphrase: "another.1" }), backup: tunnel(2, { passphrase: "another.2" }) },
    },
    isChanged: true,
    notes: [
      "tunnels.primary: passphrase changes in place.",
      "tunnels.backup: passphrase changes in place.",
      "advancedSettings.lifetime changes in place.",
      "Cannot be rolled out, since all tunnels have it: advancedSettings.lifetime.",
      "Rolls out in 2 batches: tunnels.primary; then tunnels.backup.",
    ],
  },
  {
    title: "a roll-out of one batch, of which there is nothing to say",
    news: { rollout: { maxUnavailable: 1 }, ...of({ passphrase: "another.1" }) },
    isChanged: true,
    notes: ["tunnels.primary: passphrase changes in place."],
  },
  {
    title: "a roll-out that begins with a tunnel that is not passing",
    state: { pending: [pendingWrite({ awaiting: ["Tn2"] })] },
    news: {
      rollout: { maxUnavailable: 1 },
      tunnels: { primary: tunnel(1, { passphrase: "another.1" }), backup: tunnel(2, { passphrase: "another.2" }) },
    },
    isChanged: true,
    notes: [
      "tunnels.primary: passphrase changes in place.",
      "tunnels.backup: passphrase changes in place.",
      "Rolls out in 2 batches: tunnels.backup; then tunnels.primary.",
      "Waits until tunnels.backup is passing.",
    ],
  },
  { title: "the wish to remove undeclared tunnels", news: { unmanagedTunnels: "remove" }, isChanged: true },
  {
    title: "undeclared tunnels that a refresh has listed",
    state: listing({ Tn8: "Rg 203.0.113.8", Tn9: "Rg 203.0.113.9" }),
    news: { unmanagedTunnels: "remove", unmanaged: { Tn9: "Rg 203.0.113.9" } },
    isChanged: true,
    warnings: ["Removes a tunnel that this resource does not declare: Tn8 (Rg 203.0.113.8)."],
  },
  {
    title: "undeclared tunnels that are to be kept after all",
    state: listing({ Tn8: "Rg 203.0.113.8" }),
    news: {},
    isChanged: true,
  },
  {
    title: "a listed tunnel that a new key may go on with, once it is known",
    state: listing({ Tn8: "Rg 203.0.113.8" }),
    news: {
      unmanagedTunnels: "remove",
      tunnels: { ...inputs().tunnels, third: unknown },
    },
    isChanged: true,
    notes: ["tunnels.third may be added."],
    warnings: ["May remove a tunnel that this resource does not declare: Tn8 (Rg 203.0.113.8)."],
  },
  {
    title: "a write that nobody has proven",
    state: { pending: [pendingWrite()] },
    isChanged: true,
    notes: ["Looks first for what an unproven write has done."],
  },
  {
    title: "a tunnel that was rebuilt by a run that was cut off, its former one still there",
    state: {
      tunnels: { ...tunnelsWithDefaults(inputs().tunnels), "primary (Tn0)": {} },
      tunnelIds: { primary: "Tn1", backup: "Tn2", "primary (Tn0)": "Tn0" },
    },
    isChanged: true,
    warnings: ["tunnels.primary (Tn0) is removed."],
  },
  {
    title: "a group of ours that an update has found gone",
    state: { isGone: true },
    isChanged: true,
    warnings: ["Tunnel group TgAAAAAAA1 is gone: it is made anew."],
    replaces: ["networkId"],
  },
  {
    title: "nothing to replace for a group that was adopted and is gone",
    state: { ...adopted(), isGone: true },
    news: { ...adopting, description: "mine" },
    isChanged: true,
    notes: ["description changes in place."],
  },
  {
    title: "an operation under way",
    state: waiting,
    isChanged: true,
    notes: ["Waits for operation StAAAAAAA1 first."],
  },
  {
    title: "another network",
    news: { networkId: "NwAAAAAAA2" },
    isChanged: true,
    warnings: [
      "Replaces tunnel group TgAAAAAAA1 with its 2 tunnels: the new group is made first, then this one is deleted; with deleteBeforeReplace it is the other way round.",
    ],
    replaces: ["networkId"],
  },
  {
    title: "a network that is not known yet",
    news: { networkId: unknown },
    isChanged: true,
    warnings: [
      "May replace tunnel group TgAAAAAAA1 with its 2 tunnels: the new group is made first, then this one is deleted; with deleteBeforeReplace it is the other way round.",
    ],
    replaces: ["networkId"],
  },
  {
    title: "another group",
    state: adopted(),
    news: { ...adopting, dynamicTunnelId: "TgAAAAAAA2" },
    isChanged: true,
    warnings: [
      "Leaves tunnel group TgAAAAAAA1: its 2 tunnels are removed from it after the other group has them; with deleteBeforeReplace it is the other way round.",
    ],
    replaces: ["dynamicTunnelId"],
  },
  {
    title: "a group that is not known yet",
    state: adopted(),
    news: { ...adopting, dynamicTunnelId: unknown },
    isChanged: true,
    warnings: [
      "May leave tunnel group TgAAAAAAA1: its 2 tunnels are removed from it after the other group has them; with deleteBeforeReplace it is the other way round.",
    ],
    replaces: ["dynamicTunnelId"],
  },
  {
    title: "another network beside tunnels that change, and says nothing of single tunnels",
    news: { networkId: "NwAAAAAAA2", tunnels: { primary: tunnel(1, { regionID: "RgAAAAAAA2" }) } },
    isChanged: true,
    replaces: ["networkId"],
    warnings: [
      "Replaces tunnel group TgAAAAAAA1 with its 2 tunnels: the new group is made first, then this one is deleted; with deleteBeforeReplace it is the other way round.",
    ],
  },
  {
    title: "another set of secrets",
    state: { inputs: { ...state().inputs, __secrets: [] } },
    news: { __secrets: ["description"] },
    isChanged: true,
    unsent: ["Only which values are secret changed; nothing is sent."],
  },
  {
    title: "a creation whose outcome was not seen",
    id: placeholderId("StAAAAAAA1"),
    isChanged: true,
    replaces: ["networkId"],
  },
  { title: "tunnels that are not known yet", news: { tunnels: unknown }, isChanged: true },
  {
    title: "a tunnel that is not known yet",
    news: { tunnels: { primary: unknown, backup: tunnel(2) } },
    isChanged: true,
  },
  {
    title: "an updatable field that is not known yet",
    news: of({ remotePublicIP: unknown }),
    ...inPlace("remotePublicIP, remoteID"),
  },
  {
    title: "a passphrase that is not known yet, and with it how the tunnel authenticates",
    news: of({ passphrase: unknown, authType: unknown }),
    ...inPlace("passphrase"),
  },
  {
    title: "a certain rebuild beside an address that is not known yet",
    news: of({ p81GWInternalIP: unknown, regionID: "RgAAAAAAA2" }),
    ...rebuilt("regionID"),
  },
  {
    title: "what changes beside a tunnel that is not known yet",
    news: { tunnels: { primary: tunnel(1, { remoteASN: 7 }), backup: unknown, third: unknown } },
    isChanged: true,
    notes: ["tunnels.primary: remoteASN changes in place.", "tunnels.third is added."],
  },
  {
    title: "a new key that may be a tunnel's that vanished",
    news: { tunnels: { first: tunnel(1, { remotePublicIP: unknown }), backup: tunnel(2) } },
    isChanged: true,
    notes: ["tunnels.first may be added."],
    warnings: ["tunnels.primary may be removed."],
  },
  {
    title: "a new key that can be no tunnel's that vanished, though its address is not known yet",
    news: {
      tunnels: { first: tunnel(1, { regionID: "RgAAAAAAA2", remotePublicIP: unknown }), backup: tunnel(2) },
    },
    isChanged: true,
    notes: ["tunnels.first is added."],
    warnings: ["tunnels.primary is removed."],
  },
  {
    title: "undeclared tunnels that go and an operation under way, beside tunnels that are not known yet",
    state: { ...listing({ Tn8: "Rg 203.0.113.8" }), ...waiting },
    news: { unmanagedTunnels: "remove", tunnels: unknown },
    isChanged: true,
    notes: ["Waits for operation StAAAAAAA1 first."],
    warnings: ["May remove a tunnel that this resource does not declare: Tn8 (Rg 203.0.113.8)."],
  },
  {
    title: "an immutable field that is not known yet",
    news: of({ p81GWInternalIP: unknown }),
    isChanged: true,
    warnings: ["tunnels.primary: may have to be removed and added again; its neighbours are not touched."],
  },
  { title: "settings that are not known yet", news: { sharedSettings: unknown }, isChanged: true },
  {
    title: "a subnet that is not known yet",
    news: shared({ remoteGatewaySubnets: [UNKNOWN] }),
    isChanged: true,
    notes: ["sharedSettings.remoteGatewaySubnets changes in place."],
  },
];

const NOTHING: Omit<Changes, "plan"> = { isChanged: false, replaces: [], notes: [], warnings: [], unsent: [] };

/** What the engine hands over has no `undefined`. */
function newsOf(test: Case): GroupInputs {
  const { description: _, ...given } = settings();
  return JSON.parse(JSON.stringify({ ...inputs(), ...given, ...test.news })) as GroupInputs;
}

function changes({ id = ID, ...test }: Case): Omit<Changes, "plan"> {
  const { plan: _, ...rest } = changesOf(id, state(test.state), newsOf(test));
  return rest;
}

describe("changesOf", () => {
  for (const test of UNCHANGED) {
    it(`sees no change in ${test.title}`, () => {
      expect(changes(test)).to.deep.equal(NOTHING);
    });
  }

  for (const { title, news, state: before, id, ...expected } of CHANGED) {
    it(`sees ${title}`, () => {
      const given = { title, ...(news ? { news } : {}), ...(before ? { state: before } : {}), ...(id ? { id } : {}) };
      expect(changes(given)).to.deep.equal({ ...NOTHING, ...expected });
    });
  }

  it("plans what the update goes by", () => {
    const { plan } = changesOf(ID, state(), newsOf({ title: "", news: of({ remoteASN: 7 }) }));
    expect(
      plan.tunnels.map(({ key, action, fields }) => [key, action, fields.map(({ path }) => path[0])]),
    ).to.deep.equal([
      ["primary", "update", ["remoteASN"]],
      ["backup", "keep", []],
    ]);
  });

  it("never shows a secret", () => {
    const text = JSON.stringify(changes({ title: "", news: of({ passphrase: "rotated.1" }) }));
    expect(text).not.to.contain("rotated.1").and.not.to.contain("passphrase.1");
  });
});

describe("changesOf, of a rebuild without a credential", () => {
  const silent = { passphrase: undefined };
  const before = { ...adopted(), tunnels: of(silent).tunnels };
  const rebuild = (primary: Partial<Tunnel>, news: Partial<GroupInputs> = {}) =>
    changes({ title: "", state: before, news: { ...adopting, ...of(primary), ...news } });

  for (const name of ["regionID", "p81GWInternalIP", "remoteGWInternalIP"] as const) {
    it(`refuses it for ${name}, with the path, the reason and the ways on`, () => {
      expect(() => rebuild({ ...silent, [name]: "169.254.9.9" })).to.throw(
        PlanError,
        `tunnels.primary: ${name} cannot change in place, and nothing is declared with which the tunnel could be added again: give it passphrase or customerRootCA, or set ${name} back.`,
      );
    });
  }

  it("lets it pass with a passphrase, one that is not known yet included, and with a certificate", () => {
    for (const credential of [
      { passphrase: "rotated.1" },
      { passphrase: unknown },
      { ...silent, customerRootCA: "PEM" },
    ])
      expect(rebuild({ regionID: "RgAAAAAAA2", ...credential }).warnings.join()).to.contain("regionID cannot change");
  });

  it("lets it pass as long as it is not certain, and where the resource is replaced", () => {
    expect(rebuild({ ...silent, regionID: unknown }).warnings.join()).to.contain("may have to be removed");
    expect(rebuild({ ...silent, regionID: "RgAAAAAAA2" }, { networkId: "NwAAAAAAA2" }).replaces).to.deep.equal([
      "networkId",
    ]);
  });
});

describe("changesOf, of an update that sends nothing", () => {
  /** State as this version writes it. */
  const noted = (overrides: Partial<GroupInputs> = {}): Partial<State> => ({
    inputs: { ...state().inputs, __secrets: [], __urn: "urn:pulumi:a", ...overrides },
  });
  const unsent = (test: Omit<Case, "title">) =>
    changes({ title: "", state: noted(), ...test, news: { __urn: "urn:pulumi:a", __secrets: [], ...test.news } })
      .unsent;

  const CASES: readonly (readonly [string, Omit<Case, "title">])[] = [
    ["the resource's name in state", { news: { __urn: "urn:pulumi:b" } }],
    ["customTimeouts", { news: { __timeouts: { delete: "10m" } } }],
    ["customTimeouts", { state: noted({ __timeouts: { delete: "10m" } }) }],
    ["which values are secret", { news: { __secrets: ["description"] } }],
    ["unmanagedTunnels", { news: { unmanagedTunnels: "remove" } }],
    ["forceDestroy", { news: { forceDestroy: true } }],
    ["health", { news: { health: { wait: "require" } } }],
    ["rollout", { news: { rollout: { maxUnavailable: 1 } } }],
    ["the keys of tunnels", { news: { tunnels: { first: tunnel(1), backup: tunnel(2) } } }],
    ["forceDestroy, health", { news: { forceDestroy: true, health: { wait: "warn" } } }],
    [
      "what state knows (now also tunnels.primary.p81GWInternalIP)",
      { state: { ...noted(), tunnels: tunnelsWithDefaults(of({ p81GWInternalIP: undefined }).tunnels) } },
    ],
    [
      "what is managed (no longer tunnels.primary.remoteASN, sharedSettings.peakBandwidth)",
      {
        state: adopted({ __secrets: [], __urn: "urn:pulumi:a", sharedSettings: { peakBandwidth: 50 } }),
        news: { ...adopting, ...of({ remoteASN: undefined }) },
      },
    ],
  ];
  for (const [what, test] of CASES) {
    it(`says that only ${what} changed`, () => {
      expect(unsent(test)).to.deep.equal([`Only ${what} changed; nothing is sent.`]);
    });
  }

  const NONE: readonly (readonly [string, Omit<Case, "title">])[] = [
    ["nothing changed", {}],
    ["something is sent as well", { news: { forceDestroy: true, description: "office" } }],
    ["a write is not proven yet", { state: { ...noted(), pending: [pendingWrite()] }, news: { forceDestroy: true } }],
    ["something is not known yet", { news: { forceDestroy: true, sharedSettings: unknown } }],
    ["the group is replaced", { news: { forceDestroy: true, networkId: "NwAAAAAAA2" } }],
    ["the state of an earlier version is completed first", { state: {}, news: { forceDestroy: true } }],
  ];
  for (const [title, test] of NONE) {
    it(`says nothing of it where ${title}`, () => {
      expect(unsent(test)).to.deep.equal([]);
    });
  }
});

describe("desiredOf", () => {
  it("is what the user declares for an adopted group", () => {
    const news = newsOf({ title: "", news: adopting });
    expect(desiredOf(news, "adopted")).to.equal(news);
  });

  it("has the defaults for a group of ours", () => {
    expect(desiredOf(inputs(), "created").sharedSettings?.peakBandwidth).to.equal(1000);
    expect(desiredOf(inputs(), "created").description).to.equal("");
    expect(desiredOf(inputs(), "created").tunnels.primary?.routingType).to.equal("route");
  });
});

describe("planFromState", () => {
  const mandate = (test: Omit<Case, "title">) =>
    mandateOf(planFromState(state(test.state), newsOf({ title: "", ...test })));
  const NONE = { ids: { primary: "Tn1", backup: "Tn2" }, rebuilds: new Set(), removals: new Set() };

  it("allows nothing when nothing changes", () => {
    expect(mandate({})).to.deep.equal(NONE);
  });

  it("allows no removal for a change in place", () => {
    expect(mandate({ news: of({ remotePublicIP: "198.51.100.1" }) })).to.deep.equal(NONE);
  });

  it("allows the removal of the tunnel of a key that was taken out", () => {
    expect(mandate({ news: { tunnels: { backup: tunnel(2) } } }).removals).to.deep.equal(new Set(["Tn1"]));
  });

  it("allows no removal for a key whose tunnel state does not know", () => {
    const given = { state: { tunnelIds: { backup: "Tn2" } }, news: { tunnels: { backup: tunnel(2) } } };
    expect(mandate(given).removals).to.deep.equal(new Set());
  });

  for (const name of ["regionID", "p81GWInternalIP", "remoteGWInternalIP"] as const) {
    it(`allows the rebuild of the one tunnel whose ${name} changes`, () => {
      expect(mandate({ news: of({ [name]: "169.254.9.9" }) }).rebuilds).to.deep.equal(new Set(["Tn1"]));
    });
  }

  it("allows the rebuild of a tunnel that goes on under another key", () => {
    const tunnels = { first: tunnel(1, { p81GWInternalIP: "169.254.9.1" }), backup: tunnel(2) };
    expect(mandate({ news: { tunnels } }).rebuilds).to.deep.equal(new Set(["Tn1"]));
  });

  it("allows no rebuild for an immutable field that state does not know, or that the user takes out", () => {
    const silent = of({ p81GWInternalIP: undefined });
    expect(mandate({ state: { tunnels: silent.tunnels } }).rebuilds).to.deep.equal(new Set());
    expect(mandate({ news: silent }).rebuilds).to.deep.equal(new Set());
  });

  const Tn9 = "Rg 203.0.113.9";

  it("allows the removal of undeclared tunnels that a refresh has listed, when the user wants it", () => {
    expect(mandate({ state: listing({ Tn9 }), news: { unmanagedTunnels: "remove" } }).removals).to.deep.equal(
      new Set(["Tn9"]),
    );
  });

  it("allows no removal of undeclared tunnels that the user wants kept, all or one of them", () => {
    expect(mandate({ state: listing({ Tn9 }) }).removals).to.deep.equal(new Set());
    const declined = { unmanagedTunnels: "remove", unmanaged: { Tn9 } } as const;
    expect(mandate({ state: listing({ Tn9 }), news: declined }).removals).to.deep.equal(new Set());
  });

  it("allows no removal of tunnels that no refresh has listed", () => {
    expect(mandate({ news: { unmanagedTunnels: "remove" } }).removals).to.deep.equal(new Set());
  });
});
