import { join } from "node:path";
import { z } from "zod";
import { configKey, type SettingKey, VARIABLES } from "../../provider/engine/settings";
import { AUTH, ENCRYPTION, KEY_EXCHANGE_METHOD } from "../../provider/model/algorithms";
import { traitsOf } from "../../provider/model/fields";
import { brokenRules } from "../../provider/model/rules";
import { groupArgs } from "../../provider/model/schema";
import { type Docstring, type Docstrings, docstringsOf } from "./docstrings";
import { lookupsText } from "./lookups";
import { table } from "./table";

const PROVIDER = join(__dirname, "..", "..", "provider");

/** What the preview demands when a group is created, beyond the types. */
const TO_CREATE = new Set(
  brokenRules({ tunnels: { "*": {} }, sharedSettings: {} }, {})
    .filter(({ reason }) => reason.startsWith("is required to create a group"))
    .map(({ path }) => path.join(".")),
);

/** The page of inputs, outputs and settings, as docstrings, schema and rules have them. */
export function reference(): string {
  const inputs = rowsOf(groupArgs, docstringsOf(join(PROVIDER, "args.ts"), "DynamicTunnelGroupArgs"));
  const isTop = ([path = ""]: readonly string[]) => !path.includes(".");
  const under = (name: string) => inputs.filter(([path = ""]) => path.startsWith(`\`${name}.`));
  return `# Reference

This page is made by \`npm run docs\` from the docstrings, the schema and the rules that the preview checks; edit those.

## Inputs

Names are the API's own, letter for letter. \`null\` counts as left out. *Creating* is without \`dynamicTunnelId\`, *adopting* with
it. Adopting, a setting that is left out is not managed.

**\`new DynamicTunnelGroup(name, args, options)\`**

${inputTable(inputs.filter(isTop))}

**\`tunnels.*\`**: each tunnel, under a key of yours

${inputTable(under("tunnels"))}

**\`sharedSettings\`**

${inputTable(under("sharedSettings"))}

**\`advancedSettings\`**

${inputTable(under("advancedSettings"))}

Algorithms, by the API's names:

- \`auth\`: ${list(AUTH)}
- \`encryption\`: ${list(ENCRYPTION)}
- \`keyExchangeMethod\`: ${list(KEY_EXCHANGE_METHOD)}

**\`health\`**

${inputTable(under("health"))}

**\`rollout\`**

${inputTable(under("rollout"))}

## Outputs

Every input is an output too, and:

${table(["output", "what it is"], outputRows())}

${lookupsText()}

## Settings

Where the account is, and how to use it. A misspelt \`harmony-sase:*\` name fails in the preview with the closest known one.

${table(["setting, `harmony-sase:` …", "environment", "default", "what it is"], settingRows())}

- **Stack configuration goes before the environment.** Region and base URL are one setting: the first source that names either
  decides both.
- **The API key is the exception**: the environment goes first, then \`pulumi-nodejs:harmonySaseApiKey\`, then
  \`harmony-sase:apiKey\`, because \`pulumi destroy\` and \`pulumi refresh\` run with the configuration of the last \`up\`. After you
  rotate the key, give the new one in one of the first two ways, or run \`pulumi up\`.
- **Several accounts in one program**: \`new Provider("eu", { apiKey, region: "eu" })\`, and \`{ provider }\` on the resources. Its
  arguments have the same names. It must have an API key of its own; what else it leaves out comes from the environment.
- **\`HARMONY_SASE_IMPORT\`** names groups that exist and that this run is to own: \`<resource>=<group id>\`, by resource name or URN,
  several with commas, or the path of a JSON file that maps them.

Requests go to the configured address alone: proxies of the environment are not used, redirects are not followed, and the
host that the service names for its operations is never contacted.
`;
}

function inputTable(rows: readonly (readonly string[])[]): string {
  return table(["input", "type", "default", "what it is, and what a change does"], rows);
}

