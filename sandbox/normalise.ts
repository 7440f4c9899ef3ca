/** Something that a service may make of values before it shows them. */
export type Normalisation =
  | "clearedHostBits"
  | "aggregatedSubnets"
  | "dottedMasks"
  | "hostMasks"
  | "numbersAsText"
  | "otherUnits"
  | "seconds"
  | "enumCase"
  | "textForOne"
  | "trimmedDescription"
  | "nullForEmpty"
  | "nameCase"
  | "regionCase";

/** What users of Terraform report of providers for such tunnels, all of it together. */
export const AS_TERRAFORM_USERS_SAW: readonly Normalisation[] = [
  "clearedHostBits",
  "hostMasks",
  "otherUnits",
  "enumCase",
  "trimmedDescription",
  "nullForEmpty",
];

type Item = Readonly<Record<string, unknown>>;
type Change = (value: unknown) => unknown;

const SUBNETS = ["p81GatewaySubnets", "remoteGatewaySubnets"];
const LIFETIMES = ["ikeLifeTime", "lifetime"];
const DURATIONS = [...LIFETIMES, "dpdDelay", "dpdTimeout"];
const PHASES = ["phase1", "phase2"];

const ofText =
  (change: (text: string) => unknown): Change =>
  (value) =>
    typeof value === "string" ? change(value) : value;
const ofList =
  (change: (list: readonly unknown[]) => unknown): Change =>
  (value) =>
    Array.isArray(value) ? change(value) : value;
const ofEach = (change: (text: string) => unknown) => ofList((list) => list.map(ofText(change)));
const upper = (text: string) => text.toUpperCase();
const onlyOne = ofList((list) => (list.length === 1 ? list[0] : list));
const inPhase = (change: Change) => (phase: unknown) =>
  Object.fromEntries(Object.entries(Object(phase)).map(([name, value]) => [name, change(value)]));

/** What each normalisation does, in the order in which they go together. */
const CHANGES: Readonly<Record<Normalisation, (item: Item) => Item>> = {
  clearedHostBits: (item) => changed(item, SUBNETS, ofEach(clearedHostBits)),
  aggregatedSubnets: (item) =>
    changed(
      item,
      SUBNETS,
      ofList((list) => aggregated(list.map(String))),
    ),
  dottedMasks: (item) => changed(item, SUBNETS, ofEach(dottedMask)),
  hostMasks: (item) =>
    changed(
      item,
      ["remotePublicIP"],
      ofText((address) => `${address}/32`),
    ),
  numbersAsText: (item) => changed(item, ["peakBandwidthMbps", "peakBandwidth"], (value) => value && String(value)),
  otherUnits: (item) => changed(item, LIFETIMES, ofText(inMinutes)),
  seconds: (item) => changed(item, DURATIONS, ofText(inSeconds)),
  enumCase: (item) =>
    changed(
      changed(changed(item, ["authType", "routingType"], ofText(upper)), ["keyExchange"], ofText(likeIKEv2)),
      PHASES,
      inPhase(ofEach(upper)),
    ),
  textForOne: (item) => changed(changed(item, SUBNETS, onlyOne), PHASES, inPhase(onlyOne)),
  trimmedDescription: (item) =>
    changed(
      item,
      ["description"],
      ofText((text) => text.trim()),
    ),
  nullForEmpty: (item) =>
    changed(
      item,
      ["description"],
      ofText((text) => text || null),
    ),
  nameCase: (item) => changed(item, ["tunnelName"], ofText(upper)),
  regionCase: (item) =>
    changed(
      item,
      ["regionID"],
      ofText((text) => text.toLowerCase()),
    ),
};

/** A tunnel as a service shows it that makes something of values. */
export function normalised(item: object, kinds: readonly Normalisation[]): object {
  const names = Object.keys(CHANGES) as Normalisation[];
  return names.filter((name) => kinds.includes(name)).reduce((result, name) => CHANGES[name](result), item as Item);
}

function changed(item: Item, names: readonly string[], change: Change): Item {
  const there = names.filter((name) => item[name] !== undefined);
  return { ...item, ...Object.fromEntries(there.map((name) => [name, change(item[name])])) };
}

function likeIKEv2(text: string): string {
  return text.replace(/^ike/, "IKE");
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function inSeconds(text: string): number {
  return Number.parseInt(text, 10) * (SECONDS[text.slice(-1)] ?? 1);
}

function inMinutes(text: string): string {
  const seconds = inSeconds(text);
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

function parsed(subnet: string): readonly [base: number, prefix: number] {
  const [address = "", prefix = "32"] = subnet.split("/");
  const value = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = sizeOf(Number(prefix));
  return [Math.floor(value / size) * size, Number(prefix)];
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join(".");
}

function clearedHostBits(subnet: string): string {
  const [base, prefix] = parsed(subnet);
  return `${dotted(base)}/${prefix}`;
}

function dottedMask(subnet: string): string {
  const [address] = subnet.split("/");
  const [, prefix] = parsed(subnet);
  return `${address}/${dotted(2 ** 32 - sizeOf(prefix))}`;
}

/** The fewest subnets that cover the same addresses. */
function aggregated(subnets: readonly string[]): readonly string[] {
  const known = new Set(subnets.map(clearedHostBits));
  for (const subnet of known) {
    const [base, prefix] = parsed(subnet);
    const size = sizeOf(prefix);
    const isLower = (base / size) % 2 === 0;
    const sibling = `${dotted(base + (isLower ? size : -size))}/${prefix}`;
    if (prefix === 0 || !known.has(sibling)) continue;
    known.delete(subnet);
    known.delete(sibling);
    return aggregated([...known, `${dotted(Math.min(base, isLower ? base : base - size))}/${prefix - 1}`]);
  }
  return [...known];
}
