import { expect } from "chai";
import { distinct, keyNamed } from "../../../provider/import/names";

describe("keyNamed", () => {
  const table: [name: string, key: string][] = [
    ["Dublin", "dublin"],
    ["US East 2", "usEast2"],
    ["eu-west-1", "euWest1"],
    ["New York (East)", "newYorkEast"],
    ["NYC", "nyc"],
    ["São Paulo", "saoPaulo"],
    ["東京", "region"],
    ["", "region"],
    ["1st", "region1st"],
    ["constructor", "regionConstructor"],
    ["__proto__", "proto"],
    ["x".repeat(80), "x".repeat(40)],
  ];
  for (const [name, key] of table) {
    it(`is ${key} for "${name}"`, () => expect(keyNamed(name, "region")).to.equal(key));
  }
});

describe("distinct", () => {
  const table: [names: string[], distinct: string[]][] = [
    [["dublin"], ["dublin"]],
    [
      ["dublin", "dublin", "oslo"],
      ["dublin1", "dublin2", "oslo"],
    ],
    [
      ["dublin", "dublin1", "dublin"],
      ["dublin2", "dublin1", "dublin3"],
    ],
    [
      ["west1", "west1"],
      ["west1-1", "west1-2"],
    ],
  ];
  for (const [names, expected] of table) {
    it(`is ${expected.join(", ")} for ${names.join(", ")}`, () => expect(distinct(names)).to.deep.equal(expected));
  }
});
