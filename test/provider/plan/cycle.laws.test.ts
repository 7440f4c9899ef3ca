import { expect } from "chai";
import fc from "fast-check";
import { attached } from "../../../provider/converge/attach";
import { standingOf } from "../../../provider/converge/failure";
import { believed, believedSettings, completed } from "../../../provider/converge/known";
import { prove } from "../../../provider/converge/prove";
import { checkInputs } from "../../../provider/model/check";
import type { Tunnel } from "../../../provider/model/fields";
import type { PresentGroup } from "../../../provider/model/present";
import type { GroupInputs } from "../../../provider/model/schema";
import { blankState, engineValue, outputsOf } from "../../../provider/model/state";
import { changesOf, desiredOf, planFromState } from "../../../provider/plan/changes";
import { driftWarnings } from "../../../provider/plan/drift";
import { PlanError } from "../../../provider/plan/error";
import { isEmpty, mandateOf, type Plan, plan } from "../../../provider/plan/plan";
import { requestsOf } from "../../../provider/plan/requests";
import { inputs, present, tunnel } from "../builders";
import { created, get, ID, kept, onlyAdded, recovered, sent, update } from "./cycle";

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

/** What is compared of two plans: what is done to which tunnel, for which fields. */
const inShort = ({ tunnels, removals, settings, isRenamed }: Plan) => ({
  tunnels: tunnels.map(({ key, action, present, fields }) => [
    key,
    action,
    present?.id,
    fields.map(({ path }) => path.join(".")),
  ]),
  removals: removals.map(({ tunnel: { id } }) => id).sort(),
  settings: settings.map(({ path }) => path.join(".")),
  isRenamed,
});

const RUNS = { numRuns: 200, seed: 2_300 };
const checked = (news: GroupInputs) => desiredOf(checkInputs({}, news).inputs, "created");

