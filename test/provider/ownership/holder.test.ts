import { expect } from "chai";
import type { GroupUse } from "../../../provider/ownership/groupUse";
import { holderOf, holderOfDoomed, type Known } from "../../../provider/ownership/holder";

const known = (changes: Partial<Known> = {}): Known => ({
  otherOwner: undefined,
  note: undefined,
  claims: [],
  ...changes,
});
const own = (relation: GroupUse["relation"]): GroupUse => ({ urn: "own", relation });

describe("holderOf", () => {
  for (const [title, source, expected] of [
    ["nothing is known", known(), undefined],
    ["the resource has noted that it owns the group", known({ note: own("owns") }), undefined],
    ["an earlier version has noted the resource", known({ note: own(undefined) }), undefined],
    ["the resource has noted that it uses the group", known({ note: own("usesExisting") }), "own"],
    ["another resource is noted", known({ otherOwner: "other", note: { urn: "other", relation: "owns" } }), "other"],
    ["a resource of the run owns it", known({ claims: [{ urn: "hub", origin: "created" }] }), "hub"],
    ["a resource of the run uses it", known({ claims: [{ urn: "branch", origin: "adopted" }] }), undefined],
  ] as const) {
    it(`is ${expected ?? "no resource"} where ${title}`, () => {
      expect(holderOf(source)?.urn).to.equal(expected);
    });
  }
});

describe("holderOfDoomed", () => {
  it("is a resource of the run that uses the group, too", () => {
    const claims = [{ urn: "branch", origin: "adopted" }] as const;
    expect(holderOfDoomed(known({ claims }))).to.deep.equal({
      urn: "branch",
      relation: "usesExisting",
      isNoted: false,
    });
    expect(holderOfDoomed(known())).to.equal(undefined);
    expect(holderOfDoomed(known({ claims, note: own("usesExisting") }))?.urn).to.equal("own");
  });
});
