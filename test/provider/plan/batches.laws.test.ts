import { expect } from "chai";
import fc from "fast-check";
import type { PresentGroup } from "../../../provider/model/present";
import type { Rollout } from "../../../provider/model/rollout";
import { batchesOf } from "../../../provider/plan/batches";
import { takesPlaceOf } from "../../../provider/plan/clusters";
import { isEmpty, mandateOf, type Plan, plan } from "../../../provider/plan/plan";
import { requestsOf, type UpdateBody } from "../../../provider/plan/requests";
import { applyRequest, freshIds } from "../simulation";
import { applied, RUNS, type Scenario, scenario } from "./scenario";

const rollout: fc.Arbitrary<Rollout> = fc.record({ maxUnavailable: fc.integer({ min: 1, max: 4 }) });
const wholeOf = ({ desired, current, mandate }: Scenario) => plan(desired, current, mandate);

/** How many tunnels of a group a request takes down that are to stay, changed or made anew. */
function touchedBy(body: UpdateBody, whole: Plan): number {
  const rebuilt = new Set(
    whole.tunnels.flatMap(({ action, present }) => (action === "rebuild" && present ? [present.id] : [])),
  );
  const removed = (body.removeTunnels ?? []).filter(({ id }) => rebuilt.has(id));
  return (body.updateTunnels ?? []).length + removed.length;
}

const changing = ({ tunnels }: Plan) => tunnels.filter(({ action }) => action !== "keep");
const byText = (list: readonly object[]) =>
  list.map((each) => JSON.stringify(Object.entries(each).toSorted())).toSorted();
/** A group by what is in it: ids of what was made anew say when, and nothing else. */
const contentOf = ({ tunnels, ...rest }: PresentGroup) => ({
  ...rest,
  tunnels: byText(tunnels.map((tunnel) => (tunnel.id.startsWith("Fresh") ? { ...tunnel, id: "" } : tunnel))),
});

const law = (title: string, check: (given: Scenario, wish: Rollout) => void) =>
  it(title, () => fc.assert(fc.property(scenario, rollout, check), RUNS));

describe("batchesOf, by law", () => {
  law("parts a plan: together the batches are the plan, and nothing is in two of them", (given, wish) => {
    const whole = wholeOf(given);
    const batches = batchesOf(whole, wish);
    expect(byText(batches.flatMap(changing))).to.deep.equal(byText(changing(whole)));
    expect(batches.flatMap(({ removals }) => removals)).to.deep.equal(whole.removals);
    expect(batches.flatMap(({ settings }) => settings)).to.deep.equal(whole.settings);
    expect(batches.filter(({ isRenamed }) => isRenamed)).to.have.length(whole.isRenamed ? 1 : 0);
    for (const batch of batches.length > 1 ? batches : []) expect(isEmpty(batch)).to.equal(false);
  });

  law("never touches more tunnels in one request than may be unavailable", (given, wish) => {
    const { desired, current } = given;
    const whole = wholeOf(given);
    for (const batch of batchesOf(whole, wish)) {
      const requests = requestsOf(desired, current, batch);
      expect(requests).to.have.length.at.most(1);
      for (const { body } of requests) expect(touchedBy(body, whole)).to.be.at.most(wish.maxUnavailable);
    }
  });

  law("touches none together with what all tunnels have, and takes as few batches as that allows", (given, wish) => {
    const whole = wholeOf(given);
    const touched = whole.tunnels.filter(({ action }) => action === "update" || action === "rebuild").length;
    const [first, ...others] = batchesOf(whole, wish);
    const rolled = [first, ...others].filter((batch) =>
      batch?.tunnels.some(({ action }) => action !== "add" && action !== "keep"),
    );
    if (touched > 0) expect(rolled).to.have.length(Math.ceil(touched / wish.maxUnavailable));
    if (others.length > 0 && first && first.settings.length > 0) {
      expect(first.tunnels.every(({ action }) => action === "add" || action === "keep")).to.equal(true);
    }
  });

  law("leads, batch by batch, to the group that the plan leads to at once", (given, wish) => {
    const { desired, current } = given;
    const whole = wholeOf(given);
    const bodies = (batches: readonly Plan[]) =>
      batches.flatMap((batch) => requestsOf(desired, current, batch).map(({ body }) => body));
    const atOnce = applied(current, bodies([whole]));
    expect(contentOf(applied(current, bodies(batchesOf(whole, wish))))).to.deep.equal(contentOf(atOnce));
  });

  law("leads there as well where after each batch it is planned anew from what is there", (given, wish) => {
    const { desired, mandate } = given;
    const freshId = freshIds();
    const whole = wholeOf(given);
    let group = given.current;
    let requests = 0;
    for (;;) {
      const rest = plan(desired, group, mandate);
      const [batch = rest] = batchesOf(rest, wish);
      const [change] = requestsOf(desired, group, batch);
      if (change === undefined) break;
      expect(touchedBy(change.body, rest)).to.be.at.most(wish.maxUnavailable);
      group = applyRequest(group, change.body, freshId);
      requests += 1;
      expect(requests).to.be.at.most(1 + changing(whole).length);
    }
    const atOnce = applied(
      given.current,
      requestsOf(desired, given.current, whole).map(({ body }) => body),
    );
    expect(contentOf(group)).to.deep.equal(contentOf(atOnce));
  });

  law("is the plan itself where nothing is to be rolled out", (given) => {
    const whole = wholeOf(given);
    expect(batchesOf(whole, undefined)[0]).to.equal(whole);
    expect(batchesOf(whole, undefined)).to.have.length(1);
  });

  law("takes first what may be down already", (given, wish) => {
    const whole = wholeOf(given);
    const ids = Object.values(mandateOf(whole).ids);
    const last = whole.tunnels.findLast(({ action }) => action === "update" || action === "rebuild");
    fc.pre(last?.present !== undefined && ids.length > 1);
    const [first] = batchesOf(whole, wish, new Set([last?.present?.id ?? ""])).filter(({ tunnels }) =>
      tunnels.some(({ action }) => action === "update" || action === "rebuild"),
    );
    expect(first?.tunnels[0]?.key).to.equal(last?.key);
  });

  law("changes what may be down already in no request with what is up, unless they change places", (given, wish) => {
    const whole = wholeOf(given);
    const changed = whole.tunnels.filter(({ action }) => action === "update" || action === "rebuild");
    const down = new Set(changed.flatMap(({ present }, at) => (present && at % 2 === 0 ? [present.id] : [])));
    for (const { tunnels } of batchesOf(whole, wish, down)) {
      const touched = tunnels.filter((each) => changed.includes(each));
      const isDown = touched.map(({ present }) => down.has(present?.id ?? ""));
      const isMixed = isDown.includes(true) && isDown.includes(false);
      const isExchange = touched.some((each) => touched.some((one) => one !== each && takesPlaceOf(each, one)));
      expect(isMixed && !isExchange).to.equal(false);
      expect(touched.length).to.be.at.most(wish.maxUnavailable);
    }
  });
});
