import { expect } from "chai";
import fc from "fast-check";
import { ChoiceError, choose } from "../../../provider/lookups/choose";

const thing = (name: string, id = `Id${name}`) => ({ id, name });

function refusalOf(things: readonly { id: string; name: string }[], wanted: object): string {
  try {
    choose(things, wanted);
  } catch (error) {
    if (error instanceof ChoiceError) return `${error.name}: ${error.message}`;
    throw error;
  }
  return expect.fail("something was chosen");
}

describe("choose", () => {
  it("takes the one of that name, letter for letter, or of that id", () => {
    const things = [thing("east"), thing("East"), thing("west")];
    expect(choose(things, { name: "East" })).to.equal(things[1]);
    expect(choose(things, { id: "Idwest" })).to.equal(things[2]);
  });

  it("names all there is, the closest first, whatever the case", () => {
    expect(refusalOf([thing("west"), thing("middle"), thing("EAST", "E1")], { name: "easst" })).to.equal(
      'NotFoundError: there is none of that name. There are "EAST" (E1), "west" (Idwest), "middle" (Idmiddle).',
    );
  });

  it("finds a name close that was given as an id", () => {
    expect(refusalOf([thing("a", "Xq"), thing("zzz", "Yy")], { id: "zzz" })).to.match(/There are "zzz" \(Yy\), "a"/);
  });

  it("says so where there are none, and names ten of many", () => {
    expect(refusalOf([], { id: "x" })).to.equal("NotFoundError: there is none of that id. There are none at all.");
    const many = Array.from({ length: 12 }, (_, n) => thing(`n${n}`));
    expect(refusalOf(many, { name: "other" })).to.match(/ and 2 more\.$/);
  });

  it("chooses for nobody between several", () => {
    expect(refusalOf([thing("east", "2"), thing("east", "1")], { name: "east" })).to.equal(
      "AmbiguousError: 2 have that name: 1, 2. Take the id of the one that is meant.",
    );
  });

  it("puts first what differs in one letter", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{12}$/), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.nat(), (all, at) => {
        const meant = all[at % all.length] ?? "";
        const text = refusalOf(
          all.map((name) => thing(name, "?".repeat(30))),
          { name: `${meant}!` },
        );
        expect(text).to.contain(`There are "${meant}"`);
      }),
      { numRuns: 200, seed: 20 },
    );
  });
});
