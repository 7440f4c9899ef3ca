import { isDeepStrictEqual as isEqual } from "node:util";
import { checkInputs } from "../model/check";
import { isSame, ownValue, valueAt, withValueAt } from "../model/compare";
import { tunnelsWithDefaults, withDefaults } from "../model/defaults";
import type { Tunnel } from "../model/fields";
import type { PresentTunnel } from "../model/present";
import { brokenRules } from "../model/rules";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { byText } from "../model/text";
import { type FoundGroup, nameOfGroup } from "../service/wire";
import type { Answers, Question, Questions } from "./answers";
import { distinct, keyNamed } from "./names";

/** What there is to import. */
export interface Found {
  readonly network: { readonly id: string; readonly name: string; readonly asn?: number | undefined };
  readonly regions: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly FoundGroup[];
}

/** A group as a program declares it. */
export interface Resource {
  readonly name: string;
  readonly groupId: string;
  /** Defaults left out. */
  readonly inputs: GroupInputs;
  readonly tunnelIds: Readonly<Record<string, string>>;
}

/** The groups of a network as a program declares them, and what stands in the way. */
export interface Declared {
  readonly networkId: string;
  /** By name. */
  readonly resources: readonly Resource[];
  /** The ids of the regions in use, by the keys that the program gives them. */
  readonly regions: ReadonlyMap<string, string>;
  /** What nobody has said yet. */
  readonly questions: Questions;
  /** Why groups cannot be declared. */
  readonly failures: readonly string[];
  /** What is taken to be at its default, since the service shows nothing of it. */
  readonly presumed: readonly string[];
}

/** Declares groups as they are: what the service shows, and what it does not show as the answers have it. */
export function declare({ network, regions, groups }: Found, answers: Answers): Declared {
  const sorted = groups.toSorted((a, b) => byText(nameOfGroup(a.names), nameOfGroup(b.names)) || byText(a.id, b.id));
  const names = distinct(sorted.map((group) => nameOfGroup(group.names) || group.id));
  const keys = regionKeys(regions, groups);
  const leftASN = network.asn ?? answers.leftASN;
  const each = sorted.map((group, index) =>
    declaredGroup({ group, name: names[index] as string, networkId: network.id, leftASN, keys, answers }),
  );
  return {
    networkId: network.id,
    resources: each.map(({ resource }) => resource),
    regions: new Map([...keys].map(([id, key]) => [key, id])),
    questions: { isAsnWanted: leftASN === undefined, tunnels: each.flatMap(({ questions }) => questions) },
    failures: each.flatMap(({ failures }) => failures),
    presumed: each.flatMap(({ presumed }) => presumed),
  };
}

/** A key for each region in use, by its id. */
function regionKeys(regions: Found["regions"], groups: Found["groups"]): ReadonlyMap<string, string> {
  const used = new Set(groups.flatMap(({ tunnels }) => tunnels.flatMap(({ regionID }) => regionID ?? [])));
  const nameOf = (id: string) => keyNamed(regions.find((region) => region.id === id)?.name ?? "", "region");
  const sorted = [...used].toSorted((a, b) => byText(nameOf(a), nameOf(b)) || byText(a, b));
  const keys = distinct(sorted.map(nameOf));
  return new Map(sorted.map((id, index) => [id, keys[index] as string]));
}

interface Wanted {
  readonly group: FoundGroup;
  readonly name: string;
  readonly networkId: string;
  readonly leftASN: number | undefined;
  readonly keys: ReadonlyMap<string, string>;
  readonly answers: Answers;
}

function declaredGroup({ group, name, networkId, leftASN, keys, answers }: Wanted) {
  const keyed = tunnelsByKey(group.tunnels, keys);
  // What the service shows counts, whatever was answered.
  const tunnels = keyed.map(
    ([key, { id, foreign: _, ...shown }]) => [key, { ...answers.tunnels.get(id), ...shown }] as const,
  );
  const { p81ASN: _, ...shared } = group.sharedSettings ?? {};
  const { description, advancedSettings } = group;
  const inputs: GroupInputs = {
    networkId,
    tunnelName: nameOfGroup(group.names),
    ...(description === undefined ? {} : { description }),
    tunnels: Object.fromEntries(tunnels) as GroupInputs["tunnels"],
    sharedSettings: { ...shared, ...(leftASN === undefined ? {} : { leftASN }) },
    ...(advancedSettings === undefined ? {} : { advancedSettings }),
  };
  const questions = questionsOf(name, inputs, keyed);
  const where = `group "${name}" (${group.id})`;
  return {
    resource: {
      name,
      groupId: group.id,
      inputs: withoutDefaults(inputs),
      tunnelIds: Object.fromEntries(keyed.map(([key, { id }]) => [key, id])),
    },
    questions,
    failures: failuresOf(inputs, questions).map((failure) => `${where}: ${failure}`),
    presumed: presumedIn(inputs).map((path) => `${where}: ${path}`),
  };
}

