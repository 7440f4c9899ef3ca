import { expect } from "chai";
import { doubting, knowledgeOf, NOTHING_KNOWN } from "../../../provider/converge/current";
import { knownTunnels, provenOf } from "../../../provider/converge/outcome";
import { inputs, present, seen, settings, state, tunnel } from "../builders";

/** The inputs that a state of {@link state} goes with. */
const desired = inputs({ ...settings(), description: "" });
const idsOf = (claims: ReadonlyMap<string, { readonly id: string }>) =>
  Object.fromEntries([...claims].map(([key, { id }]) => [key, id]));

describe("provenOf", () => {
  describe("when the group was read", () => {
    it("is as declared for a group that is", () => {
      const proven = provenOf(desired, state(), knowledgeOf(state()), seen({ description: "" }));
      expect(proven).to.deep.equal({ inputs: desired, tunnelIds: { primary: "Tn1", backup: "Tn2" } });
    });

    it("has what is there in place of what was declared", () => {
      const wanted = {
        ...desired,
        tunnels: { primary: tunnel(1, { remotePublicIP: "198.51.100.1" }), backup: tunnel(2) },
      };
      const { inputs: proven } = provenOf(wanted, state(), knowledgeOf(state()), seen());
      expect(proven).to.have.nested.property("tunnels.primary.remotePublicIP", "203.0.113.1");
      expect(proven.description).to.equal("branch");
    });

    it("leaves out a hidden field that was sent and not proven, and keeps the others", () => {
      const wanted = { ...desired, tunnels: { primary: tunnel(1, { remoteASN: 7 }), backup: tunnel(2) } };
      const request = { tunnelName: "branch", updateTunnels: [{ id: "Tn1", remoteASN: 7 }] };
      const { inputs: proven } = provenOf(wanted, state(), doubting(knowledgeOf(state()), request), seen());
      const { remoteASN: _, ...rest } = tunnel(1);
      expect(proven.tunnels).to.deep.equal({ primary: rest, backup: tunnel(2) });
    });

    it("leaves out a passphrase that was sent and is not shown", () => {
      const { passphrase: _, ...silent } = present(1);
      const request = {
        tunnelName: "branch",
        updateTunnels: [{ id: "Tn1", authType: "psk" as const, passphrase: "rotated.1" }],
      };
      const group = seen({ tunnels: [silent, present(2)] });
      const { inputs: proven } = provenOf(desired, state(), doubting(knowledgeOf(state()), request), group);
      expect(proven).not.to.have.nested.property("tunnels.primary.passphrase");
      expect(proven).to.have.nested.property("tunnels.primary.remoteASN", 65_001);
    });

    it("leaves out a tunnel that is not there", () => {
      const wanted = { ...desired, tunnels: { ...desired.tunnels, third: tunnel(3) } };
      const proven = provenOf(wanted, state(), knowledgeOf(state()), seen());
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(Object.keys(proven.inputs.tunnels as object)).to.deep.equal(["primary", "backup"]);
    });

    it("has a tunnel that was added and the id it was given", () => {
      const wanted = { ...desired, tunnels: { ...desired.tunnels, third: tunnel(3) } };
      const group = seen({ tunnels: [...seen().tunnels, present(3)] });
      expect(provenOf(wanted, state(), knowledgeOf(state()), group).tunnelIds).to.deep.include({ third: "Tn3" });
    });

    it("keeps a tunnel that was to be removed and is still there", () => {
      const wanted = { ...desired, tunnels: { primary: tunnel(1) } };
      const proven = provenOf(wanted, state(), knowledgeOf(state()), seen());
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(proven.inputs.tunnels).to.deep.equal({ primary: tunnel(1), backup: tunnel(2) });
    });

    it("forgets a tunnel that was to be removed and is gone", () => {
      const wanted = { ...desired, tunnels: { primary: tunnel(1) } };
      const proven = provenOf(wanted, state(), knowledgeOf(state()), seen({ tunnels: [present(1)] }));
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1" });
    });

    it("has a tunnel that goes on under a new key under that key", () => {
      const wanted = { ...desired, tunnels: { first: tunnel(1), backup: tunnel(2) } };
      const proven = provenOf(wanted, state(), knowledgeOf(state()), seen());
      expect(proven.tunnelIds).to.deep.equal({ first: "Tn1", backup: "Tn2" });
    });

    it("has a tunnel that was rebuilt under a new key", () => {
      const wanted = { ...desired, tunnels: { first: tunnel(1), backup: tunnel(2) } };
      const group = seen({ tunnels: [present(1, { id: "Anew" }), present(2)] });
      const proven = provenOf(wanted, state(), knowledgeOf(state()), group);
      expect(proven.tunnelIds).to.deep.equal({ first: "Anew", backup: "Tn2" });
    });

    it("has nothing that nobody declared", () => {
      const group = seen({ tunnels: [...seen().tunnels, present(9)] });
      const { inputs: proven, tunnelIds } = provenOf(inputs(), undefined, NOTHING_KNOWN, group);
      expect(tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(proven.advancedSettings).to.equal(undefined);
      expect(proven).not.to.have.nested.property("tunnels.primary.routingType");
    });

    it("has the name that the group has", () => {
      const { inputs: proven } = provenOf({ ...desired, tunnelName: "office" }, state(), knowledgeOf(state()), seen());
      expect(proven.tunnelName).to.equal("branch");
    });

    it("has the known ids where a new key could be either of two tunnels", () => {
      const wanted = { ...desired, tunnels: { ...desired.tunnels, third: { regionID: "RgAAAAAAA1" } } };
      const group = seen({ tunnels: [...seen().tunnels, present(8), present(9)] });
      const proven = provenOf(wanted, state(), knowledgeOf(state()), group);
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
    });
  });

  describe("when the group could not be read", () => {
    it("is what was known before, without what was sent", () => {
      const request = {
        tunnelName: "branch",
        updateTunnels: [{ id: "Tn1", remoteASN: 7 }],
        advancedSettings: { lifetime: "2h" },
      };
      const proven = provenOf(desired, state(), doubting(knowledgeOf(state()), request), undefined);
      const { remoteASN: _, ...rest } = tunnel(1);
      expect(proven.inputs.tunnels).to.deep.equal({ primary: rest, backup: tunnel(2) });
      expect(proven).not.to.have.nested.property("inputs.advancedSettings.lifetime");
      expect(proven).to.have.nested.property("inputs.advancedSettings.ikeLifeTime", "8h");
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
    });

    it("claims nothing of a group never seen but its name", () => {
      const proven = provenOf(desired, undefined, NOTHING_KNOWN, undefined);
      expect(proven.tunnelIds).to.deep.equal({});
      expect(proven.inputs).to.deep.include({ tunnelName: "branch", tunnels: {}, networkId: "NwAAAAAAA1" });
      expect(proven.inputs.sharedSettings).to.equal(undefined);
    });
  });
});

describe("knownTunnels", () => {
  it("are those of state, by id", () => {
    expect(idsOf(knownTunnels(state(), seen()))).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
  });

  it("include one that was made anew under the same identity", () => {
    const group = seen({ tunnels: [present(1, { id: "Anew" }), present(2)] });
    expect(idsOf(knownTunnels(state(), group))).to.deep.equal({ primary: "Anew", backup: "Tn2" });
  });

  it("include one that somebody has re-addressed", () => {
    const group = seen({ tunnels: [present(1, { remotePublicIP: "198.51.100.1" }), present(2)] });
    expect(idsOf(knownTunnels(state(), group))).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
  });

  it("do not include one that is gone", () => {
    expect(idsOf(knownTunnels(state(), seen({ tunnels: [present(2)] })))).to.deep.equal({ backup: "Tn2" });
  });

  it("are those whose id is known where one made anew could be either of two", () => {
    const group = seen({ tunnels: [present(1, { id: "Anew1" }), present(1, { id: "Anew2" }), present(2)] });
    expect(idsOf(knownTunnels(state(), group))).to.deep.equal({ backup: "Tn2" });
  });
});
