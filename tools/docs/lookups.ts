import { join } from "node:path";
import { type DocumentedFunction, docstringsOf, functionsOf } from "./docstrings";
import { table } from "./table";

const LOOKUPS = join(__dirname, "..", "..", "provider", "lookups");
const SHAPES = join(LOOKUPS, "shapes.ts");

/** The section on lookups, as their docstrings have it. */
export function lookupsText(): string {
  const all = functionsOf(join(LOOKUPS, "lookups.ts"));
  const lookups = all.filter(({ name }) => !name.endsWith("Output"));
  return `## Lookups

They find what exists, by name or id, in previews too, with the configuration and the API key of the resource; \`options\` may
name an explicit \`Provider\` (\`provider\`), or the resource whose provider is taken (\`parent\`). Each returns a promise. Its
\`…Output\` form takes outputs, waits for what is not known yet, and returns an output.

${table(["function", "what it does"], lookups.map(functionRow))}

${lookups.map((lookup) => shapesText(lookup)).join("\n\n")}

Of the tunnels of a group, each:

${membersTable("FoundTunnel")}

When nothing or several fit, a \`LookupError\` lists what there is, the closest first. Programs go by its \`kind\`:

${kindsText()}`;
}

function functionRow({ name, args, text }: DocumentedFunction): readonly string[] {
  if (text === "") throw new Error(`${name} has no docstring.`);
  return [`\`${name}(${args === undefined ? "" : "args, "}options?)\``, text];
}

function shapesText({ name, args, result }: DocumentedFunction): string {
  const taken = args === undefined ? "" : `takes\n\n${membersTable(args)}\n\nand `;
  return `**\`${name}\`** ${taken}returns\n\n${membersTable(result)}`;
}

function membersTable(shape: string): string {
  const members = [...docstringsOf(SHAPES, shape)];
  return table(
    ["member", "type", "what it is"],
    members.map(([name, { text, type, fallback }]) => {
      if (text === "") throw new Error(`${shape}.${name} has no docstring.`);
      return [`\`${name}\``, `\`${plainType(type)}\``, fallback ? `${text} Default: \`${fallback}\`.` : text];
    }),
  );
}

/** A type as people say it: other members of this page stay what they are. */
function plainType(type: string): string {
  return type.replaceAll(/readonly |pulumi\.UnwrappedObject<(?=\w)|pulumi\./g, "").replaceAll(/(\w+Args)>/g, "$1");
}

function kindsText(): string {
  return (
    docstringsOf(join(LOOKUPS, "error.ts"), "LookupError")
      .get("kind")
      ?.text.replace(/^What went wrong: /, "") ?? ""
  );
}
