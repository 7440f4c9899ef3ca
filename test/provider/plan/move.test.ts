import { expect } from "chai";
import type { GroupInputs } from "../../../provider/model/schema";
import type { State } from "../../../provider/model/state";
import { changesOf } from "../../../provider/plan/changes";
import { PlanError } from "../../../provider/plan/error";
import { demandNothingElse, type Move, moveOf } from "../../../provider/plan/move";
import { inputs, state, UNKNOWN } from "../builders";

const ID = "TgAAAAAAA1";
const OTHER = "TgAAAAAAA2";
const adopting = (changes: Partial<GroupInputs> = {}) => inputs({ dynamicTunnelId: ID, ...changes });

interface Case {
  readonly title: string;
  readonly id?: string;
  readonly state?: Partial<State>;
  readonly news: GroupInputs;
  readonly vouched: string | undefined;
  /** Undefined where the row stays as it is; a refusal where it cannot. */
  readonly move: Move | "refused" | undefined;
}

const CASES: readonly Case[] = [
  { title: "adopts the group that it owned", news: adopting(), vouched: ID, move: "adopts" },
  { title: "owns on without a word", news: adopting(), vouched: undefined, move: undefined },
  { title: "owns on where another group is named", news: adopting(), vouched: OTHER, move: undefined },
  { title: "owns on where the program says so", news: inputs(), vouched: ID, move: undefined },
  { title: "owns on in another network", news: adopting({ networkId: "NwAAAAAAA2" }), vouched: ID, move: undefined },
  { title: "owns on a group that is gone", state: { isGone: true }, news: adopting(), vouched: ID, move: undefined },
  {
    title: "owns on what was begun and has no id yet",
    id: "pending-St1",
    news: adopting({ dynamicTunnelId: "pending-St1" }),
    vouched: "pending-St1",
    move: undefined,
  },
  { title: "owns the group that it adopted", state: { origin: "adopted" }, news: inputs(), vouched: ID, move: "owns" },
  {
    title: "adopts on where the program says so",
    state: { origin: "adopted" },
    news: adopting(),
    vouched: ID,
    move: undefined,
  },
  ...(
    [
      ["without a word", {}, inputs(), undefined],
      ["where another group is named", {}, inputs(), OTHER],
      ["in another network", {}, inputs({ networkId: "NwAAAAAAA2" }), ID],
      ["where the group is gone", { isGone: true }, inputs(), ID],
    ] as const
  ).map(
    ([title, changes, news, vouched]): Case => ({
      title: `cannot own the group that it adopted ${title}`,
      state: { origin: "adopted", ...changes },
      news,
      vouched,
      move: "refused",
    }),
  ),
];

describe("moveOf", () => {
  for (const { title, id = ID, state: changes = {}, news, vouched, move } of CASES) {
    it(`says that a row ${title}`, () => {
      const moved = () => moveOf(id, state(changes), news, () => vouched);
      if (move === "refused") expect(moved).to.throw(PlanError);
      else expect(moved()).to.equal(move);
    });
  }
});

describe("demandNothingElse", () => {
  const demand = (news: GroupInputs, isUnfinished = false) =>
    demandNothingElse("adopts", ID, { news, changes: changesOf(ID, state({ origin: "adopted" }), news), isUnfinished });
  const changed = { ...adopting(), description: "changed" };

  it("lets a row move whose program changes nothing else", () => {
    expect(() => demand(adopting())).not.to.throw();
  });

  it("refuses what changes the group as well, and says what", () => {
    expect(() => demand(changed)).to.throw(PlanError, /changes it as well \(description changes in place\)/);
  });

  it("refuses where an interrupted run has left a write", () => {
    expect(() => demand(adopting(), true)).to.throw(PlanError, /interrupted/);
  });

  it("does not judge yet what holds values that are not known yet", () => {
    expect(() => demand({ ...adopting(), description: UNKNOWN })).not.to.throw();
  });
});
