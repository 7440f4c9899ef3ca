import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { CONTROL_PROGRAM, TYPED_PROGRAM } from "./programs";
import { emptyProject, NPM, projectOf, type Recipe, write } from "./project";

const run = promisify(execFile);

/** The oldest TypeScript that takes the SDK's own types, and the newest that the SDK takes. */
const ENDS = ["5.0.4", "6.0.3"];
const BETWEEN = ["5.1.6", "5.2.2", "5.3.3", "5.4.5", "5.5.4", "5.6.3", "5.7.3", "5.8.3", "5.9.3"];
const isWhole = process.env.PACKAGE === "all";
const VERSIONS = isWhole ? [...ENDS, ...BETWEEN] : ENDS;

const SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "CommonJS as pulumi new wrote it": { module: "commonjs", moduleResolution: "node10", esModuleInterop: false },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  ...(isWhole && {
    bundler: { module: "esnext", moduleResolution: "bundler" },
    "CommonJS with esModuleInterop": { module: "commonjs", moduleResolution: "node10", esModuleInterop: true },
  }),
};

const alias = (typescript: string) => `typescript-${typescript}`;
/** Apart from the project, since they outlast a change of the provider. */
const COMPILERS: Recipe = {
  name: "compilers",
  files: { "package.json": { private: true } },
  commands: [[...NPM, "install", ...VERSIONS.map((version) => `${alias(version)}@npm:typescript@${version}`)]],
};

interface Compilation {
  readonly project: string;
  readonly compilers: string;
  readonly typescript: string;
  readonly setting: string;
}

/** What a compiler says of a file that is compiled as nodenext both ways, as CommonJS and as an ES module. */
async function complaints(
  { project, compilers, typescript, setting }: Compilation,
  program: string,
  text: string,
): Promise<readonly string[]> {
  const name = `${program}-${typescript}-${setting.replaceAll(/\W/g, "")}`;
  const options = {
    ...SETTINGS[setting],
    ...(typescript.startsWith("6.") ? { ignoreDeprecations: "6.0" } : {}),
    target: "es2020",
    lib: ["es2020"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    declaration: true,
    outDir: "out",
    noEmit: true,
  };
  const endings = setting === "nodenext" ? [".cts", ".mts"] : [".ts"];
  await write(project, {
    [`${name}/tsconfig.json`]: { compilerOptions: options, files: endings.map((ending) => `index${ending}`) },
    ...Object.fromEntries(endings.map((ending) => [`${name}/index${ending}`, text])),
  });
  const compiler = join(compilers, "node_modules", alias(typescript), "lib", "tsc.js");
  const args = [compiler, "--pretty", "false", "-p", join(project, name)];
  const { stdout } = await run(process.execPath, args, { cwd: project }).catch((error: { stdout: string }) => error);
  return stdout.split("\n").filter((line) => / error TS|^error TS/.test(line));
}

describe("Types of the packed provider", () => {
  let [project, compilers] = ["", ""];
  before(async () => {
    project = await projectOf(emptyProject());
    compilers = await projectOf(COMPILERS);
  });

  for (const typescript of VERSIONS) {
    for (const setting of Object.keys(SETTINGS)) {
      it(`have no error that the SDK's lack, in TypeScript ${typescript}: ${setting}`, async () => {
        const compilation = { project, compilers, typescript, setting };
        const own = await complaints(compilation, "own", TYPED_PROGRAM);
        if (own.length === 0) return;
        const control = await complaints(compilation, "control", CONTROL_PROGRAM);
        expect(own.filter((line) => !control.includes(line))).to.deep.equal([]);
      });
    }
  }
});
