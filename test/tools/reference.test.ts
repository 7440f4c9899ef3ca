import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { reference } from "../../tools/docs/reference";

describe("docs/reference.md", () => {
  it("is what docstrings and schema say; npm run docs makes it anew", async () => {
    expect(await readFile(join(__dirname, "..", "..", "docs", "reference.md"), "utf8")).to.equal(reference());
  });
});
