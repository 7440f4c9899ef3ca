import ipaddr from "ipaddr.js";
import { z } from "zod";
import { fieldsOf, isMap } from "../model/compare";
import { durationSeconds, networkOf, traitsOf } from "../model/fields";
import type { Foreign } from "../model/foreign";

/** The members of an object as an answer shows them: what the schema understands, and raw what it does not. */
export interface Shown<T> {
  readonly values: T;
  readonly foreign: Foreign;
}

type Source = Readonly<Record<string, unknown>>;

/**
 * Reads the members of `schema` off an answer. What is missing or null is absent; what has the right form, or is the same
 * value in another spelling, is understood; anything else is foreign.
 * @param path where the object stands, for the paths of what is foreign
 */
export function shownIn<S extends z.ZodObject>(
  schema: S,
  source: Source,
  path: readonly string[] = [],
): Shown<Partial<z.output<S>>> {
  const values: Record<string, unknown> = {};
  const foreign: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.shape)) {
    const inner = member instanceof z.ZodOptional ? member.unwrap() : member;
    const raw = Object.hasOwn(source, name) ? source[name] : undefined;
    if (raw === undefined || raw === null || isHidden(inner, raw)) continue;
    const here = [...path, name];
    if (inner instanceof z.ZodObject && isMap(raw)) {
      const nested = shownIn(inner, raw, here);
      if (Object.keys(nested.values).length > 0) values[name] = nested.values;
      Object.assign(foreign, nested.foreign);
    } else if (inner instanceof z.ZodObject) {
      for (const field of fieldsOf(inner, here)) foreign[field.path.join(".")] = raw;
    } else {
      const understood = parsed(inner, raw) ?? parsed(inner, inSpellingOf(inner, raw));
      if (understood === undefined) foreign[here.join(".")] = raw;
      else values[name] = understood;
    }
  }
  return { values: values as Partial<z.output<S>>, foreign };
}

/** True if an empty text stands for what is not shown: a certificate, and what only a rebuild could set. */
function isHidden(schema: z.core.$ZodType, raw: unknown): boolean {
  const { compare, rebuilds } = traitsOf(schema);
  return raw === "" && (compare === "pem" || rebuilds === true);
}

function parsed(schema: z.core.$ZodType, raw: unknown): unknown {
  return z.safeParse(schema, raw).data;
}

/**
 * A value in the spelling of the schema, as far as it is certain that both mean the same. Never read in another spelling:
 * padded octets, which may be octal; ids, `remoteID` and passphrases, which count letter for letter.
 */
function inSpellingOf(schema: z.core.$ZodType, raw: unknown): unknown {
  const { compare } = traitsOf(schema);
  if (compare === "duration") return duration(raw);
  if (compare === "subnets") return distinct(listOf(raw).map(subnet), (entry) => networkOf(String(entry)));
  if (compare === "preference") return distinct(listOf(raw).map(lowerCase), String);
  if (schema instanceof z.ZodEnum) return lowerCase(raw);
  if (schema instanceof z.ZodNumber) return decimal(raw);
  return schema instanceof z.ZodIPv4 && typeof raw === "string" ? raw.replace(/\/32$/, "") : raw;
}

/** A text stands for a list of one. */
function listOf(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [raw];
}

function distinct(list: readonly unknown[], nameOf: (entry: unknown) => string): readonly unknown[] {
  return [...new Map(list.map((entry) => [nameOf(entry), entry])).values()];
}

function lowerCase(raw: unknown): unknown {
  return typeof raw === "string" ? raw.toLowerCase() : raw;
}

function decimal(raw: unknown): unknown {
  return typeof raw === "string" && /^(0|[1-9]\d{0,15})$/.test(raw) ? Number(raw) : raw;
}

function duration(raw: unknown): unknown {
  const seconds = durationSeconds(raw) ?? decimal(raw);
  return typeof seconds === "number" ? `${seconds}s` : raw;
}

const address = z.ipv4();

/** A network in CIDR notation, out of one with a dotted mask or out of a single address. */
function subnet(raw: unknown): unknown {
  if (typeof raw !== "string") return raw;
  const [network = "", mask, ...rest] = raw.split("/");
  if (!address.safeParse(network).success || rest.length > 0) return raw;
  if (mask === undefined) return `${network}/32`;
  const prefix = address.safeParse(mask).success ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() : null;
  return prefix === null ? raw : `${network}/${prefix}`;
}
