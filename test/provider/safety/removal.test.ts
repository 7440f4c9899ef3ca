import { expect } from "chai";
import { type Rig, startRig } from "../rig";
import { addressesOf, failureOf, groupsOf, madeByOthers, writesOf } from "./scene";

/** State, or a listed undeclared tunnel, names by id what may be removed; its likeness never does. */
describe("createSteps, when a tunnel of the resource is gone and somebody has put its like there", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const like = (n: number, changes: object = {}) =>
    ({ ...rig.tunnel(n), remoteID: `203.0.113.${10 + n}`, authType: "psk", routingType: "route", ...changes }) as const;

  /** Somebody removes the n-th tunnel, and adds one that no answer tells from it. @returns the new one's id */
  function exchanged(n: number): string {
    rig.sandbox.edit({ kind: "removeTunnel", groupId: "branch", tunnelId: `203.0.113.${10 + n}` });
    const { tunnelId } = rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: like(n) });
    rig.sandbox.clearJournal();
    return tunnelId ?? "";
  }
  const ids = () => groupsOf(rig).flatMap(({ tunnels }) => tunnels.map(({ id }) => id));
  const one = () => rig.args({ tunnels: { primary: rig.tunnel(0) } });

  it("does not remove it when the program takes the tunnel out", async () => {
    await rig.up(rig.args());
    const id = exchanged(1);
    await rig.up(one());
    expect(ids()).to.include(id);
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("does not remove it after a refresh either", async () => {
    await rig.up(rig.args());
    const id = exchanged(1);
    await rig.refresh();
    await rig.up(one());
    expect(ids()).to.include(id);
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("does not delete the group with it, and names it", async () => {
    await rig.up(rig.args());
    const id = exchanged(1);
    expect(await failureOf(rig.destroy())).to.contain(`has not declared: ${id} (`);
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("does not rebuild it for an inner address, which nobody can verify, and says so", async () => {
    await rig.up(rig.args());
    const id = exchanged(1);
    const moved = { primary: rig.tunnel(0), backup: rig.tunnel(1, { p81GWInternalIP: "169.254.77.1" }) };
    await rig.up(rig.args({ tunnels: moved }));
    expect(ids()).to.include(id);
    expect(rig.warnings.join()).to.match(/tunnels\.backup\.p81GWInternalIP could not be verified/);
  });

  describe("of a group that it has adopted", () => {
    const adopting = (dynamicTunnelId: string, ...numbers: readonly number[]) =>
      rig.args({
        dynamicTunnelId,
        tunnels: Object.fromEntries(numbers.map((n) => [`t${n}`, rig.tunnel(n)])),
        sharedSettings: undefined,
      });

    it("does not remove it when the program takes the tunnel out", async () => {
      const id = await madeByOthers(rig);
      await rig.up(adopting(id, 2, 3));
      const stranger = exchanged(3);
      await rig.up(adopting(id, 2));
      expect(ids()).to.include(stranger);
    });

    it("does not remove it in a destroy", async () => {
      const id = await madeByOthers(rig);
      await rig.up(adopting(id, 2, 3));
      const stranger = exchanged(3);
      await rig.destroy();
      expect(ids()).to.include(stranger);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.13"]]);
    });
  });

  describe("with unmanagedTunnels: remove", () => {
    const removing = () => rig.args({ unmanagedTunnels: "remove" });

    it("removes what a refresh has listed, and nothing that has come since", async () => {
      await rig.up(removing());
      const listed = rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: like(5) }).tunnelId;
      await rig.refresh();
      const later = rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: like(6) }).tunnelId;
      await rig.up(removing());
      expect(ids()).to.include(later).and.not.include(listed);
      expect(ids()).to.have.length(3);
    });

    it("does not remove the like of what a refresh has listed and somebody has put there since", async () => {
      await rig.up(removing());
      rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: like(5) });
      await rig.refresh();
      const stranger = exchanged(5);
      await rig.up(removing());
      expect(ids()).to.include(stranger);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("removes nothing of what is listed once the program keeps it", async () => {
      await rig.up(removing());
      const listed = rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: like(5) }).tunnelId;
      await rig.refresh();
      await rig.up(rig.args());
      expect(ids()).to.include(listed);
    });
  });
});
