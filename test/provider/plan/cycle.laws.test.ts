import { expect } from "chai";
import fc from "fast-check";
import {
  believing,
  believingSettings,
  currentOf,
  knowledgeOf,
  NOTHING_KNOWN,
} from "../../../provider/converge/current";
import { provenOf } from "../../../provider/converge/outcome";
import { prove } from "../../../provider/converge/proof";
import { checkInputs } from "../../../provider/model/check";
import type { Tunnel } from "../../../provider/model/fields";
import type { GroupInputs } from "../../../provider/model/schema";
import { engineValue, outputsOf, readState, type State } from "../../../provider/model/state";
import { changesOf, desiredOf, mandateOf } from "../../../provider/plan/changes";
import { driftWarnings } from "../../../provider/plan/drift";
import { type Current, plan } from "../../../provider/plan/plan";
import { decodeGroup, type PresentGroup } from "../../../provider/service/wire";
import { inputs, tunnel } from "../builders";
import { applyRequest, freshIds } from "../simulation";

const ID = "TgAAAAAAA1";

/** One program: up to four tunnels, each under one of two keys, and some settings. */
const declared = (n: number): fc.Arbitrary<readonly (readonly [string, Tunnel])[]> => {
  const fields = fc.record({
    regionID: fc.constantFrom("RgAAAAAAA1", "RgAAAAAAA2"),
    remotePublicIP: fc.constantFrom(`203.0.113.${n}`, `198.51.100.${n}`),
    remoteASN: fc.constantFrom(65_000, 4_294_967_295),
    p81GWInternalIP: fc.constantFrom(`169.254.${n}.1`, `169.254.${n}.101`),
    passphrase: fc.constantFrom("passphrase.1", "rotated.1"),
  });
  const key = fc.constantFrom(`tunnel${n}`, `renamed${n}`);
  return fc.option(fc.tuple(key, fields)).map((given) => (given ? [[given[0], tunnel(n, given[1])]] : []));
};

const program: fc.Arbitrary<GroupInputs> = fc
  .record({
    tunnels: fc.tuple(declared(1), declared(2), declared(3), declared(4)).filter((all) => all.flat().length > 0),
    ikeLifeTime: fc.option(fc.constantFrom("8h", "480m", "9h")),
    peakBandwidth: fc.option(fc.constantFrom(1000, 50)),
    tunnelName: fc.constantFrom("branch", "office"),
  })
  .map(({ tunnels, ikeLifeTime, peakBandwidth, tunnelName }) => ({
    ...inputs(),
    tunnelName,
    tunnels: Object.fromEntries(tunnels.flat()),
    sharedSettings: { ...inputs().sharedSettings, ...(peakBandwidth === null ? {} : { peakBandwidth }) },
    ...(ikeLifeTime === null ? {} : { advancedSettings: { ikeLifeTime } }),
  }));

/** What GET shows of a group: flat, decorated, without what it never shows; passphrases as it pleases. */
function get(group: Current, isEchoing: boolean): PresentGroup {
  const { leftASN: _, peakBandwidth: peakBandwidthMbps, ...shared } = group.sharedSettings ?? {};
  const items = group.tunnels.map((entry, index) => {
    const { remoteASN: __, p81GWInternalIP: ___, remoteGWInternalIP: ____, passphrase, ...visible } = entry;
    return {
      ...visible,
      ...(isEchoing ? { passphrase } : {}),
      tunnelName: `${group.tunnelName}0${index + 1}`,
      description: group.description,
      ...shared,
      peakBandwidthMbps,
      ...group.advancedSettings,
    };
  });
  return decodeGroup(JSON.parse(JSON.stringify(items))) as PresentGroup;
}

/** State as the engine keeps it: outputs in JSON, secrets in clear once they come back. */
function kept(outputs: Record<string, unknown>): State {
  const plain = (_name: string, value: unknown) =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value && "value" in value
      ? value.value
      : value;
  return readState(JSON.parse(JSON.stringify(outputs), plain) as Record<string, unknown>);
}

/** A group right after it was created from a program, and the state of that. */
function created(desired: GroupInputs): { readonly group: Current; readonly state: State } {
  const { description, sharedSettings, advancedSettings, tunnelName } = desired;
  const entries = Object.entries(desired.tunnels);
  const tunnels = entries.map(([key, entry]) => ({
    ...entry,
    remoteID: entry.remotePublicIP,
    authType: "psk" as const,
    routingType: "route" as const,
    id: `Made${key}`,
  }));
  const tunnelIds = Object.fromEntries(entries.map(([key]) => [key, `Made${key}`]));
  return {
    group: { description, sharedSettings, advancedSettings, tunnelName, tunnels },
    state: kept(outputsOf({ inputs: desired, groupId: ID, tunnelIds, origin: "created" })),
  };
}

const RUNS = { numRuns: 200, seed: 2_300 };
const checked = (news: GroupInputs) => desiredOf(checkInputs({}, news).inputs, "created");

