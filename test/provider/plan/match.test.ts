import { expect } from "chai";
import type { Tunnel } from "../../../provider/model/fields";
import type { PresentTunnel } from "../../../provider/model/present";
import { PlanError } from "../../../provider/plan/error";
import { match } from "../../../provider/plan/match";
import { present, tunnel } from "../builders";

const matched = (
  desired: Readonly<Record<string, Partial<Tunnel>>>,
  group: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>> = {},
  hasDefaults = true,
) => Object.fromEntries([...match(desired, group, ids, hasDefaults)].map(([key, { id }]) => [key, id]));

describe("match", () => {
  it("goes by the id in state, whatever the tunnel looks like now", () => {
    expect(matched({ a: tunnel(1) }, [present(1), present(2)], { a: "Tn2" })).to.deep.equal({ a: "Tn2" });
  });

  it("goes by identity where state has no id", () => {
    expect(matched({ a: tunnel(2), b: tunnel(1) }, [present(1), present(2)])).to.deep.equal({ a: "Tn2", b: "Tn1" });
  });

  it("goes by identity where the tunnel of the id in state is gone", () => {
    expect(matched({ a: tunnel(1) }, [present(1, { id: "Anew" })], { a: "Tn1" })).to.deep.equal({ a: "Anew" });
  });

  it("gives the tunnel of a vanished key to a new key of the same identity", () => {
    expect(matched({ b: tunnel(1) }, [present(1)], { a: "Tn1" })).to.deep.equal({ b: "Tn1" });
  });

  it("never gives a tunnel that an id has matched to another key, in either order of keys", () => {
    const twin = { regionID: "RgAAAAAAA1" };
    for (const desired of [
      { a: tunnel(9), b: twin },
      { b: twin, a: tunnel(9) },
    ]) {
      expect(matched(desired, [present(1), present(2)], { a: "Tn1" })).to.deep.equal({ a: "Tn1", b: "Tn2" });
    }
  });

  it("gives the tunnel of an id that two keys have to the first only", () => {
    expect(matched({ a: tunnel(1), b: tunnel(2) }, [present(1)], { a: "Tn1", b: "Tn1" })).to.deep.equal({ a: "Tn1" });
  });

  it("looks at the members that the user gave, and at those that the service shows", () => {
    const group = [present(1, { remoteID: "peer1" }), present(2, { remotePublicIP: undefined })];
    expect(matched({ a: tunnel(1, { remoteID: "peer9" }) }, group)).to.deep.equal({});
    expect(matched({ a: tunnel(2, { remoteID: "203.0.113.2" }) }, group)).to.deep.equal({ a: "Tn2" });
  });

  it("takes an identifier that is the address for what the user gave, where there are no defaults", () => {
    const declared = { a: tunnel(1, { remoteID: "203.0.113.1" }) };
    expect(matched(declared, [present(1, { remoteID: "peer2" })], {}, false)).to.deep.equal({});
  });

  it("takes an identifier that is the address for a default, once no tunnel has exactly it", () => {
    const [own, other] = [tunnel(1, { remoteID: "203.0.113.1" }), tunnel(1, { remoteID: "peer1" })];
    const group = [present(1), present(1, { id: "Tn2", remoteID: "peer1" })];
    expect(matched({ a: own, b: other }, group)).to.deep.equal({ a: "Tn1", b: "Tn2" });
    expect(matched({ a: own, b: other }, group.slice(1))).to.deep.equal({ b: "Tn2" });
    expect(matched({ a: own }, group.slice(1))).to.deep.equal({ a: "Tn2" });
  });

  it("matches nothing in another region, or in one that is not shown", () => {
    expect(matched({ a: tunnel(1, { regionID: "RgAAAAAAA2" }) }, [present(1)])).to.deep.equal({});
    const { regionID: _, ...unplaced } = present(1);
    expect(matched({ a: tunnel(1) }, [unplaced])).to.deep.equal({});
  });

  it("takes keys such as constructor for what they are", () => {
    expect(matched({ constructor: tunnel(1), toString: tunnel(2) }, [present(1)])).to.deep.equal({
      constructor: "Tn1",
    });
  });

  it("refuses to guess whether a tunnel whose address is not shown is meant", () => {
    const { remotePublicIP: _, ...unaddressed } = present(2);
    expect(() => matched({ a: tunnel(1) }, [present(1), unaddressed])).to.throw(
      PlanError,
      "Tn2 (RgAAAAAAA1 unknown address)",
    );
  });

  it("refuses to guess between two tunnels, naming both", () => {
    expect(() => matched({ a: { regionID: "RgAAAAAAA1" } }, [present(1), present(2)])).to.throw(
      PlanError,
      "Tn1 (RgAAAAAAA1 203.0.113.1), Tn2 (RgAAAAAAA1 203.0.113.2)",
    );
  });
});
