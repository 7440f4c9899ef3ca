import { expect } from "chai";
import { createOwnership } from "../../../provider/converge/ownership";

describe("createOwnership", () => {
  it("knows the groups and tunnels that it was told of, and no others", () => {
    const ownership = createOwnership();
    ownership.own("Tg1", ["Tn1", "Tn2"]);
    ownership.own("Tg1", ["Tn3"]);
    expect(["Tg1", "Tg2"].map(ownership.hasGroup)).to.deep.equal([true, false]);
    expect(["Tn1", "Tn2", "Tn3", "Tn4", "Tg1"].map(ownership.hasTunnel)).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("shares nothing with another one", () => {
    createOwnership().own("Tg1", ["Tn1"]);
    expect(createOwnership().hasGroup("Tg1")).to.equal(false);
  });
});
