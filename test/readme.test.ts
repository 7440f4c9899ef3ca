import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { scripts } from "../package.json";
import { IMPORT_VARIABLE } from "../provider/engine/importMandate";
import { configKey, VARIABLES } from "../provider/engine/settings";
import { anchorsIn, linksIn } from "./links";

const ROOT = join(__dirname, "..");
const FOLDERS = ["", "docs", "examples", "sandbox"];
const documents = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== "" })
    .map((name) => join(ROOT, folder, String(name)))
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules")),
);
const textOf = (file: string) => readFileSync(file, "utf8");
const readme = textOf(join(ROOT, "README.md"));

for (const file of documents) {
  const text = textOf(file);
  describe(relative(ROOT, file), () => {
    it("leads to files and headings that are there", () => {
      for (const { file: target, anchor } of linksIn(text)) {
        const path = target === "" ? file : join(dirname(file), target);
        expect(existsSync(path), `${target} is there`).to.equal(true);
        if (anchor !== undefined) expect(anchorsIn(textOf(path)), target).to.include(anchor);
      }
    });

    it("names commands, variables and settings that there are", () => {
      for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts).to.have.property(String(name));
      const variables = [...Object.values(VARIABLES), IMPORT_VARIABLE];
      for (const [name] of text.matchAll(/HARMONY_SASE_[A-Z_]+/g)) expect(variables).to.include(name);
      const settings = Object.keys(VARIABLES).map(configKey);
      for (const [name] of text.matchAll(/harmony-sase:(?!index:)[a-z]\w+/g)) expect(settings).to.include(name);
    });
  });
}

describe("docs", () => {
  it("say, on both pages that speak of it, which commands print secrets, and what to use instead", () => {
    for (const page of ["behaviour.md", "guarantees.md"]) {
      const text = textOf(join(ROOT, "docs", page));
      expect(text).to.match(/`pulumi up --json`, `--debug`(,| and) `--event-log`/);
      expect(text).to.contain("`pulumi preview --json`").and.to.contain("`pulumi stack output --json`");
    }
  });
});

describe("README.md", () => {
  const folded = (program: string) =>
    program
      .replaceAll(/\/\/.*$/gm, "")
      .replaceAll(/\s+/g, "")
      .replaceAll(/,(?=[}\]])/g, "");

  it("shows a program that is part of an example, which is compiled and run", () => {
    const [, program = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const example = folded(textOf(join(ROOT, "examples", "branch-office", "index.ts")));
    const parts = folded(program).split(/(?<=[,;{}])/);
    expect(parts).to.have.length.above(20);
    for (const part of parts) expect(example).to.contain(part.replace(/[,;]$/, ""));
  });

  it("says which versions are needed as the package does", () => {
    const { engines, peerDependencies } = JSON.parse(textOf(join(ROOT, "provider", "package.json"))) as {
      engines: { node: string };
      peerDependencies: Record<string, string>;
    };
    const [, node] = /Node (\d+\.\d+) or newer/.exec(readme) ?? [];
    const [, sdk] = /`@pulumi\/pulumi` must be (\d+\.\d+) or newer/.exec(readme) ?? [];
    expect(engines.node).to.equal(`>=${node}`);
    expect(peerDependencies["@pulumi/pulumi"]).to.match(new RegExp(`^>=${sdk}\\.0 `));
  });
});

describe("Messages in docs/troubleshooting.md", () => {
  const folder = join(ROOT, "provider");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^(?!dist|node_modules).*\.ts$/.test(name),
  );
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const rows = readFileSync(join(ROOT, "docs", "troubleshooting.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| .*`/.test(line));
  /** Node.js and the SDK say these themselves. */
  const OF_OTHERS = [
    "Cannot find module 'pulumi-harmony-sase/lifecycle'",
    "Cannot read properties of undefined (reading 'toJavaScript')",
    'error serializing property "…"',
  ];

  it("has messages", () => expect(rows).to.have.length.above(20));
  for (const [, cell = ""] of rows.map((row) => row.split("|"))) {
    for (const [, message = ""] of cell.matchAll(/`([^`]+)`/g)) {
      if (OF_OTHERS.includes(message) || !message.includes(" ")) continue;
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
