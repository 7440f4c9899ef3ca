import { expect } from "chai";
import { containsUnknown, isUnknown } from "../../../provider/model/unknowns";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("isUnknown", () => {
  for (const value of [UNKNOWN, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"]) {
    it(`knows the engine's ${value}`, () => expect(isUnknown(value)).to.equal(true));
  }
  for (const value of ["", "text", `${UNKNOWN} `, 7, null, undefined, {}, [UNKNOWN]]) {
    it(`takes ${JSON.stringify(value)} for known`, () => expect(isUnknown(value)).to.equal(false));
  }
});

describe("containsUnknown", () => {
  it("finds one at any depth", () => expect(containsUnknown({ a: [1, { b: UNKNOWN }] })).to.equal(true));
  it("finds the value itself", () => expect(containsUnknown(UNKNOWN)).to.equal(true));
  it("finds none where there is none", () => expect(containsUnknown({ a: [1, { b: null }] })).to.equal(false));
});
