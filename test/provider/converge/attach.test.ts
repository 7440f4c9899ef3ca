import { expect } from "chai";
import { attached, doubted, isExactly } from "../../../provider/converge/attach";
import type { Tunnel } from "../../../provider/model/fields";
import type { PendingWrite } from "../../../provider/model/pending";
import type { PresentTunnel } from "../../../provider/model/present";
import { blankState, type State } from "../../../provider/model/state";
import { inputs, pendingWrite, present, seen, state, tunnel } from "../builders";

/** A tunnel as a write keeps it, and as one GET shows it under an id of its own. */
const sent = (n: number, overrides: Partial<Tunnel> = {}) => tunnel(n, { passphrase: undefined, ...overrides });
const anew = (n: number, overrides: Partial<PresentTunnel> = {}): PresentTunnel => {
  const { remoteASN: _, p81GWInternalIP: __, remoteGWInternalIP: ___, ...visible } = present(n, { id: `New${n}` });
  return { ...visible, ...overrides };
};
const adding = (added: PendingWrite["added"], overrides: Partial<PendingWrite> = {}) =>
  pendingWrite({ added, ...overrides });

interface Case {
  readonly title: string;
  /** What was sent; the third tunnel, where nothing else is said. */
  readonly added?: PendingWrite["added"];
  readonly write?: Partial<PendingWrite>;
  readonly state?: Partial<State>;
  /** What has appeared beside the two tunnels that were there. */
  readonly appeared: readonly PresentTunnel[];
  readonly taken?: readonly string[];
  /** The ids that have become known beside those of state. */
  readonly known: Readonly<Record<string, string>>;
}

const THIRD: PendingWrite["added"] = [["third", sent(3)]];

const CASES: readonly Case[] = [
  {
    title: "what has appeared once with exactly the content that was sent",
    appeared: [anew(3)],
    known: { third: "New3" },
  },
  {
    title: "it with a passphrase that is masked or somebody else's, since none is kept of a write",
    appeared: [anew(3, { passphrase: "xxxxxxxxxxxx" })],
    known: { third: "New3" },
  },
  {
    title: "it where the service shows less than was sent",
    appeared: [{ id: "New3", regionID: "RgAAAAAAA1" }],
    known: { third: "New3" },
  },
  {
    title: "it beside what somebody else has added",
    appeared: [anew(9), anew(3)],
    known: { third: "New3" },
  },
  {
    title: "each of two that were sent",
    added: [
      ["third", sent(3)],
      ["fourth", sent(4)],
    ],
    appeared: [anew(4), anew(3)],
    known: { third: "New3", fourth: "New4" },
  },
  {
    title: "the one of two that has appeared",
    added: [
      ["third", sent(3)],
      ["fourth", sent(4)],
    ],
    appeared: [anew(4)],
    known: { fourth: "New4" },
  },
  {
    title: "it under a key such as constructor",
    added: [["constructor", sent(3)]],
    appeared: [anew(3)],
    known: { constructor: "New3" },
  },
  { title: "nothing where nothing has appeared", appeared: [], known: {} },
  { title: "nothing where it has appeared twice", appeared: [anew(3), anew(3, { id: "New3b" })], known: {} },
  {
    title: "nothing where two that were sent could be it",
    added: [
      ["third", sent(3)],
      ["fourth", sent(3)],
    ],
    appeared: [anew(3)],
    known: {},
  },
  {
    title: "nothing where two that were sent could be either of two",
    added: [
      ["third", sent(3)],
      ["fourth", sent(3)],
    ],
    appeared: [anew(3), anew(3, { id: "New3b" })],
    known: {},
  },
  ...(
    [
      { regionID: "RgAAAAAAA2" },
      { remotePublicIP: "198.51.100.3" },
      { remoteASN: 7 },
      { p81GWInternalIP: "169.254.9.1" },
      { remoteGWInternalIP: "169.254.9.2" },
    ] as const
  ).map((other) => ({
    title: `nothing of another ${Object.keys(other).join()}`,
    appeared: [anew(3, other)],
    known: {},
  })),
  ...(
    [
      [{ remoteID: "peer3" }, { remoteID: "peer9" }],
      [{ routingType: "route" }, { routingType: "policy" }],
      [{ authType: "psk" }, { authType: "cert" }],
    ] as const
  ).map(
    ([mine, other]): Case => ({
      title: `nothing of another ${Object.keys(other).join()}`,
      added: [["third", sent(3, mine)]],
      appeared: [anew(3, other)],
      known: {},
    }),
  ),
  {
    title: "nothing in a region that is not shown",
    appeared: [{ id: "New3", remotePublicIP: "203.0.113.3" }],
    known: {},
  },
  {
    title: "nothing that was there before the write",
    write: { before: ["Tn1", "Tn2", "New3"] },
    appeared: [anew(3)],
    known: {},
  },
  { title: "nothing that another resource stands for", appeared: [anew(3)], taken: ["New3"], known: {} },
  {
    title: "it beside its like that another resource stands for",
    appeared: [anew(3), anew(3, { id: "New3b" })],
    taken: ["New3"],
    known: { third: "New3b" },
  },
  {
    title: "nothing that is known already, under whatever key",
    state: {
      tunnels: { ...inputs().tunnels, other: tunnel(3) },
      tunnelIds: { ...state().tunnelIds, other: "New3" },
    },
    appeared: [anew(3)],
    known: { other: "New3" },
  },
  { title: "nothing of a write that adds nothing", added: [], appeared: [anew(3)], known: {} },
];

