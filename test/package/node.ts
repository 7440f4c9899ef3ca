import { join } from "node:path";
import { NPM, projectOf, type Recipe } from "./project";

const SYSTEM = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** Node itself, as a package of its own. */
const nodeOf = (major: number): Recipe => ({
  name: `node-${major}`,
  files: { "package.json": { private: true } },
  commands: [[...NPM, "install", `${SYSTEM}@${major}`]],
});

/** The path of a Node of this major version, which is installed where there is none yet. */
export async function pathOfNode(major: number): Promise<string> {
  const name = process.platform === "win32" ? "node.exe" : "node";
  return join(await projectOf(nodeOf(major)), "node_modules", SYSTEM, "bin", name);
}