/** One update, as a run goes about it: read, plan, send, prove. */
function update(state: State, group: Current, desired: GroupInputs, isEchoing: boolean) {
  const before = get(group, isEchoing);
  const current = currentOf(before, knowledgeOf(state), desired);
  const { requests } = plan(desired, current, mandateOf(state, desired));
  const freshId = freshIds();
  const after = requests.reduce((result, request) => applyRequest(result, request, freshId), group);
  return { requests, before, current, after };
}

describe("one update after another", () => {
  const law = (title: string, check: (before: GroupInputs, news: GroupInputs, isEchoing: boolean) => void) =>
    it(title, () => {
      fc.assert(
        fc.property(program, program, fc.boolean(), (before, news, isEchoing) =>
          check(checked(before), checked(news), isEchoing),
        ),
        RUNS,
      );
    });

  law("finds no change in what was just created", (desired) => {
    const { state, group } = created(desired);
    expect(changesOf(ID, state, desired).isChanged).to.equal(false);
    expect(update(state, group, desired, true).requests).to.deep.equal([]);
  });

  law("sends something exactly when something but a key has changed", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { requests } = update(state, group, news, isEchoing);
    const { isChanged } = changesOf(ID, state, news);
    if (requests.length > 0) expect(isChanged).to.equal(true);
    if (!isChanged) expect(requests).to.deep.equal([]);
  });

  law("removes exactly what was announced", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { requests } = update(state, group, news, isEchoing);
    const { notes, warnings } = changesOf(ID, state, news);
    const removed = requests.flatMap(({ removeTunnels = [] }) => removeTunnels).length;
    const added = requests.flatMap(({ addTunnels = [] }) => addTunnels).length;
    const rebuilt = warnings.filter((text) => text.includes("removed and added again")).length;
    expect(removed).to.equal(rebuilt + notes.filter((text) => text.endsWith("is removed.")).length);
    expect(added).to.equal(rebuilt + notes.filter((text) => text.endsWith("is added.")).length);
  });

  law("finds no drift in a group that nobody else has touched", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { requests, current } = update(state, group, news, isEchoing);
    expect(driftWarnings(state, news, current, requests[0])).to.deep.equal([]);
  });

  law("is proven by reading back, and then there is nothing left to change", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { requests, before: seen, after } = update(state, group, news, isEchoing);
    const read = get(after, isEchoing);
    let knowledge = knowledgeOf(state);
    for (const request of requests) {
      const proof = prove(request, seen.tunnels, read);
      expect(proof.missing).to.deep.equal([]);
      const updates = (request.updateTunnels ?? []).map((entry) => [entry.id, entry] as const);
      knowledge = believingSettings(
        believing(knowledge, new Map<string, Partial<Tunnel>>([...proof.added, ...updates])),
        request,
      );
    }
    const { claims } = plan(news, currentOf(read, knowledge, news), mandateOf(state, news));
    const tunnelIds = Object.fromEntries([...claims].map(([key, { id }]) => [key, id]));
    const next = kept(outputsOf({ inputs: news, groupId: ID, tunnelIds, origin: "created" }));
    expect(changesOf(ID, next, news)).to.deep.include({ isChanged: false, notes: [], warnings: [] });
    expect(update(next, after, news, isEchoing).requests).to.deep.equal([]);
    expect(provenOf(news, state, knowledge, read).inputs.tunnels).to.deep.equal(news.tunnels);
  });

  law("is taken up again from what a failure has left in state, wherever it has stopped", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { after } = update(state, group, news, isEchoing);
    for (const stopped of [group, { ...after, advancedSettings: group.advancedSettings }]) {
      const proven = provenOf(news, state, knowledgeOf(state), get(stopped, isEchoing));
      const left = kept(outputsOf({ ...proven, groupId: ID, origin: "created" }));
      const { after: end } = update(left, stopped, news, isEchoing);
      expect(end.tunnels).to.have.length(Object.keys(news.tunnels).length);
      expect(update(left, end, news, true).requests.flatMap(({ removeTunnels = [] }) => removeTunnels)).to.deep.equal(
        [],
      );
    }
  });

  law("finds in a group seen for the first time what was created", (desired) => {
    const { group } = created(desired);
    const current = currentOf(get(group, true), NOTHING_KNOWN, desired);
    const mandate = { ids: {}, rebuilds: new Set<string>(), removals: new Set<string>() };
    const [request, ...more] = plan(desired, current, mandate).requests;
    expect(more).to.deep.equal([]);
    expect(Object.keys(request ?? {})).to.deep.equal(["tunnelName", "updateTunnels"]);
    for (const entry of request?.updateTunnels ?? []) expect(entry).to.have.all.keys("id", "remoteASN");
  });
});

describe("engineValue", () => {
  it("keeps every member of a program but its secrets' clarity", () => {
    fc.assert(
      fc.property(program, (news) => {
        expect(kept(engineValue({ ...news })).tunnels).to.deep.equal(news.tunnels);
      }),
      RUNS,
    );
  });
});