describe("one update after another", () => {
  const law = (
    title: string,
    check: (before: GroupInputs, news: GroupInputs, isEchoing: boolean) => void,
    numRuns = RUNS.numRuns,
  ) =>
    it(title, () => {
      fc.assert(
        fc.property(program, program, fc.boolean(), (before, news, isEchoing) =>
          check(checked(before), checked(news), isEchoing),
        ),
        { ...RUNS, numRuns },
      );
    });

  law("finds no change in what was just created", (declared) => {
    const { state, group } = created(declared);
    expect(changesOf(ID, state, declared).isChanged).to.equal(false);
    expect(update(state, group, declared, true).bodies).to.deep.equal([]);
  });

  law("sends something exactly when something but a key has changed", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { bodies } = update(state, group, news, isEchoing);
    const { isChanged, plan: whole } = changesOf(ID, state, news);
    expect(bodies.length > 0).to.equal(!isEmpty(whole));
    if (bodies.length > 0) expect(isChanged).to.equal(true);
  });

  law("removes exactly what was announced", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { bodies } = update(state, group, news, isEchoing);
    const { notes, warnings } = changesOf(ID, state, news);
    const removed = bodies.flatMap(({ removeTunnels = [] }) => removeTunnels).length;
    const added = bodies.flatMap(({ addTunnels = [] }) => addTunnels).length;
    const rebuilt = warnings.filter((text) => text.includes("removed and added again")).length;
    expect(removed).to.equal(rebuilt + warnings.filter((text) => text.endsWith("is removed.")).length);
    expect(added).to.equal(rebuilt + notes.filter((text) => text.endsWith("is added.")).length);
  });

  law("does to a group that nobody has moved what the preview said", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { fromState, fromService } = update(state, group, news, isEchoing);
    expect(inShort(fromService)).to.deep.equal(inShort(fromState));
  });

  law("does the same to undeclared tunnels that a refresh has listed", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const strays = [8, 9].map((n) => present(n));
    const listing = {
      unmanagedTunnels: "remove" as const,
      unmanaged: { Tn8: "Rg 203.0.113.8", Tn9: "Rg 203.0.113.9" },
    };
    const knowing = { ...state, inputs: { ...state.inputs, ...listing } };
    const declared = { ...news, unmanagedTunnels: "remove" as const, unmanaged: { Tn9: "Rg 203.0.113.9" } };
    const whole = { ...group, tunnels: [...group.tunnels, ...strays] };
    const { fromState, fromService, after } = update(knowing, whole, declared, isEchoing);
    expect(inShort(fromService)).to.deep.equal(inShort(fromState));
    expect(after.tunnels.filter(({ id }) => id === "Tn8" || id === "Tn9")).to.deep.equal([present(9)]);
  });

  law("does no more to an adopted group than the preview said", (before, news, isEchoing) => {
    const { group } = created(before);
    const tunnelIds = Object.fromEntries(Object.keys(before.tunnels).map((key) => [key, `Made${key}`]));
    const inputsOf = ({ sharedSettings: _, description: __, ...rest }: GroupInputs) => ({
      ...rest,
      dynamicTunnelId: ID,
    });
    const state = kept(outputsOf({ inputs: inputsOf(before), groupId: ID, tunnelIds, origin: "adopted" }));
    const { fromState, fromService } = update(state, group, inputsOf(news), isEchoing);
    const [said, done] = [inShort(fromState), inShort(fromService)];
    expect(done.removals).to.deep.equal(said.removals);
    expect(done.tunnels).to.deep.equal(said.tunnels);
    expect(said.settings).to.include.members(done.settings);
  });

  law("finds no drift in a group that nobody else has touched", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { fromState, fromService } = update(state, group, news, isEchoing);
    expect(driftWarnings(fromState, fromService, news, {})).to.deep.equal([]);
  });

  law("is proven by reading back, and then there is nothing left to change", (before, news, isEchoing) => {
    const { state, group } = created(before);
    const { changes, before: seen, after } = update(state, group, news, isEchoing);
    const read = get(after, isEchoing);
    let known = state;
    for (const change of changes) {
      known = sent(known, news, change, seen);
      known = attached(known, known.pending, read.tunnels);
      expect(prove(change, seen, known, read, true).missing).to.deep.equal([]);
      known = {
        ...believedSettings(
          believed(known, change, () => true),
          change,
        ),
        pending: [],
      };
    }
    const mandate = mandateOf(planFromState(known, news));
    const again = plan(news, completed(read, known, news), { ...mandate, ids: { ...mandate.ids, ...known.tunnelIds } });
    expect(isEmpty(again)).to.equal(true);
    const tunnelIds = mandateOf(again).ids;
    const next = kept(outputsOf({ inputs: news, groupId: ID, tunnelIds, origin: "created" }));
    expect(changesOf(ID, next, news)).to.deep.include({ isChanged: false, notes: [], warnings: [] });
    expect(update(next, after, news, isEchoing).bodies).to.deep.equal([]);
    const standing = standingOf({
      declared: news,
      state: known,
      present: completed(read, known, news),
      ids: tunnelIds,
    });
    expect(standing.inputs.tunnels).to.deep.equal(news.tunnels);
  });

  law(
    "is taken up again from what a failure has left in state, wherever it has stopped",
    (before, news, isEchoing) => {
      const { state, group } = created(before);
      const { changes, before: seen, fromService, after } = update(state, group, news, isEchoing);
      const [change] = changes;
      if (change === undefined) return;
      for (const stopped of [
        group,
        { ...after, advancedSettings: group.advancedSettings },
        onlyAdded(group, after),
        after,
      ]) {
        const read = get(stopped, isEchoing);
        const unproven = sent(state, news, change, seen);
        const known = attached(unproven, unproven.pending, read.tunnels);
        const { ids } = mandateOf(fromService);
        for (const there of [completed(read, known, news), undefined]) {
          const standing = standingOf({ declared: news, state: there ? known : unproven, present: there, ids });
          const outputs = outputsOf({ ...standing, groupId: ID, origin: "created", pending: known.pending });
          const left = kept(outputs);
          expect(changesOf(ID, left, news).isChanged).to.equal(true);
          const { after: end } = update(recovered(left, stopped, isEchoing), stopped, news, isEchoing);
          expect(end.tunnels.map(content).sort()).to.deep.equal(Object.values(news.tunnels).map(content).sort());
        }
      }
    },
    60,
  );

  law(
    "can be reverted from what a failure has left in state, wherever it has stopped",
    (before, news, isEchoing) => {
      const { state, group } = created(before);
      const { changes, before: seen, fromService, after } = update(state, group, news, isEchoing);
      const [change] = changes;
      if (change === undefined) return;
      const unproven = sent(state, news, change, seen);
      const { ids } = mandateOf(fromService);
      const standing = standingOf({ declared: news, state: unproven, present: undefined, ids });
      const left = kept(outputsOf({ ...standing, groupId: ID, origin: "created", pending: unproven.pending }));
      const half = onlyAdded(group, after);
      for (const stopped of [group, half, after]) {
        const { end, refusal } = outcomeOf(() =>
          update(recovered(left, stopped, isEchoing), stopped, before, isEchoing),
        );
        if (end) expect(end.map(content).sort()).to.deep.equal(Object.values(before.tunnels).map(content).sort());
        // A key that was taken out again says nothing of which is meant of two tunnels that nothing tells apart.
        else expect([stopped, refusal]).to.deep.equal([half, "ambiguous"]);
      }
    },
    100,
  );

  law("finds in a group seen for the first time what was created", (declared) => {
    const { group } = created(declared);
    const present = completed(get(group, true), blankState("adopted"), declared);
    const [request, ...more] = requestsOf(
      declared,
      present,
      plan(declared, present, { ids: {}, rebuilds: new Set(), removals: new Set() }),
    );
    expect(more).to.deep.equal([]);
    expect(Object.keys(request?.body ?? {})).to.deep.equal(["tunnelName", "updateTunnels"]);
    for (const entry of request?.body.updateTunnels ?? []) expect(entry).to.have.all.keys("id", "remoteASN");
  });
});

/** The tunnels that an update ends with, or that it refuses to guess which tunnel is which. */
function outcomeOf(run: () => { readonly after: PresentGroup }) {
  try {
    return { end: run().after.tunnels };
  } catch (error) {
    if (error instanceof PlanError && error.message.includes("could be any of")) return { refusal: "ambiguous" };
    throw error;
  }
}

/** What a tunnel was declared with, as far as these programs go. */
function content({ regionID, remotePublicIP, p81GWInternalIP, remoteASN, passphrase }: Partial<Tunnel>): string {
  return JSON.stringify([regionID, remotePublicIP, p81GWInternalIP, remoteASN, passphrase]);
}

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