describe("attached", () => {
  for (const { title, added = THIRD, write = {}, state: before, appeared, taken, known } of CASES) {
    it(`knows ${title}`, () => {
      const after = attached(state(before), [adding(added, write)], [...seen().tunnels, ...appeared], new Set(taken));
      expect(after.tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2", ...known });
    });
  }

  it("knows it with what was sent, hidden fields included", () => {
    const { tunnels } = attached(state(), [adding([["third", sent(3)]])], [...seen().tunnels, anew(3)]);
    expect(tunnels).to.deep.equal({ ...inputs().tunnels, third: sent(3) });
  });

  it("knows what several writes have added, none of them what another has", () => {
    const writes = [adding([["third", sent(3)]]), adding([["fourth", sent(3)]], { startedAtMs: 9, before: ["New3"] })];
    const { tunnelIds } = attached(state(), writes, [...seen().tunnels, anew(3)]);
    expect(tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2", third: "New3" });
  });

  it("knows what two writes could have added as the last one's, hidden fields as far as they agree", () => {
    const writes = [
      adding([["third", sent(3)]]),
      adding([["fourth", sent(3, { p81GWInternalIP: "169.254.9.1" })]], { startedAtMs: 9 }),
    ];
    const { tunnels, tunnelIds } = attached(state(), writes, [...seen().tunnels, anew(3)]);
    expect(tunnelIds).to.deep.equal({ primary: "Tn1", backup: "Tn2", fourth: "New3" });
    const { p81GWInternalIP: _, ...both } = sent(3);
    expect(tunnels.fourth).to.deep.equal(JSON.parse(JSON.stringify(both)));
  });

  it("knows all that a creation has made", () => {
    const write = adding(Object.entries({ primary: sent(1), backup: sent(2) }), { kind: "create", before: [] });
    expect(attached(blankState("created"), [write], seen().tunnels).tunnelIds).to.deep.equal({
      primary: "Tn1",
      backup: "Tn2",
    });
  });

  describe("when a tunnel was rebuilt", () => {
    const rebuilding = adding([["primary", sent(1, { p81GWInternalIP: "169.254.9.1" })]]);
    const successor = anew(1);

    it("knows the new one under its key, and the former under another while it is there", () => {
      const { tunnels, tunnelIds } = attached(state(), [rebuilding], [...seen().tunnels, successor]);
      expect(tunnelIds).to.deep.equal({ primary: "New1", backup: "Tn2", "primary (Tn1)": "Tn1" });
      expect(tunnels).to.deep.equal({
        primary: sent(1, { p81GWInternalIP: "169.254.9.1" }),
        backup: tunnel(2),
        "primary (Tn1)": tunnel(1),
      });
    });

    it("forgets the former once it is gone", () => {
      const { tunnels, tunnelIds } = attached(state(), [rebuilding], [successor, present(2)]);
      expect(tunnelIds).to.deep.equal({ primary: "New1", backup: "Tn2" });
      expect(Object.keys(tunnels)).to.deep.equal(["primary", "backup"]);
    });

    it("knows the former one as before while the new one has not appeared", () => {
      expect(attached(state(), [rebuilding], seen().tunnels)).to.deep.equal(state());
    });

    it("says the same when it is asked again", () => {
      const once = attached(state(), [rebuilding], [...seen().tunnels, successor]);
      expect(attached(once, [rebuilding], [...seen().tunnels, successor])).to.deep.equal(once);
    });
  });
});

describe("doubted", () => {
  const changing = pendingWrite({ changed: { Tn1: ["remoteASN", "passphrase"], Tn9: ["remoteID"] } });

  it("knows the members that were sent no longer", () => {
    expect(doubted(state(), changing).tunnels.primary).to.deep.equal(
      tunnel(1, { remoteASN: undefined, passphrase: undefined }),
    );
  });

  it("knows everything else as before", () => {
    const { tunnels, ...rest } = doubted(state(), changing);
    const { tunnels: _, ...before } = state();
    expect(rest).to.deep.equal(before);
    expect(tunnels.backup).to.deep.equal(tunnel(2));
  });

  it("doubts nothing where nothing was changed", () => {
    expect(doubted(state(), pendingWrite())).to.deep.equal(state());
  });
});

describe("isExactly", () => {
  it("compares by meaning", () => {
    const pem = "-----BEGIN A-----\nMIIB\n-----END A-----";
    expect(
      isExactly({ regionID: "Rg1", customerRootCA: `${pem}\n` }, { regionID: "Rg1", customerRootCA: pem }),
    ).to.equal(true);
    expect(isExactly({ regionID: "Rg1", customerRootCA: "other" }, { regionID: "Rg1", customerRootCA: pem })).to.equal(
      false,
    );
  });

  it("passes over passphrases", () => {
    const [mine, shown] = [tunnel(1), present(1, { passphrase: "elsewhere.1" })];
    expect(isExactly(mine, shown)).to.equal(true);
  });

  it("is never so without a region", () => {
    expect(isExactly({ remoteID: "peer1" }, { remoteID: "peer1" })).to.equal(false);
  });
});
