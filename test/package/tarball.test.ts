import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { COMPANIONS, withoutRepository } from "../../tools/package/companions.mjs";
import { tarball } from "../../tools/package/tarball";
import { linksIn } from "../links";

const run = promisify(execFile);
const ROOT = join(__dirname, "..", "..");
const LOOKUPS = ["lookups/error", "lookups/lookups", "lookups/shapes"];
const TYPES = [
  "args",
  "dynamicTunnelGroup",
  "index",
  "lifecycle",
  ...LOOKUPS,
  "messageError",
  "model/algorithms",
  "provider",
  "validate",
];

describe("tarball", () => {
  let packed = "";
  let names: readonly string[] = [];
  const textOf = async (name: string) => {
    const { stdout } = await run("tar", ["-xzOf", packed, `package/${name}`], { maxBuffer: 2 ** 24 });
    return stdout;
  };
  before(async () => {
    packed = await tarball();
    const { stdout } = await run("tar", ["-tzf", packed]);
    names = stdout
      .trim()
      .split("\n")
      .map((name) => name.replace(/^package\//, ""));
  });

  it("holds the documents, the compiled sources and the types that users see, and nothing else", async () => {
    const sources = (await readdir(join(ROOT, "provider"), { recursive: true }))
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".ts") && !/^(dist|node_modules)\//.test(name));
    expect(names).to.have.members([
      ...["package.json", ...COMPANIONS],
      ...sources.map((name) => `dist/${name.replace(/ts$/, "js")}`),
      ...TYPES.map((name) => `dist/${name}.d.ts`),
    ]);
  });

  it("holds the documents as the repository has them, which keeps no second copy", async () => {
    for (const name of COMPANIONS) {
      const text = await readFile(join(ROOT, name), "utf8");
      expect(await textOf(name)).to.equal(name === "README.md" ? withoutRepository(text) : text);
    }
    for (const name of ["README.md", "LICENSE", "CHANGELOG.md", "docs"]) {
      expect(await readdir(join(ROOT, "provider"))).not.to.include(name);
    }
  });

  it("holds every file that its documents lead to", async () => {
    for (const name of names.filter((each) => each.endsWith(".md"))) {
      for (const { file } of linksIn(await textOf(name))) {
        expect(names, name).to.include(file === "" ? name : posix.join(posix.dirname(name), file));
      }
    }
  });

  it("has a README that tells of nothing that only the repository has", async () => {
    expect(await textOf("README.md"))
      .to.contain("npm install pulumi-harmony-sase")
      .and.not.match(/npm (run|test)|sandbox|repository/);
  });

  it("names no map of sources that it does not hold", async () => {
    for (const name of names.filter((each) => each.endsWith(".js"))) {
      expect(await textOf(name), name).not.to.contain("sourceMappingURL");
    }
  });

  it("holds types that lead to the SDK and to each other alone", async () => {
    const found = new Set<string>();
    for (const type of TYPES) {
      const imports = (await textOf(`dist/${type}.d.ts`)).matchAll(/(?:from|import\(|require\()\s*"([^"]+)"/g);
      for (const [, target = ""] of imports) found.add(target);
    }
    expect([...found]).to.have.members([
      "@pulumi/pulumi",
      ...["./args", "./dynamicTunnelGroup", "./model/algorithms", "./provider", "./validate"],
      ...[...LOOKUPS.map((name) => `./${name}`), "../args", "../messageError", "./shapes"].filter((target) =>
        found.has(target),
      ),
    ]);
  });
});
