import type { Resource } from "./declare";

/** A file of the folder that is written. */
export interface OutFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
  /** Whether it belongs to the user from then on: one that is there is left as it is. */
  readonly isScaffold?: true;
  /** Whether it is a list of lines: one that is there gets those that it lacks. */
  readonly isLines?: true;
}

/** What others may read, and what only the owner may. */
export const MODES = { open: 0o644, secret: 0o600, secretScript: 0o700 } as const;

/** Files of the folder by what they are for. */
export const NAMES = {
  program: "index.ts",
  mandate: "import.json",
  script: "set-secrets.sh",
  answers: "answers.json",
  engineFile: "pulumi-import.json",
  project: "Pulumi.yaml",
  manifest: "package.json",
} as const;

/** What git is not to take, secrets above all. */
export const IGNORE_FILE: OutFile = {
  name: ".gitignore",
  text: `${["node_modules/", NAMES.script, NAMES.answers, NAMES.engineFile].join("\n")}\n`,
  mode: MODES.open,
  isLines: true,
};

/** What makes a Pulumi project of the folder, where it is none yet. */
export function scaffold(project: string, versions: Versions): readonly OutFile[] {
  const { own, sdk } = versions;
  const manifest = {
    name: project.toLowerCase(),
    private: true,
    main: NAMES.program,
    dependencies: { "@pulumi/pulumi": sdk, "pulumi-harmony-sase": own },
    devDependencies: { typescript: "^5.9.0" },
  };
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", skipLibCheck: true, noEmit: true };
  const files = {
    [NAMES.project]: `name: ${JSON.stringify(project)}\nruntime: nodejs\n`,
    [NAMES.manifest]: inJson(manifest),
    "tsconfig.json": inJson({ compilerOptions, files: [NAMES.program] }),
  };
  const ofUser = Object.entries(files).map(
    ([name, text]) => ({ name, text, mode: MODES.open, isScaffold: true }) as const,
  );
  return [...ofUser, IGNORE_FILE];
}

/** The command that installs what the program needs; a manifest that was there may not name it. */
export function installCommand(manifest: string | undefined): string {
  const isNamed = manifest === undefined || manifest.includes('"pulumi-harmony-sase"');
  return isNamed ? "npm install" : "npm install pulumi-harmony-sase @pulumi/pulumi typescript";
}

/** The versions that the project depends on. */
export interface Versions {
  readonly own: string;
  readonly sdk: string;
}

/** The groups that the resources own, for `HARMONY_SASE_IMPORT`. */
export function mandateText(resources: readonly Resource[]): string {
  return inJson(Object.fromEntries(resources.map(({ name, groupId }) => [name, groupId])));
}

/** The name of the project that a folder's `Pulumi.yaml` gives it, else one after the folder. */
export function projectName(folder: string, projectFile: string | undefined): string {
  const [, named] = /^name:\s*["']?([\w.-]+)["']?\s*(?:#.*)?$/m.exec(projectFile ?? "") ?? [];
  return named ?? (folder.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^[._-]+|-+$/g, "") || "tunnel-groups");
}

function inJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
