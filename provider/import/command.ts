import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { configurationFaults, readConfiguration } from "../engine/configuration";
import { type Opened, openAccount } from "../lookups/opened";
import { type Answers, AnswersError, answersText, readAnswers } from "./answers";
import { type ImportArguments, readArguments, USAGE } from "./arguments";
import { type Declared, declare } from "./declare";
import { engineFileText } from "./engineFile";
import { textOf, writeAll } from "./files";
import { programText } from "./program";
import {
  IGNORE_FILE,
  installCommand,
  MODES,
  mandateText,
  NAMES,
  type OutFile,
  projectName,
  scaffold,
  type Versions,
} from "./project";
import { counted, type ReadOut, readGroups } from "./read";
import { hasPassphrases, scriptText } from "./secrets";
import { missingText, nextText, passedOverText, presumedText } from "./words";

/** What the command works with; tests pass their own. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes what was asked for. */
  readonly print: (text: string) => void;
  /** Takes what happens meanwhile, and what went wrong. */
  readonly tell: (line: string) => void;
}

/** Runs the command. @returns the exit code */
export async function runImport({ args, env, print, tell }: Terminal): Promise<number> {
  try {
    const wanted = readArguments(args);
    if (wanted === undefined) {
      print(USAGE);
      return 0;
    }
    return await imported(wanted, env, print, tell);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function imported(
  wanted: ImportArguments,
  env: NodeJS.ProcessEnv,
  print: (text: string) => void,
  tell: (line: string) => void,
): Promise<number> {
  const path = wanted.answers ?? join(wanted.out, NAMES.answers);
  const earlier = await textOf(path);
  const answers = answersIn(path, earlier);
  const found = await readGroups(opened(env, tell), wanted, tell);
  if (found.groups.length === 0) throw new Error(noneText(found));
  const declared = declare(found, answers);
  if (declared.failures.length > 0) throw new Error(refusalText(declared.failures));
  const { questions } = declared;
  if (questions.isAsnWanted || questions.tunnels.length > 0) {
    await writeAnswers(wanted, answersText(questions, earlier));
    throw new Error(missingText(questions, path));
  }
  const files = [...(await filesOf(declared, wanted)), ...answersFileOf(wanted, earlier)];
  const written = await writeAll(wanted.out, files, { isForced: wanted.isForced });
  for (const line of presumedText(declared.presumed)) tell(line);
  for (const line of passedOverText(found.others)) tell(line);
  const install = installCommand(await textOf(join(wanted.out, NAMES.manifest)));
  print(nextText(found, declared, wanted, written, install));
  return 0;
}

function answersIn(path: string, text: string | undefined): Answers {
  try {
    return text === undefined ? { tunnels: new Map() } : readAnswers(text);
  } catch (error) {
    if (error instanceof AnswersError) throw new Error(`Cannot read the answers in ${path}: ${error.message}.`);
    throw error;
  }
}

function opened(env: NodeJS.ProcessEnv, tell: (line: string) => void): Opened {
  const source = { get: () => undefined };
  const faults = configurationFaults(source, env);
  if (faults.length > 0) throw new Error(faults.join(" "));
  return openAccount(readConfiguration(source, env), tell);
}

function noneText({ network, others }: ReadOut): string {
  const passed = others === 0 ? "" : ` ${counted(others, "tunnel")} of it are of no group, such as static ones.`;
  return `Network "${network.name}" (${network.id}) lists no tunnel group that has tunnels.${passed} Nothing was written.`;
}

function refusalText(failures: readonly string[]): string {
  const wayOut = "Nothing was written. Correct the answers or the groups, or name the others with --group.";
  return [`Cannot declare what is there:`, ...failures.map((failure) => `  ${failure}`), wayOut].join("\n");
}

async function filesOf(declared: Declared, { out, stack }: ImportArguments): Promise<readonly OutFile[]> {
  const { resources } = declared;
  const project = projectName(basename(resolve(out)), await textOf(join(out, NAMES.project)));
  const { open, secret, secretScript } = MODES;
  const engineFile =
    stack === undefined
      ? []
      : [{ name: NAMES.engineFile, text: engineFileText(resources, project, stack), mode: secret }];
  return [
    { name: NAMES.program, text: programText(declared), mode: open },
    { name: NAMES.mandate, text: mandateText(resources), mode: open },
    ...(hasPassphrases(resources) ? [{ name: NAMES.script, text: scriptText(resources), mode: secretScript }] : []),
    ...engineFile,
    ...scaffold(project, versions()),
  ];
}

/** Of this package, and of the oldest SDK that it takes. */
function versions(): Versions {
  const path = require.resolve("pulumi-harmony-sase/package.json");
  const { version, peerDependencies } = JSON.parse(readFileSync(path, "utf8")) as {
    readonly version: string;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return { own: `^${version}`, sdk: peerDependencies["@pulumi/pulumi"] ?? "*" };
}

/** They may hold secrets: git is told before anything is filled in. */
async function writeAnswers(wanted: ImportArguments, text: string): Promise<void> {
  const { out, answers } = wanted;
  const files = [IGNORE_FILE, ...answersFileOf(wanted, text)];
  if (answers === undefined) await writeAll(out, files, { isForced: true });
  else await writeAll(dirname(answers), [{ name: basename(answers), text, mode: MODES.secret }], { isForced: true });
}

/** The answers as a file of the folder, where they are in it: there it stays private, whoever has made it. */
function answersFileOf({ answers }: ImportArguments, text: string | undefined): readonly OutFile[] {
  return answers === undefined && text !== undefined ? [{ name: NAMES.answers, text, mode: MODES.secret }] : [];
}
