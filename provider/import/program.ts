import { isDeepStrictEqual as isEqual } from "node:util";
import type { GroupInputs } from "../model/schema";
import { AS_NAMED, Code, isIdentifier, lines, printed } from "./code";
import type { Declared, Resource } from "./declare";
import { hasPassphrases, passphraseKey } from "./secrets";

/** The settings that groups can have in common, and their types in this package. */
const BLOCKS = { sharedSettings: "SharedSettingsArgs", advancedSettings: "AdvancedSettingsArgs" } as const;
type Block = keyof typeof BLOCKS;

/** What the program names once. */
interface Names {
  /** The keys of regions, by their ids. */
  readonly regions: ReadonlyMap<string, string>;
  readonly certificates: ReadonlyMap<string, string>;
  /** Members that are equal in all groups. */
  readonly common: Readonly<Record<Block, object>>;
  readonly description: string | undefined;
}

/** The program: one resource for each group; what is equal in all groups is named once. */
export function programText(declared: Declared): string {
  const names = namesIn(declared);
  const groups = declared.resources.map((resource) => groupText(resource, names));
  const body = [constantsText(declared, names), ...groups].join("\n");
  return `${importsText(body)}\n${body}`;
}

function namesIn({ resources, regions }: Declared): Names {
  const inputs = resources.map((resource) => resource.inputs);
  const pems = [
    ...new Set(inputs.flatMap(({ tunnels }) => Object.values(tunnels).flatMap((each) => each.customerRootCA ?? []))),
  ];
  const descriptions = new Set(inputs.map(({ description }) => description));
  const [description] = descriptions;
  return {
    regions: new Map([...regions].map(([key, id]) => [id, key])),
    certificates: new Map(pems.map((pem, at) => [pem, `customerRootCA${pems.length > 1 ? at + 1 : ""}`])),
    common: { sharedSettings: common(inputs, "sharedSettings"), advancedSettings: common(inputs, "advancedSettings") },
    description: inputs.length > 1 && descriptions.size === 1 ? description : undefined,
  };
}

/** The members of a block that all groups have alike; a single group has nothing in common. */
function common(inputs: readonly GroupInputs[], block: Block): object {
  const [first, ...others] = inputs.map((each): object => each[block] ?? {});
  if (first === undefined || others.length === 0) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => hasAlike(other, name, value))),
  );
}

function hasAlike(block: object, name: string, value: unknown): boolean {
  return isEqual((block as Record<string, unknown>)[name], value);
}

function importsText(body: string): string {
  const types = Object.values(BLOCKS).filter((type) => body.includes(`: ${type} = `));
  const own = ["DynamicTunnelGroup", ...types.map((type) => `type ${type}`)].toSorted((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
  const sdk = body.includes("new pulumi.Config()") ? 'import * as pulumi from "@pulumi/pulumi";\n' : "";
  return `${sdk}import { ${own.join(", ")} } from "pulumi-harmony-sase";\n`;
}

const nameOf = (specifier: string) => specifier.replace("type ", "");

function constantsText({ networkId, resources, regions }: Declared, names: Names): string {
  const blocks = (Object.keys(BLOCKS) as Block[]).filter((block) => Object.keys(names.common[block]).length > 0);
  const constants: readonly (readonly [name: string, value: unknown])[] = [
    ...(hasPassphrases(resources) ? [["config", new Code("new pulumi.Config()")] as const] : []),
    ["networkId", networkId],
    ["regions", Object.fromEntries(regions)],
    ...[...names.certificates].map(([pem, name]) => [name, lines(pem)] as const),
    ...(names.description === undefined ? [] : [["description", names.description] as const]),
    ...blocks.map((block) => [`${block}: ${BLOCKS[block]}`, names.common[block]] as const),
  ];
  return constants
    .map(([name, value]) => `const ${name} = ${printed(value, `const ${name} = `.length + 1)};\n`)
    .join("");
}

function groupText({ name, inputs }: Resource, names: Names): string {
  const { networkId: _, tunnels, sharedSettings, advancedSettings, description, ...rest } = inputs;
  const start = `new DynamicTunnelGroup(${JSON.stringify(name)}, `;
  const args = {
    networkId: AS_NAMED,
    ...rest,
    description: description !== undefined && description === names.description ? AS_NAMED : description,
    tunnels: Object.fromEntries(
      Object.entries(tunnels).map(([key, tunnel]) => [key, tunnelCode(name, key, tunnel, names)]),
    ),
    sharedSettings: blockCode("sharedSettings", sharedSettings, names),
    advancedSettings: blockCode("advancedSettings", advancedSettings, names),
  };
  return `${start}${printed(args, start.length + 2)});\n`;
}

function tunnelCode(
  resource: string,
  key: string,
  { regionID, passphrase, customerRootCA, ...rest }: GroupInputs["tunnels"][string],
  { regions, certificates }: Names,
): object {
  const region = regions.get(regionID) ?? "";
  const secret = `config.requireSecret(${JSON.stringify(passphraseKey(resource, key))})`;
  return {
    regionID: new Code(isIdentifier(region) ? `regions.${region}` : `regions[${JSON.stringify(region)}]`),
    ...rest,
    passphrase: passphrase === undefined ? undefined : new Code(secret),
    customerRootCA: customerRootCA === undefined ? undefined : new Code(certificates.get(customerRootCA) as string),
  };
}

/** What a group has beside what all have. */
function blockCode(block: Block, own: object | undefined, { common: { [block]: shared } }: Names): unknown {
  const rest = Object.entries(own ?? {}).filter(([name]) => !Object.hasOwn(shared, name));
  const isShared = Object.keys(shared).length > 0;
  if (rest.length === 0) return isShared ? AS_NAMED : undefined;
  return { ...(isShared ? { [`...${block}`]: AS_NAMED } : {}), ...Object.fromEntries(rest) };
}
