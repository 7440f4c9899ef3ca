import { readdirSync, readFileSync } from "node:fs";
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

describe("docs/troubleshooting.md", () => {
  const root = join(__dirname, "..");
  const folder = join(root, "provider");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^(?!dist|node_modules).*\.ts$/.test(name),
  );
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const rows = readFileSync(join(root, "docs", "troubleshooting.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| .*`/.test(line));
  /** Node.js says this itself. */
  const OF_OTHERS = "Cannot find module 'pulumi-harmony-sase/lifecycle'";

  it("has messages", () => expect(rows).to.have.length.above(20));
  for (const [, cell = ""] of rows.map((row) => row.split("|"))) {
    for (const [, message = ""] of cell.matchAll(/`([^`]+)`/g)) {
      if (message === OF_OTHERS || !message.includes(" ")) continue;
      it(`quotes what is said: ${message}`, () => {
        for (const part of message
          .split("…")
          .map((text) => text.replace(/[:.,"\s]+$/, "").trim())
          .filter((text) => text.length > 3))
          expect(source).to.contain(part);
      });
    }
  }
});
