import { join } from "node:path";
import ts from "typescript";

/** What a program declares, without the engine: its resources in order, each with its arguments. */
export function evaluated(
  program: string,
  secrets: ReadonlyMap<string, string>,
): readonly { readonly name: string; readonly args: Record<string, unknown> }[] {
  const resources: { name: string; args: Record<string, unknown> }[] = [];
  class DynamicTunnelGroup {
    constructor(name: string, args: Record<string, unknown>) {
      resources.push({ name, args });
    }
  }
  class Config {
    requireSecret(key: string): string {
      const value = secrets.get(key);
      if (value === undefined) throw new Error(`Nobody has set ${key}.`);
      return value;
    }
  }
  const packages: Readonly<Record<string, unknown>> = {
    "@pulumi/pulumi": { Config },
    "pulumi-harmony-sase": { DynamicTunnelGroup },
  };
  const { outputText, diagnostics = [] } = ts.transpileModule(program, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  if (diagnostics.length > 0) throw new Error(said(diagnostics));
  new Function("require", "exports", outputText)((name: string) => packages[name], {});
  return resources;
}

/** What the compiler says of programs, all of them in one go, against the types of the built package. */
export function complaintsOf(programs: readonly string[]): string {
  const options: ts.CompilerOptions = {
    strict: true,
    noUnusedLocals: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const files = new Map(programs.map((text, at) => [join(__dirname, `program${at}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  return said(ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host)));
}

function said(diagnostics: readonly ts.Diagnostic[]): string {
  return diagnostics
    .map(({ messageText, file, start }) => {
      const line = file?.text.slice(start ?? 0, (start ?? 0) + 60) ?? "";
      return `${ts.flattenDiagnosticMessageText(messageText, " ")} at ${line}`;
    })
    .join("\n");
}

/** The passphrases that a script sets, by their keys. */
export function secretsIn(script: string): ReadonlyMap<string, string> {
  const lines = script.matchAll(/^printf %s '([^']*)' \| pulumi config set --secret '([^']*)' "\$@"$/gm);
  return new Map([...lines].map(([, value = "", key = ""]) => [key, value]));
}
