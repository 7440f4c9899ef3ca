import { expect } from "chai";
import { attached, doubted } from "../../../provider/converge/attach";
import {
  failedStep,
  isFrom,
  messageOf,
  PartialFailure,
  standingOf as standing,
} from "../../../provider/converge/failure";
import { completed } from "../../../provider/converge/known";
import type { GroupInputs } from "../../../provider/model/schema";
import { blankState, type State } from "../../../provider/model/state";
import type { ShownGroup } from "../../../provider/service/wire";
import { inputs, pendingWrite, present, seen, settings, state, tunnel } from "../builders";

/** The inputs that a state of {@link state} goes with. */
const desired = inputs({ ...settings(), description: "" });

interface Given {
  readonly declared?: GroupInputs;
  readonly state?: State;
  readonly seen?: ShownGroup;
  readonly ids?: Readonly<Record<string, string>>;
}

function standingOf(given: Given) {
  const { declared = desired, state: known = state(), seen: shown, ids = {} } = given;
  return standing({ declared, state: known, present: shown && completed(shown, known, declared), ids });
}

const changingAsn = pendingWrite({ changed: { Tn1: ["remoteASN"] } });
const adding = pendingWrite({ added: [["third", tunnel(3, { passphrase: undefined })]] });

describe("standingOf", () => {
  describe("when the group was read", () => {
    it("is as declared for a group that is", () => {
      expect(standingOf({ seen: seen({ description: "" }) })).to.deep.equal({
        inputs: { ...desired },
        tunnelIds: { primary: "Tn1", backup: "Tn2" },
      });
    });

    it("has what is there in place of what was declared", () => {
      const declared = {
        ...desired,
        tunnels: { primary: tunnel(1, { remotePublicIP: "198.51.100.1" }), backup: tunnel(2) },
      };
      const { inputs: proven } = standingOf({ declared, seen: seen() });
      expect(proven).to.have.nested.property("tunnels.primary.remotePublicIP", "203.0.113.1");
      expect(proven.description).to.equal("branch");
    });

    it("leaves out a hidden field that was sent and not proven, and keeps the others", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1, { remoteASN: 7 }), backup: tunnel(2) } };
      const { inputs: proven } = standingOf({ declared, state: doubted(state(), changingAsn), seen: seen() });
      const { remoteASN: _, ...rest } = tunnel(1);
      expect(proven.tunnels).to.deep.equal({ primary: rest, backup: tunnel(2) });
    });

    it("keeps what is a secret of a tunnel that is declared no more, and where state does not say so all of it", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1) }, __secrets: ["tunnels.primary.passphrase"] };
      const of = (__secrets?: string[]) =>
        standingOf({
          declared,
          state: state({ inputs: { ...inputs(), ...(__secrets ? { __secrets } : {}) } }),
          seen: seen(),
        });
      const paths = ["tunnels.primary.passphrase", "tunnels.backup.remotePublicIP"];
      expect(of(["tunnels.backup.remotePublicIP"]).inputs.__secrets).to.deep.equal(paths);
      expect(of().inputs.__secrets).to.deep.equal(["tunnels.primary.passphrase", "tunnels.backup"]);
    });

    it("leaves out a passphrase that was sent and is not shown", () => {
      const { passphrase: _, ...silent } = present(1);
      const rotating = pendingWrite({ changed: { Tn1: ["authType", "passphrase"] } });
      const group = seen({ tunnels: [silent, present(2)] });
      const { inputs: proven } = standingOf({ state: doubted(state(), rotating), seen: group });
      expect(proven).not.to.have.nested.property("tunnels.primary.passphrase");
      expect(proven).to.have.nested.property("tunnels.primary.remoteASN", 65_001);
    });

    it("leaves out a tunnel that is not there", () => {
      const declared = { ...desired, tunnels: { ...desired.tunnels, third: tunnel(3) } };
      const proven = standingOf({ declared, seen: seen() });
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(Object.keys(proven.inputs.tunnels as object)).to.deep.equal(["primary", "backup"]);
    });

    it("has a tunnel that was added and the id it was given", () => {
      const declared = { ...desired, tunnels: { ...desired.tunnels, third: tunnel(3) } };
      const group = seen({ tunnels: [...seen().tunnels, present(3)] });
      const known = attached(state(), [adding], group.tunnels);
      const proven = standingOf({ declared, state: known, seen: group });
      expect(proven.tunnelIds).to.deep.include({ third: "Tn3" });
      expect(proven.inputs).to.have.nested.property("tunnels.third.remotePublicIP", "203.0.113.3");
    });

    it("keeps a tunnel that was to be removed and is still there, as it was declared", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1) } };
      const proven = standingOf({ declared, seen: seen(), ids: { primary: "Tn1" } });
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(proven.inputs.tunnels).to.deep.equal({ primary: tunnel(1), backup: tunnel(2) });
    });

    it("forgets a tunnel that was to be removed and is gone", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1) } };
      expect(standingOf({ declared, seen: seen({ tunnels: [present(1)] }) }).tunnelIds).to.deep.equal({
        primary: "Tn1",
      });
    });

    it("has a tunnel that goes on under a new key under that key, once", () => {
      const declared = { ...desired, tunnels: { first: tunnel(1), backup: tunnel(2) } };
      const proven = standingOf({ declared, seen: seen(), ids: { first: "Tn1", backup: "Tn2" } });
      expect(proven.tunnelIds).to.deep.equal({ first: "Tn1", backup: "Tn2" });
      expect(proven.inputs.tunnels).to.deep.equal({ first: tunnel(1), backup: tunnel(2) });
    });

    it("has a tunnel that was rebuilt under its key, and the former one under another as long as it is there", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1, { regionID: "RgAAAAAAA2" }), backup: tunnel(2) } };
      const anew = present(1, { id: "Anew", regionID: "RgAAAAAAA2" });
      const rebuilding = pendingWrite({ added: [["primary", tunnel(1, { regionID: "RgAAAAAAA2" })]] });
      const ids = { primary: "Tn1", backup: "Tn2" };
      const both = seen({ tunnels: [...seen().tunnels, anew] });
      const known = attached(state(), [rebuilding], both.tunnels);
      expect(standingOf({ declared, state: known, seen: both, ids }).tunnelIds).to.deep.equal({
        primary: "Anew",
        "primary (Tn1)": "Tn1",
        backup: "Tn2",
      });
      expect(
        standingOf({ declared, state: known, seen: seen({ tunnels: [anew, present(2)] }), ids }).tunnelIds,
      ).to.deep.equal({ primary: "Anew", backup: "Tn2" });
    });

    it("has nothing that nobody declared", () => {
      const group = seen({ tunnels: [...seen().tunnels, present(9)] });
      const { inputs: proven, tunnelIds } = standingOf({
        declared: inputs(),
        state: blankState("created"),
        seen: group,
        ids: { primary: "Tn1", backup: "Tn2" },
      });
      expect(tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
      expect(proven.advancedSettings).to.equal(undefined);
      expect(proven).not.to.have.nested.property("tunnels.primary.routingType");
    });

    it("has the name that the group has", () => {
      const { inputs: proven } = standingOf({ declared: { ...desired, tunnelName: "office" }, seen: seen() });
      expect(proven.tunnelName).to.equal("branch");
    });

    it("has what a destroy may do as declared", () => {
      const declared = inputs({ ...desired, forceDestroy: true, __timeouts: { delete: "10m" } });
      expect(standingOf({ declared, seen: seen() }).inputs).to.deep.include({
        forceDestroy: true,
        __timeouts: { delete: "10m" },
      });
    });
  });

  describe("when the group could not be read", () => {
    it("is what was known before, without the members of tunnels that were sent", () => {
      const proven = standingOf({ state: doubted(state(), changingAsn) });
      const { remoteASN: _, ...rest } = tunnel(1);
      expect(proven.inputs.tunnels).to.deep.equal({ primary: rest, backup: tunnel(2) });
      expect(proven).to.have.nested.property("inputs.advancedSettings.ikeLifeTime", "8h");
      expect(proven.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
    });

    it("keeps a tunnel whose key the program has taken out", () => {
      const declared = { ...desired, tunnels: { primary: tunnel(1) } };
      expect(standingOf({ declared }).tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
    });

    it("claims nothing of a group never seen but its name", () => {
      const proven = standingOf({ state: blankState("created") });
      expect(proven.tunnelIds).to.deep.equal({});
      expect(proven.inputs).to.deep.include({ tunnelName: "branch", tunnels: {}, networkId: "NwAAAAAAA1" });
      expect(proven.inputs.sharedSettings).to.equal(undefined);
    });
  });
});

describe("failedStep", () => {
  const failure = failedStep(new RangeError("It broke."), {
    inputs: desired,
    groupId: "TgAAAAAAA1",
    tunnelIds: { primary: "Tn1" },
    origin: "created",
    pending: [adding],
  });

  it("brings outputs to state, under the group's id, with what is not proven yet", () => {
    expect(failure).to.be.instanceOf(PartialFailure);
    expect(failure.id).to.equal("TgAAAAAAA1");
    expect(failure.properties).to.deep.include({ tunnelIds: { primary: "Tn1" }, __origin: "created" });
    expect(failure.properties.__pending).to.have.length(1);
    expect(JSON.stringify(failure.properties.__pending)).not.to.contain("passphrase");
  });

  it("says why, and keeps where it came from", () => {
    expect(failure.reasons).to.deep.equal(["It broke."]);
    expect(isFrom(failure, RangeError)).to.equal(true);
    expect(isFrom(failure, TypeError)).to.equal(false);
  });
});

describe("messageOf", () => {
  it("is what an error says, and anything else as text", () => {
    expect([messageOf(new Error("a")), messageOf("b"), messageOf(7)]).to.deep.equal(["a", "b", "7"]);
  });
});
