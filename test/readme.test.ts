import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { configKey, VARIABLES } from "../provider/engine/settings";
import { groupArgs, SETTING_FIELDS, TUNNEL_FIELDS } from "../provider/model/schema";

const README = readFileSync(join(__dirname, "..", "README.md"), "utf8");

describe("README", () => {
  const fields = [...TUNNEL_FIELDS, ...SETTING_FIELDS].map(({ path }) => path.at(-1) ?? "");
  for (const name of new Set([...Object.keys(groupArgs.shape), ...fields])) {
    it(`describes the input ${name}`, () => expect(README).to.match(new RegExp(`\`[\\w.*]*\\b${name}\\b[\\w.]*\``)));
  }
  for (const [key, variable] of Object.entries(VARIABLES)) {
    it(`describes the setting ${key}`, () => expect(README).to.contain(variable).and.to.contain(configKey(key)));
  }
  it("says, as the page of guarantees does, which commands print secrets, and what to use instead", () => {
    const guarantees = readFileSync(join(__dirname, "..", "docs", "guarantees.md"), "utf8");
    for (const text of [README, guarantees]) {
      expect(text).to.match(
        /`pulumi up --json`, `--debug`.*`--event-log`|`pulumi up --json`, `--debug` and `--event-log`/,
      );
      expect(text).to.contain("`pulumi preview --json`").and.to.contain("`pulumi stack output --json`");
    }
  });
  it("names no file that is not there", () => {
    for (const [, path = ""] of README.matchAll(/\]\(([\w./-]+)\)/g)) {
      expect(() => readFileSync(join(__dirname, "..", path)), path).not.to.throw(/ENOENT/);
    }
  });
});
