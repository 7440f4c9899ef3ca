import { expect } from "chai";
import { AS_NAMED, Code, lines, printed } from "../../../provider/import/code";

describe("printed", () => {
  const table: [title: string, value: unknown, text: string][] = [
    ["a text", 'a "b"\n', '"a \\"b\\"\\n"'],
    ["an empty map", {}, "{}"],
    ["an empty list", { none: [] }, "{ none: [] }"],
    ["keys that need quotes", { a: 1, "b-c": true }, '{ a: 1, "b-c": true }'],
    ["members that are undefined", { a: 1, b: undefined }, "{ a: 1 }"],
    ["code", { a: new Code("f(x)") }, "{ a: f(x) }"],
    ["members that their names say", { id: AS_NAMED, "...rest": AS_NAMED }, "{ id, ...rest }"],
  ];
  for (const [title, value, text] of table) {
    it(`prints ${title}`, () => expect(printed(value)).to.equal(text));
  }

  it("breaks what is too long for a line, and only that", () => {
    expect(printed({ short: { a: 1 }, long: ["x".repeat(60), "y".repeat(60)] })).to.equal(
      `{\n  short: { a: 1 },\n  long: [\n    "${"x".repeat(60)}",\n    "${"y".repeat(60)}",\n  ],\n}`,
    );
  });

  it("counts what stands before it on the line", () => {
    const value = { a: "x".repeat(90) };
    expect(printed(value, 10)).not.to.contain("\n");
    expect(printed(value, 30)).to.equal(`{\n  a: "${"x".repeat(90)}",\n}`);
  });
});

describe("lines", () => {
  it("shows what no editor shows, or shows in another place than it stands", () => {
    expect(printed("a\u2028b\u2029c\u202ed\u2066e\u200ff")).to.equal('"a\\u2028b\\u2029c\\u202ed\\u2066e\\u200ff"');
    expect(printed("東京 é")).to.equal('"東京 é"');
    expect(lines("a\u2028b").text).to.equal('"a\\u2028b"');
  });

  it("keeps lines as lines where the text allows it", () => {
    expect(lines("a\nb\n").text).to.equal("`a\nb\n`");
    for (const text of ["a`b", "a\\b", "a\r\nb", "a$" + "{b}"]) expect(lines(text).text).to.equal(JSON.stringify(text));
  });
});
