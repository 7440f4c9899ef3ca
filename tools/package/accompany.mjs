// Puts beside the provider, while it is packed, what npm takes from the package's own folder only; `--undo` takes it away.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPANIONS, withoutRepository } from "./companions.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const provider = join(root, "provider");
const dist = join(provider, "dist");

if (process.argv.includes("--undo")) {
  for (const name of COMPANIONS) rmSync(join(provider, name), { force: true });
  rmSync(join(provider, "docs"), { recursive: true, force: true });
} else {
  mkdirSync(join(provider, "docs"), { recursive: true });
  for (const name of COMPANIONS) copyFileSync(join(root, name), join(provider, name));
  writeFileSync(join(provider, "README.md"), withoutRepository(readFileSync(join(root, "README.md"), "utf8")));
  for (const file of withoutSource()) rmSync(file);
}

/** What an earlier build left of sources that have been moved or removed since; the compiler leaves it. */
function withoutSource() {
  return readdirSync(dist, { recursive: true })
    .filter((name) => /\.(js|d\.ts|js\.map)$/.test(name))
    .map((name) => join(dist, name))
    .filter(
      (file) =>
        file.endsWith(".map") || !existsSync(join(provider, relative(dist, file).replace(/\.(js|d\.ts)$/, ".ts"))),
    );
}
