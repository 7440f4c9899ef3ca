import { expect } from "chai";
import type { GroupInputs } from "../../../provider/model/schema";
import { createDeclarations, type Declaration } from "../../../provider/plan/declarations";
import { inputs, tunnel, UNKNOWN } from "../builders";

const row = (name: string, changes: Partial<GroupInputs> = {}, more: Partial<Declaration> = {}): Declaration => ({
  urn: `urn:pulumi:dev::p::type::${name}`,
  inputs: inputs(changes),
  isNew: true,
  ...more,
});
/** What is warned of when the second of two rows is previewed. */
function warnings(first: Declaration, second: Declaration): readonly string[] {
  const declarations = createDeclarations();
  expect(declarations.add(first)).to.deep.equal([]);
  return declarations.add(second);
}

describe("createDeclarations", () => {
  const unknown = UNKNOWN as never;

  describe("when two rows create a group of one name", () => {
    const SAME = [
      'tunnelName: the resource "a" declares a group named "branch" in network NwAAAAAAA1 too, and only one of them can be made: choose another name.',
    ];

    it("warns of a new one, whichever comes first", () => {
      expect(warnings(row("a"), row("b"))).to.deep.equal(SAME);
      expect(warnings(row("a"), row("b", {}, { isNew: false }))).to.deep.equal(SAME);
      expect(warnings(row("a", {}, { isNew: false }), row("b"))).to.deep.equal(SAME);
    });

    it("says nothing of rows that both are there, of other names or networks, or where they are not known", () => {
      const there = { isNew: false };
      expect(warnings(row("a", {}, there), row("b", {}, there))).to.deep.equal([]);
      expect(warnings(row("a"), row("b", { tunnelName: "office" }))).to.deep.equal([]);
      expect(warnings(row("a"), row("b", { networkId: "NwAAAAAAA2" }))).to.deep.equal([]);
      for (const name of ["tunnelName", "networkId"]) {
        const open = { [name]: unknown };
        expect(warnings(row("a", open), row("b", open))).to.deep.equal([]);
      }
    });

    it("says nothing of a row that goes by another name now, nor of itself", () => {
      const declarations = createDeclarations();
      declarations.add(row("a"));
      expect(declarations.add(row("a"))).to.deep.equal([]);
      declarations.add(row("a", { tunnelName: "office" }));
      expect(declarations.add(row("b"))).to.deep.equal([]);
    });
  });

  describe("when two rows declare a tunnel of one group", () => {
    const hub = row("hub", {}, { groupId: "Tg1", isNew: false });
    const branch = (tunnels: GroupInputs["tunnels"], dynamicTunnelId = "Tg1") =>
      row("b", { tunnels, dynamicTunnelId }, { groupId: dynamicTunnelId });

    it("warns of it by the keys of both", () => {
      expect(warnings(hub, branch({ spoke: tunnel(2), own: tunnel(3) }))).to.deep.equal([
        'tunnels.spoke is tunnels.backup of the resource "hub" as well: declare it in one of the two.',
      ]);
    });

    it("says nothing of other tunnels, of other groups, or where they cannot be told yet", () => {
      expect(warnings(hub, branch({ spoke: tunnel(3) }))).to.deep.equal([]);
      expect(warnings(hub, branch({ spoke: tunnel(2) }, "Tg2"))).to.deep.equal([]);
      expect(warnings(hub, branch({ spoke: tunnel(2) }, UNKNOWN))).to.deep.equal([]);
      expect(warnings(hub, branch({ spoke: tunnel(2, { remotePublicIP: unknown }) }))).to.deep.equal([]);
      expect(warnings(hub, branch({ spoke: tunnel(2, { remotePublicIP: undefined }) }))).to.deep.equal([]);
      expect(warnings(hub, branch(unknown))).to.deep.equal([]);
    });

    it("says nothing of two rows whose groups are both not known yet", () => {
      const other = row("c", { tunnels: { spoke: tunnel(2) }, dynamicTunnelId: UNKNOWN }, { groupId: UNKNOWN });
      expect(warnings(other, branch({ spoke: tunnel(2) }, UNKNOWN))).to.deep.equal([]);
    });

    it("says nothing of a tunnel in a region that neither of the two knows yet", () => {
      const spoke = tunnel(2, { regionID: unknown });
      const other = row("c", { tunnels: { spoke }, dynamicTunnelId: "Tg1" }, { groupId: "Tg1" });
      expect(warnings(other, branch({ spoke }))).to.deep.equal([]);
    });
  });
});