/** One row for each member, and for the members of those that have some. */
function rowsOf(schema: z.ZodObject, docstrings: Docstrings, path: readonly string[] = []): readonly string[][] {
  return Object.entries(schema.shape).flatMap(([name, member]) => {
    const docstring = docstrings.get(name);
    if (docstring === undefined) throw new Error(`${[...path, name].join(".")} has no docstring.`);
    return rowsOfMember(member as z.ZodType, docstring, [...path, name]);
  });
}

function rowsOfMember(member: z.ZodType, docstring: Docstring, path: readonly string[]): readonly string[][] {
  const schema = member instanceof z.ZodOptional ? (member.unwrap() as z.ZodType) : member;
  const inner = schema instanceof z.ZodRecord ? (schema.valueType as z.ZodType) : schema;
  const type = `${typeOf(schema)}${member === schema ? ", required" : ""}`;
  const row = () => [`\`${path.join(".")}\``, type, defaultOf(path, member, docstring), demandOf(path, docstring)];
  if (!(inner instanceof z.ZodObject)) return [row()];
  const { members = new Map<string, Docstring>() } = docstring;
  // A switch is described where it is used, what only leads to its members not at all.
  const isSwitch = [...members.values()].every(({ text }) => text === "");
  const described = isSwitch ? new Map([...members.keys()].map((name) => [name, docstring])) : members;
  const rows = rowsOf(inner, described, schema === inner ? path : [...path, "*"]);
  return isSwitch || docstring.text === "" ? rows : [row(), ...rows];
}

/** @throws Error when the docstring does not say what the preview demands, or says it where it does not */
function demandOf(path: readonly string[], { text }: Docstring): string {
  const isDemanded = TO_CREATE.has(path.join("."));
  if (isDemanded !== /required when\s+creating/i.test(text)) {
    throw new Error(`The docstring of ${path.join(".")} must ${isDemanded ? "" : "not "}say "Required when creating".`);
  }
  return text;
}

function typeOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(" or ");
  if (schema instanceof z.ZodArray) return "list of text";
  if (schema instanceof z.ZodRecord) return "map";
  if (schema instanceof z.ZodObject) return "object";
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodBoolean) return "boolean";
  return traitsOf(schema).secret ? "text, secret" : "text";
}

/** @throws Error when docstring and schema name different defaults */
function defaultOf(path: readonly string[], member: z.ZodType, { fallback = "" }: Docstring): string {
  const trait = traitsOf(member).default;
  if (trait === undefined) return asCode(fallback);
  const value = JSON.stringify(trait).replaceAll(",", ", ");
  if (!fallback.startsWith(value)) {
    throw new Error(`The default of ${path.join(".")} is ${value}; its docstring says "${fallback}".`);
  }
  return asCode(fallback);
}

/** The value with which a default begins, set as code. */
function asCode(fallback: string): string {
  return fallback.replace(/^("[^"]*"|\[[^\]]*\]|\d+|true|false)/, "`$1`");
}

function outputRows(): readonly string[][] {
  const inputs = Object.keys(groupArgs.shape);
  const outputs = docstringsOf(join(PROVIDER, "dynamicTunnelGroup.ts"), "DynamicTunnelGroup");
  const own = [...outputs].filter(([name]) => name === "dynamicTunnelId" || !inputs.includes(name));
  return [["`id`", "The same as `dynamicTunnelId`."], ...own.map(([name, { text }]) => [`\`${name}\``, text])];
}

function settingRows(): readonly string[][] {
  const docstrings = docstringsOf(join(PROVIDER, "provider.ts"), "ProviderArgs");
  return Object.keys(VARIABLES).map((key) => {
    const { text = "", fallback = "" } = docstrings.get(key) ?? {};
    if (text === "") throw new Error(`The setting ${configKey(key)} has no docstring.`);
    return [`\`${key}\``, `\`${VARIABLES[key as SettingKey]}\``, asCode(fallback), text];
  });
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
