import { expect } from "chai";
import { importConflict, type OwnershipClaim, otherOwner } from "../../../provider/ownership/importConflict";

const claim = (urn: string, origin: OwnershipClaim["origin"], isImported?: true): OwnershipClaim => ({
  urn,
  origin,
  ...(isImported && { isImported }),
});

describe("importConflict", () => {
  for (const [title, own, other, isOne] of [
    ["state has both", claim("a", "created"), claim("b", "created"), false],
    ["this one is imported", claim("a", "created", true), claim("b", "created"), true],
    ["the other is imported", claim("a", "created"), claim("b", "created", true), true],
    ["both are imported", claim("a", "created", true), claim("b", "created", true), true],
    ["the other only uses the group", claim("a", "created", true), claim("b", "adopted"), false],
    ["this one only uses the group", claim("a", "adopted"), claim("b", "created", true), false],
    ["both are one resource", claim("a", "created", true), claim("a", "created"), false],
  ] as const) {
    it(`is ${isOne ? "the other owner" : "none"} where ${title}`, () => {
      expect(importConflict(own, [other])).to.equal(isOne ? other : undefined);
    });
  }
});

describe("otherOwner", () => {
  it("is the other owner where state has both", () => {
    const [own, other] = [claim("a", "created"), claim("b", "created")];
    expect(otherOwner(own, [own, other])).to.equal(other);
    expect(otherOwner(own, [own])).to.equal(undefined);
  });
});
