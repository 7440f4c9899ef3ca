import { expect } from "chai";
import { attached } from "../../../provider/converge/attach";
import { NOTHING_SEEN } from "../../../provider/converge/change";
import { differingSettings, prove } from "../../../provider/converge/prove";
import { blankState } from "../../../provider/model/state";
import type { UpdateBody } from "../../../provider/plan/requests";
import type { ShownGroup } from "../../../provider/service/wire";
import { inputs, pendingWrite, present, seen, settings, state, tunnel } from "../builders";

interface Case {
  readonly title: string;
  readonly request: Partial<UpdateBody>;
  readonly seen?: Partial<ShownGroup>;
  readonly missing: readonly string[];
}

const shown = (first: object) => ({ tunnels: [{ ...visible(1), ...first }, visible(2)] });
const visible = (n: number) => {
  const { remoteASN: _, p81GWInternalIP: __, remoteGWInternalIP: ___, ...rest } = present(n);
  return rest;
};
const third = { ...tunnel(3), remoteID: "203.0.113.3", authType: "psk" } as const;
const shared = { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.30.0.0/16", "10.20.0.1/16"] };

const CASES: readonly Case[] = [
  { title: "nothing of a request for nothing", request: {}, missing: [] },
  {
    title: "an update that shows",
    request: { updateTunnels: [{ id: "Tn1", remoteID: "peer1" }] },
    seen: shown({ remoteID: "peer1" }),
    missing: [],
  },
  {
    title: "an update that does not show",
    request: { updateTunnels: [{ id: "Tn1", remoteID: "peer1", routingType: "route" }] },
    missing: ["remoteID of tunnel Tn1"],
  },
  { title: "an update of what is never shown", request: { updateTunnels: [{ id: "Tn1", remoteASN: 7 }] }, missing: [] },
  {
    title: "a new passphrase that is shown otherwise",
    request: { updateTunnels: [{ id: "Tn1", authType: "psk", passphrase: "rotated.1" }] },
    missing: [],
  },
  {
    title: "an update of a tunnel that is gone",
    request: { updateTunnels: [{ id: "Tn9", remoteASN: 7 }] },
    missing: ["everything of tunnel Tn9"],
  },
  { title: "a removal", request: { removeTunnels: [{ id: "Tn9" }] }, missing: [] },
  {
    title: "a removal that was not carried out",
    request: { removeTunnels: [{ id: "Tn1" }] },
    missing: ["tunnel Tn1 was not removed"],
  },
  {
    title: "an addition that is not there",
    request: { addTunnels: [third] },
    missing: ["the tunnel to 203.0.113.3 was not added"],
  },
  {
    title: "an addition without an address that is not there",
    request: { addTunnels: [{ regionID: "RgAAAAAAA9" }] },
    missing: ["the tunnel to region RgAAAAAAA9 was not added"],
  },
  {
    title: "an addition like a tunnel that was there before",
    request: { addTunnels: [tunnel(1)] },
    missing: ["the tunnel to 203.0.113.1 was not added"],
  },
  { title: "a name, decorated", request: { tunnelName: "branch" }, missing: [] },
  { title: "a name that does not show", request: { tunnelName: "office" }, missing: ["tunnelName"] },
  {
    title: "a name that only one tunnel shows",
    request: { tunnelName: "office" },
    seen: { names: ["office01", "branch02"] },
    missing: ["tunnelName"],
  },
  {
    title: "settings by meaning",
    request: {
      sharedSettings: shared,
      advancedSettings: { ikeLifeTime: "480m", phase1: { encryption: ["aes128", "aes256"] } },
    },
    missing: [],
  },
  {
    title: "settings that do not show",
    request: {
      description: "new",
      sharedSettings: { ...shared, peakBandwidth: 10 },
      advancedSettings: { lifetime: "2h" },
    },
    missing: ["description", "sharedSettings.peakBandwidth", "advancedSettings.lifetime"],
  },
  {
    title: "settings of a group without tunnels, which are not shown",
    request: { description: "new", advancedSettings: { lifetime: "2h" }, removeTunnels: [{ id: "Tn1" }] },
    seen: { tunnels: [], names: [], description: undefined, sharedSettings: undefined, advancedSettings: undefined },
    missing: [],
  },
];

const BEFORE: ShownGroup = { ...seen(), tunnels: [present(1), present(2)] };

/** What a change is held to, once the tunnels that it has added are known. */
function proofOf(request: Partial<UpdateBody>, group: Partial<ShownGroup> = {}, isCoded = false) {
  const shown = seen(group);
  const addedKeys = (request.addTunnels ?? []).map((_, index) => `added${index}`);
  const write = pendingWrite({
    before: BEFORE.tunnels.map(({ id }) => id),
    added: (request.addTunnels ?? []).map((sent, index) => [`added${index}`, sent] as const),
  });
  const known = attached(state(), [write], shown.tunnels);
  return prove({ body: { tunnelName: "branch", ...request }, addedKeys }, BEFORE, known, shown, isCoded);
}

describe("prove", () => {
  for (const test of CASES) {
    it(`${test.missing.length === 0 ? "misses nothing of" : "names"} ${test.title}`, () => {
      expect(proofOf(test.request, test.seen).missing).to.deep.equal(test.missing);
    });
  }

  it("never names a secret's value", () => {
    const update = { id: "Tn1", authType: "cert", customerRootCA: "PEM.secret", passphrase: "rotated.1" } as const;
    const text = JSON.stringify(proofOf({ updateTunnels: [update] }, shown({ customerRootCA: "other" })).missing);
    expect(text).not.to.contain("rotated.1").and.not.to.contain("PEM.secret");
  });

  it("takes an addition as shown that has become known", () => {
    const after = { tunnels: [...seen().tunnels, { ...visible(3), id: "New3" }] };
    expect(proofOf({ addTunnels: [third] }, after)).to.deep.equal({
      missing: [],
      shown: new Set(["New3"]),
      masked: new Set(),
      echoed: {},
    });
  });

  it("takes no tunnel for an addition that is known under its key and was there before", () => {
    const change = { body: { tunnelName: "branch", addTunnels: [tunnel(1)] }, addedKeys: ["primary"] };
    expect(prove(change, BEFORE, state(), seen(), true)).to.deep.equal({
      missing: ["the tunnel to 203.0.113.1 was not added"],
      shown: new Set(),
      masked: new Set(),
      echoed: {},
    });
  });

  it("misses an addition that was known and has vanished", () => {
    const known = state({ tunnelIds: { ...state().tunnelIds, third: "Tn3" } });
    const change = { body: { tunnelName: "branch", addTunnels: [third] }, addedKeys: ["third"] };
    expect(prove(change, BEFORE, known, seen(), true).missing).to.deep.equal([
      "the tunnel to 203.0.113.3 was not added",
    ]);
  });

  it("finds nobody else's new tunnel", () => {
    const after = { tunnels: [...seen().tunnels, { ...visible(9), id: "New9" }] };
    expect(proofOf({ addTunnels: [third] }, after).shown.size).to.equal(0);
  });

  const UPDATED: readonly [string, object, object, boolean][] = [
    ["shows every visible change", { remoteID: "peer1", remoteASN: 7 }, { remoteID: "peer1" }, true],
    ["shows one of two changes", { remoteID: "peer1", routingType: "policy" }, { remoteID: "peer1" }, false],
    ["can't show any of its changes", { remoteASN: 7 }, {}, false],
    ["shows another passphrase", { authType: "psk", passphrase: "rotated.1" }, {}, false],
    ["shows no passphrase", { authType: "psk", passphrase: "rotated.1" }, { passphrase: undefined }, false],
    [
      "shows a change beside a passphrase that is not shown",
      { remoteID: "peer1", passphrase: "rotated.1" },
      { remoteID: "peer1" },
      true,
    ],
    ["shows what it showed before", { remoteID: "203.0.113.1", remoteASN: 7 }, {}, false],
    ["shows the new passphrase", { authType: "psk", passphrase: "rotated.1" }, { passphrase: "rotated.1" }, true],
  ];
  for (const [title, update, first, isProven] of UPDATED) {
    it(`${isProven ? "takes" : "does not take"} an update as proven that ${title}`, () => {
      const proof = proofOf({ updateTunnels: [{ id: "Tn1", ...update }] }, shown(first));
      expect(proof.shown.has("Tn1")).to.equal(isProven);
    });
  }

  const PASSPHRASE = { authType: "psk", passphrase: "rotated.1" } as const;
  const MASKED: readonly [string, object, object, boolean][] = [
    ["shows all but its passphrase", PASSPHRASE, { passphrase: undefined }, true],
    ["shows the passphrase of before", PASSPHRASE, {}, false],
    ["shows the new passphrase", PASSPHRASE, { passphrase: "rotated.1" }, false],
    ["hides another field too", { ...PASSPHRASE, remoteASN: 7 }, { passphrase: undefined }, false],
    ["hides another field alone", { remoteASN: 7 }, { passphrase: undefined }, false],
    ["shows another field otherwise", { ...PASSPHRASE, remoteID: "peer1" }, { passphrase: undefined }, false],
  ];
  for (const [title, update, first, isMasked] of MASKED) {
    it(`${isMasked ? "takes" : "does not take"} an update as masked where the read ${title}`, () => {
      const proof = proofOf({ updateTunnels: [{ id: "Tn1", ...update }] }, shown(first));
      expect(proof.masked.has("Tn1")).to.equal(isMasked);
    });
  }

  it("holds a whole group against what it was created from", () => {
    const { description = "", sharedSettings = {}, advancedSettings = {} } = settings();
    const addTunnels = [tunnel(1), tunnel(2)];
    const body = { tunnelName: "branch", description, sharedSettings, advancedSettings, addTunnels };
    const write = pendingWrite({ kind: "create", before: [], added: Object.entries(inputs().tunnels) });
    const known = attached(blankState("created"), [write], seen().tunnels);
    expect(prove({ body, addedKeys: ["primary", "backup"] }, NOTHING_SEEN, known, seen(), true)).to.deep.equal({
      missing: [],
      shown: new Set(["Tn1", "Tn2"]),
      masked: new Set(),
      echoed: {},
    });
  });
});

const lifetime = { advancedSettings: { ...settings().advancedSettings, lifetime: "2h" } };
const lifetimeShown = (value: string | undefined, more: Partial<ShownGroup> = {}) => ({
  advancedSettings: { ...settings().advancedSettings, lifetime: value },
  ...more,
});
const OUTSIDE = lifetimeShown(undefined, { foreign: { "advancedSettings.lifetime": "2 hours" } });

describe("prove, of a value that is neither as before nor as sent", () => {
  it("believes the status code, and says what the service has made of it", () => {
    const { missing, echoed } = proofOf({ advancedSettings: { lifetime: "2h" } }, lifetimeShown("3h"), true);
    expect(missing).to.deep.equal([]);
    expect(echoed).to.deep.equal({ "advancedSettings.lifetime": { sent: "2h", shown: "3h" } });
  });

  it("believes it of a value outside the schema too, and of a tunnel by its id", () => {
    expect(proofOf({ advancedSettings: { lifetime: "2h" } }, OUTSIDE, true).echoed).to.deep.equal({
      "advancedSettings.lifetime": { sent: "2h", shown: "2 hours" },
    });
    const tunnelShown = shown({ remoteID: undefined, foreign: { remoteID: 7 } });
    expect(proofOf({ updateTunnels: [{ id: "Tn1", remoteID: "peer1" }] }, tunnelShown, true)).to.deep.include({
      missing: [],
      echoed: { "tunnels.Tn1.remoteID": { sent: "peer1", shown: 7 } },
    });
  });

  it("misses one that is as before, and each without a status code", () => {
    expect(proofOf({ advancedSettings: { lifetime: "2h" } }, {}, true).missing).to.deep.equal([
      "advancedSettings.lifetime",
    ]);
    for (const group of [lifetimeShown("3h"), OUTSIDE]) {
      expect(proofOf({ advancedSettings: { lifetime: "2h" } }, group, false)).to.deep.include({
        missing: ["advancedSettings.lifetime"],
        echoed: {},
      });
    }
  });

  it("misses one that not all tunnels show", () => {
    for (const others of [[{}, lifetime], [lifetimeShown("4h")], [seen()]]) {
      const group = lifetimeShown("3h", { others });
      expect(proofOf({ advancedSettings: { lifetime: "2h" } }, group, true).missing).to.deep.equal([
        "advancedSettings.lifetime",
      ]);
    }
    expect(
      proofOf({ advancedSettings: { lifetime: "2h" } }, { ...lifetime, others: [seen()] }, true).missing,
    ).to.deep.equal(["advancedSettings.lifetime"]);
  });

  it("takes what the service made of the same value before as the value", () => {
    const echo = { "advancedSettings.lifetime": { sent: "2h", shown: "3h" } };
    const before = { ...BEFORE, ...lifetimeShown("3h") };
    const change = { body: { tunnelName: "branch", advancedSettings: { lifetime: "2h" } }, addedKeys: [] };
    const proof = prove(change, before, state({ echo }), seen(lifetimeShown("3h")), true);
    expect(proof).to.deep.include({ missing: [], echoed: {} });
    const other = { body: { tunnelName: "branch", advancedSettings: { lifetime: "4h" } }, addedKeys: [] };
    expect(prove(other, before, state({ echo }), seen(lifetimeShown("3h")), true).missing).to.deep.equal([
      "advancedSettings.lifetime",
    ]);
  });

  it("takes a name in another case as the name", () => {
    expect(proofOf({}, { names: ["BRANCH01", "Branch02"] }, true).missing).to.deep.equal([]);
    expect(proofOf({}, { names: ["BRANCHES01"] }, true).missing).to.deep.equal(["tunnelName"]);
  });
});

describe("differingSettings", () => {
  it("names what is shown and is not as wanted, and nothing that is not shown", () => {
    const wanted = { description: "office", sharedSettings: { leftASN: 7, peakBandwidth: 10 } };
    expect(differingSettings(wanted, seen()).map(({ path }) => path.join("."))).to.deep.equal([
      "description",
      "sharedSettings.peakBandwidth",
    ]);
  });
});
