import { execFileSync } from "node:child_process";
import { version as SDK } from "@pulumi/pulumi/package.json";
import { expect } from "chai";
import { useFixture } from "../e2e/fixture";
import { expectWholeLife, lifeOf } from "./life";
import { pathOfNode } from "./node";
import { emptyProject, NPM, projectOf, type Recipe } from "./project";

const SDK_PACKAGE = `@pulumi/pulumi@${SDK}`;
const PNPM = ["npx", "--yes", "pnpm@10"] as const;
const YARN_CLASSIC = ["npx", "--yes", "yarn@1"] as const;
const YARN = ["npx", "--yes", "-p", "@yarnpkg/cli-dist@4", "yarn"] as const;

/** Yarn does not ask npm's settings where packages come from. */
const registry = () => execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();

const alone = (name: string, ...commands: Recipe["commands"]): Recipe => ({
  name,
  files: { "package.json": { name: "stranger", private: true } },
  commands,
});

const yarnWith = (nodeLinker: string): Recipe => ({
  name: `yarn-${nodeLinker}`,
  files: {
    "package.json": { name: "stranger", private: true, packageManager: "yarn@4.0.0" },
    "yarn.lock": "",
    ".yarnrc.yml": `nodeLinker: ${nodeLinker}\nnpmRegistryServer: ${registry()}\nenableTelemetry: false\nenableScripts: false\n`,
  },
  commands: [[...YARN, "add", "pulumi-harmony-sase@file:TARBALL", SDK_PACKAGE]],
});

const dependencies = { "pulumi-harmony-sase": "file:TARBALL", "@pulumi/pulumi": SDK };

/** A program whose group is made by another package of the workspace; \`own\` are the program's dependencies besides. */
const library = (name: string, own: Readonly<Record<string, string>>): Recipe => ({
  name,
  files: {
    "package.json": { name: "monorepo", private: true },
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
    "packages/network/package.json": { name: "network", version: "1.0.0", main: "index.js", dependencies },
    "packages/network/index.js": `const { DynamicTunnelGroup } = require("pulumi-harmony-sase");
exports.office = (args) => new DynamicTunnelGroup("branch", args);
`,
    "packages/infra/package.json": {
      name: "infra",
      private: true,
      dependencies: { network: "workspace:*", "@pulumi/pulumi": SDK, ...own },
    },
  },
  commands: [[...PNPM, "install"]],
});

const LIBRARY_PROGRAM = `const { dynamicTunnelId, tunnelIds } = require("network").office(JSON.parse(process.env.GROUP));
Object.assign(exports, { dynamicTunnelId, tunnelIds });
`;

// A table of the long tests; `npm test` runs a sample of it in engine.test.ts.
if (process.env.PACKAGE === "all") {
  describe("Layouts of projects on the real engine", () => {
    const fixture = useFixture();

    it("an ES module program comes up and goes", async () => {
      await expectWholeLife(fixture, { recipe: emptyProject(), isModule: true });
    });

    it("a pnpm layout comes up and goes", async () => {
      const recipe = alone("pnpm", [...PNPM, "add", "TARBALL", SDK_PACKAGE]);
      await expectWholeLife(fixture, { recipe });
    });

    it("a layout of yarn 1 comes up and goes", async () => {
      const recipe = alone("yarn-classic", [...YARN_CLASSIC, "add", "file:TARBALL", SDK_PACKAGE, "--ignore-scripts"]);
      await expectWholeLife(fixture, { recipe });
    });

    it("a layout of yarn 4 with node_modules comes up and goes", async () => {
      await expectWholeLife(fixture, { recipe: yarnWith("node-modules") });
    });

    for (const major of [20, 22]) {
      it(`a layout of yarn 4 with Plug'n'Play comes up and goes with Node ${major}`, async () => {
        const place = { recipe: yarnWith("pnp"), through: [...YARN, "exec"], node: await pathOfNode(major) };
        await expectWholeLife(fixture, place);
      });
    }

    it("a workspace of an npm monorepo comes up and goes", async () => {
      const recipe: Recipe = {
        name: "workspace",
        files: {
          "package.json": { name: "monorepo", private: true, workspaces: ["infra", "app"] },
          "app/package.json": { name: "app", private: true },
          "infra/package.json": { name: "infra", private: true, dependencies },
        },
        commands: [[...NPM, "install"]],
      };
      await expectWholeLife(fixture, { recipe, folder: "infra" });
    });

    it("a program whose library alone has the provider is told to install it, before anything is sent", async () => {
      const recipe = library("library", {});
      fixture.sandbox.clearJournal();
      const { failure } = await lifeOf(fixture, { recipe, folder: "packages/infra", program: LIBRARY_PROGRAM });
      const folder = `${await projectOf(recipe)}/packages/infra`;
      expect(failure).to.contain(`looks for the package pulumi-harmony-sase from ${folder} upwards`);
      expect(failure).to.contain('Run "npm install pulumi-harmony-sase" (or pnpm add, yarn add) in that folder.');
      expect(fixture.sandbox.journal()).to.deep.equal([]);
    });

    it("the same program comes up and goes when it has done so", async () => {
      const recipe = library("library-installed", { "pulumi-harmony-sase": "file:TARBALL" });
      await expectWholeLife(fixture, { recipe, folder: "packages/infra", program: LIBRARY_PROGRAM });
    });
  });
}