type Keyed = readonly (readonly [key: string, tunnel: PresentTunnel])[];

/** Tunnels of one region are numbered by their addresses. */
function tunnelsByKey(tunnels: readonly PresentTunnel[], regions: ReadonlyMap<string, string>): Keyed {
  const keyOf = ({ regionID }: PresentTunnel) => regions.get(regionID ?? "") ?? "tunnel";
  const rank = (tunnel: PresentTunnel) => [sortable(tunnel.remotePublicIP), tunnel.remoteID ?? "", tunnel.id].join(" ");
  const sorted = tunnels.toSorted((a, b) => byText(keyOf(a), keyOf(b)) || byText(rank(a), rank(b)));
  const keys = distinct(sorted.map(keyOf));
  return sorted.map((tunnel, index) => [keys[index] as string, tunnel]);
}

function sortable(address = ""): string {
  return address
    .split(".")
    .map((part) => part.padStart(3, "0"))
    .join(".");
}

/** What creating demands of a tunnel and nobody has said: rules complain of members that are not there. */
function questionsOf(resource: string, inputs: GroupInputs, keyed: Keyed): readonly Question[] {
  const missing = brokenRules(inputs, {}).filter(({ path }) => valueAt(inputs, path.map(String)) === undefined);
  const isMissing = (path: readonly string[]) => missing.some((each) => isEqual(each.path, path));
  return keyed.flatMap(([key, { id, remotePublicIP }]) => {
    const fields = TUNNEL_FIELDS.map(({ path }) => path[0] as string).filter((name) =>
      isMissing(["tunnels", key, name]),
    );
    return fields.length === 0 ? [] : [{ resource, key, tunnelId: id, remotePublicIP, fields }];
  });
}

/** What is wrong beside what is asked for. */
function failuresOf(inputs: GroupInputs, questions: readonly Question[]): readonly string[] {
  const asked = questions.flatMap(({ key, fields }) => fields.map((field) => `tunnels.${key}.${field}`));
  const isAsked = (failure: string) =>
    [...asked, ...(inputs.sharedSettings?.leftASN === undefined ? ["sharedSettings.leftASN"] : [])].some((path) =>
      failure.startsWith(`${path}: `),
    );
  // A program has yet to say what of it is secret; passphrases are so always.
  return checkInputs({}, { ...inputs, __secrets: [] }).failures.filter((failure) => !isAsked(failure));
}

/** Inputs without what they would get anyway. */
function withoutDefaults(inputs: GroupInputs): GroupInputs {
  const settings = SETTING_FIELDS.reduce((result, { path, traits }) => {
    const without = withValueAt(inputs, path, undefined);
    const [value, fallback] = [valueAt(inputs, path), valueAt(withDefaults(without), path)];
    // A text of spaces means the same as none, and the program says what is there.
    const isDefault = traits.compare === "text" ? value === fallback : isSame(traits, value, fallback, "ordered");
    return isDefault ? withValueAt(result, path, undefined) : result;
  }, inputs);
  const tunnels = Object.entries(inputs.tunnels).map(([key, tunnel]) => [key, tunnelWithoutDefaults(tunnel)] as const);
  return { ...settings, tunnels: Object.fromEntries(tunnels) };
}

function tunnelWithoutDefaults(tunnel: Tunnel): Tunnel {
  const members = TUNNEL_FIELDS.map(({ path, traits }) => {
    const without = withValueAt(tunnel, path, undefined);
    const fallback = valueAt(ownValue(tunnelsWithDefaults({ without }), "without"), path);
    const value = valueAt(tunnel, path);
    return [path[0] as string, isSame(traits, value, fallback, "ordered") ? undefined : value] as const;
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as Tunnel;
}

/** Members with a default that the service has not shown, or in a form that is not known here. */
function presumedIn(inputs: GroupInputs): readonly string[] {
  const filled = withDefaults(inputs);
  const isPresumed = (path: readonly string[]) =>
    valueAt(inputs, path) === undefined && valueAt(filled, path) !== undefined;
  const paths = [
    ...SETTING_FIELDS.map(({ path }) => path),
    ...Object.keys(inputs.tunnels).flatMap((key) => TUNNEL_FIELDS.map(({ path }) => ["tunnels", key, ...path])),
  ];
  return paths.filter(isPresumed).map((path) => path.join("."));
}
