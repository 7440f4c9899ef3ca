import { expect } from "chai";
import { nameIn } from "../../../provider/model/urn";

describe("nameIn", () => {
  it("is the last part of a URN, or the text as it is", () => {
    expect([nameIn("urn:pulumi:dev::p::T::hub"), nameIn("hub")]).to.deep.equal(["hub", "hub"]);
  });
});
