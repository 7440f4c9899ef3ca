import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ensurePulumiCli } from "../../tools/cli";
import type { Fixture } from "../e2e/fixture";
import { COMMONJS_PROGRAM, ES_MODULE_PROGRAM, RUNNER } from "./programs";
import { projectOf, type Recipe, write } from "./project";

const run = promisify(execFile);
const LIFE_MS = 4 * 60_000;

/** Where a program stands, and what runs it. */
export interface Place {
  readonly recipe: Recipe;
  /** The program's folder in the project. @default "" */
  readonly folder?: string;
  readonly isModule?: boolean;
  /** What the program's file holds. @default the stranger's, by `isModule` */
  readonly program?: string;
  /** Path of the Node that runs program and engine's process. @default this one */
  readonly node?: string;
  /** What is put before the path of Node, such as a package manager that sets things up. */
  readonly through?: readonly string[];
}

/** What came of a program's life. */
export interface Life {
  readonly failure?: string;
  readonly node?: string;
  readonly ownNode?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly again?: Readonly<Record<string, number>>;
  readonly refreshed?: Readonly<Record<string, number>>;
}

/** Takes a stranger's program through up, up again, refresh and destroy, in a process that begins in its folder. */
export async function lifeOf(fixture: Fixture, place: Place): Promise<Life> {
  const { recipe, folder = "", isModule = false, node = process.execPath, through = [] } = place;
  const cwd = join(await projectOf(recipe), folder);
  const file = isModule ? "index.mjs" : "index.cjs";
  const program = place.program ?? (isModule ? ES_MODULE_PROGRAM : COMMONJS_PROGRAM);
  await write(cwd, { [file]: program, "run.cjs": RUNNER });
  const { root } = await ensurePulumiCli({ report: () => undefined });
  const workDir = await mkdtemp(join(fixture.workshop.folder, "work-"));
  const [command = node, ...args] = [...through, node, join(cwd, "run.cjs")];
  const { stdout } = await run(command, args, {
    cwd,
    timeout: LIFE_MS,
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      PATH: [dirname(node), process.env.PATH].join(delimiter),
      GROUP: JSON.stringify(fixture.args()),
      RUN: JSON.stringify({
        file: join(cwd, file),
        isModule,
        root,
        workDir,
        projectName: basename(workDir),
        envVars: fixture.workshop.environment,
      }),
    },
  });
  return JSON.parse(stdout) as Life;
}

/** Demands that a group came up, stayed as it was and went, by one POST and one DELETE. */
export async function expectWholeLife(fixture: Fixture, place: Place): Promise<void> {
  fixture.sandbox.clearJournal();
  const life = await lifeOf(fixture, place);
  if (life.failure !== undefined) throw new Error(life.failure);
  expect(fixture.writes().map(({ operation }) => operation)).to.deep.equal(["createGroup", "deleteGroup"]);
  expect(life.outputs?.dynamicTunnelId).to.be.a("string").and.not.equal("");
  expect(life.outputs?.tunnelIds).to.have.all.keys("primary", "backup");
  expect([life.again, life.refreshed]).to.deep.equal([{ same: 2 }, { same: 2 }]);
  expect(fixture.groups()).to.deep.equal([]);
  expect(life.node).to.equal(life.ownNode);
}
