import { expect } from "chai";
import type { Tunnel } from "../../../provider/model/fields";
import { batchesOf } from "../../../provider/plan/batches";
import { clustersOf } from "../../../provider/plan/clusters";
import { PlanError } from "../../../provider/plan/error";
import { type Plan, plan, type TunnelPlan } from "../../../provider/plan/plan";
import { inputs, present, presentGroup, tunnel, UNKNOWN } from "../builders";

const KEYS = ["a", "b", "c"];
const ids = Object.fromEntries(KEYS.map((key, n) => [key, `Tn${n + 1}`]));

/** What it takes to give three tunnels these changes, and to add others. */
function planOf(
  changes: Readonly<Record<string, Partial<Tunnel>>>,
  added: Readonly<Record<string, Tunnel>> = {},
): Plan {
  const tunnels = Object.fromEntries(KEYS.map((key, n) => [key, tunnel(n + 1, changes[key])]));
  const group = presentGroup({ tunnels: [present(1), present(2), present(3)] });
  const mandate = { ids, rebuilds: new Set(Object.values(ids)), removals: new Set<string>() };
  return plan(inputs({ tunnels: { ...tunnels, ...added } }), group, mandate);
}
const names = (lists: readonly (readonly { readonly key: string }[])[]) =>
  lists.map((list) => list.map(({ key }) => key).join());
const clusters = (changes: Readonly<Record<string, Partial<Tunnel>>>) =>
  names(clustersOf(planOf(changes).tunnels.filter(({ action }) => action !== "keep")));
const batches = (whole: Plan, maxUnavailable: number) =>
  names(batchesOf(whole, { maxUnavailable }).map(({ tunnels }) => tunnels.filter(({ action }) => action !== "keep")));

const at = (n: number) => ({ remotePublicIP: `203.0.113.${n}`, remoteID: `203.0.113.${n}` });
const within = (n: number) => ({ p81GWInternalIP: `169.254.${n}.1`, remoteGWInternalIP: `169.254.${n}.2` });
const other = { passphrase: "another.1" };

describe("clustersOf", () => {
  it("keeps the order of changes that have nothing to do with each other, each by itself", () => {
    expect(clusters({ a: other, b: other, c: other })).to.deep.equal(["a", "b", "c"]);
  });

  it("takes first what makes room for others", () => {
    expect(clusters({ a: at(2), b: at(3), c: at(9) })).to.deep.equal(["c", "b", "a"]);
    expect(clusters({ a: within(2), b: within(9) })).to.deep.equal(["b", "a"]);
  });

  it("keeps together what changes places, and no more", () => {
    expect(clusters({ a: at(2), b: at(1), c: other })).to.deep.equal(["c", "a,b"]);
    expect(clusters({ a: within(2), b: within(3), c: within(1) })).to.deep.equal(["a,b,c"]);
    expect(clusters({ a: at(2), b: at(1), c: { ...at(9), ...other } })).to.deep.equal(["c", "a,b"]);
  });

  it("tells tunnels to one address apart by their identifiers", () => {
    const exchange = (a: string, b: string) =>
      clusters({
        a: { remotePublicIP: "203.0.113.2", remoteID: a },
        b: { remotePublicIP: "203.0.113.1", remoteID: b },
      });
    expect(exchange("203.0.113.2", "203.0.113.1")).to.deep.equal(["a,b"]);
    expect(exchange("peer-a", "peer-b")).to.deep.equal(["a", "b"]);
  });

  it("finds no place in an address that is not known", () => {
    const tunnels = ["a", "b"].map((key, n): TunnelPlan => {
      const known = { regionID: "RgAAAAAAA1" };
      const declared = { ...known, ...other };
      const present = { ...known, id: `Tn${n + 1}` };
      return { key, declared, present, action: "update", fields: [], isCertain: true, unverified: [] };
    });
    expect(names(clustersOf(tunnels))).to.deep.equal(["a", "b"]);
  });

  it("finds no place in what is not known yet", () => {
    expect(
      clusters({ a: { ...other, p81GWInternalIP: UNKNOWN }, b: { ...other, p81GWInternalIP: UNKNOWN } }),
    ).to.have.length(2);
  });
});

describe("batchesOf, where tunnels take the places of others", () => {
  it("joins what fits, and parts nothing that has to go together", () => {
    expect(batches(planOf({ a: at(2), b: at(1), c: other }), 2)).to.deep.equal(["c", "a,b"]);
    expect(batches(planOf({ a: at(2), b: at(1), c: other }), 3)).to.deep.equal(["c,a,b"]);
  });

  it("joins an exchange of one that is down and one that is up to no batch of such as are down", () => {
    const whole = planOf({ a: at(2), b: at(1), c: other });
    const parts = (...down: readonly string[]) =>
      names(batchesOf(whole, { maxUnavailable: 3 }, new Set(down)).map(({ tunnels }) => tunnels));
    expect(parts("Tn1", "Tn3")).to.deep.equal(["c", "a,b"]);
    expect(parts("Tn1", "Tn2", "Tn3")).to.deep.equal(["c,a,b"]);
  });

  it("refuses an exchange among more tunnels than may be unavailable, and names the ways on", () => {
    expect(() => batches(planOf({ a: at(2), b: at(1) }), 1)).to.throw(
      PlanError,
      "tunnels.a, tunnels.b change places with each other, so that they can only change together, and rollout.maxUnavailable is 1: raise it to 2, or leave rollout out for this change.",
    );
  });

  it("adds a tunnel at once, but for one that comes where another still is: that comes with it", () => {
    const added = { free: tunnel(7), taking: tunnel(8, within(2)) };
    expect(batches(planOf({ a: other, b: within(9) }, added), 1)).to.deep.equal(["free", "a", "b,taking"]);
  });
});
