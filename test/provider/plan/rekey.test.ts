import { expect } from "chai";
import { rekeyed } from "../../../provider/plan/rekey";
import { inputs, pendingWrite, state, tunnel } from "../builders";

const SWAPPED = { primary: "Tn2", backup: "Tn1" };

/** State of which some values of tunnels are secret. */
function withSecrets(...paths: readonly string[]) {
  const before = state();
  return { ...before, inputs: { ...before.inputs, __secrets: [...paths] } };
}

describe("rekeyed", () => {
  it("is the same state where no key has changed", () => {
    const before = state();
    expect(rekeyed(before, before.tunnelIds)).to.equal(before);
    expect(rekeyed(before, { ...before.tunnelIds, third: "Tn3" })).to.equal(before);
  });

  it("takes what is known of tunnels along with their ids", () => {
    const { tunnels, tunnelIds } = rekeyed(state(), SWAPPED);
    expect(tunnels).to.deep.equal({ primary: tunnel(2), backup: tunnel(1) });
    expect(tunnelIds).to.deep.equal(SWAPPED);
  });

  it("keeps a removed tunnel under its key where that is free", () => {
    expect(rekeyed(state(), { first: "Tn2" }).tunnelIds).to.deep.equal({ primary: "Tn1", first: "Tn2" });
  });

  it("keeps a removed tunnel under key and id where its key is used again", () => {
    const { tunnels, tunnelIds } = rekeyed(state(), { primary: "Tn2" });
    expect(tunnelIds).to.deep.equal({ primary: "Tn2", "primary (Tn1)": "Tn1" });
    expect(tunnels).to.deep.equal({ primary: tunnel(2), "primary (Tn1)": tunnel(1) });
  });

  it("gives a tunnel its key back", () => {
    const displaced = rekeyed(state(), { primary: "Tn2" });
    expect(rekeyed(displaced, { primary: "Tn1", backup: "Tn2" }).tunnelIds).to.deep.equal(state().tunnelIds);
  });

  it("lets a tunnel take the key of one that has no id", () => {
    const before = state({ tunnels: { ...inputs().tunnels, third: tunnel(3) } });
    expect(rekeyed(before, { primary: "Tn1", third: "Tn2" }).tunnels).to.deep.equal({
      primary: tunnel(1),
      third: tunnel(2),
    });
  });

  const secrets: readonly [
    title: string,
    before: readonly string[],
    ids: Readonly<Record<string, string>>,
    after: readonly string[],
  ][] = [
    ["a field", ["tunnels.primary.remotePublicIP"], SWAPPED, ["tunnels.backup.remotePublicIP"]],
    ["a whole tunnel", ["tunnels.primary"], SWAPPED, ["tunnels.backup"]],
    ["a tunnel that stands under key and id", ["tunnels.primary"], { primary: "Tn2" }, ["tunnels.primary"]],
    ["nothing but tunnels", ["tunnels", "description"], SWAPPED, ["tunnels", "description"]],
    [
      "no tunnel that stays",
      ["tunnels.primary.remoteID"],
      { primary: "Tn1", first: "Tn2" },
      ["tunnels.primary.remoteID"],
    ],
  ];
  for (const [title, before, ids, after] of secrets)
    it(`takes along what is secret: ${title}`, () =>
      expect(rekeyed(withSecrets(...before), ids).inputs.__secrets).to.deep.equal(after));

  it("keeps a secret of both tunnels that have had a key", () => {
    const displaced = rekeyed(withSecrets("tunnels.primary.remotePublicIP"), { primary: "Tn2" });
    const { __secrets } = rekeyed(displaced, { primary: "Tn2", third: "Tn1" }).inputs;
    expect(__secrets).to.have.members(["tunnels.primary.remotePublicIP", "tunnels.third.remotePublicIP"]);
  });

  it("takes along what earlier writes have added, and leaves no key of theirs to another tunnel", () => {
    const added = (...keys: readonly string[]) => pendingWrite({ added: keys.map((key) => [key, tunnel(3)] as const) });
    const before = state({ pending: [added("primary", "third", "fourth")] });
    const { pending } = rekeyed(before, { backup: "Tn1", third: "Tn2" });
    expect(pending).to.deep.equal([added("backup", "third (1700000000000)", "fourth")]);
  });
});
