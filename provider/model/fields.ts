import ipaddr from "ipaddr.js";
import { z } from "zod";
import { AUTH, ENCRYPTION, KEY_EXCHANGE_METHOD } from "./algorithms";

/**
 * What the service does with a field, beside its format. The schemas below carry these traits, so that each field is
 * listed once: format, default, comparison, visibility and what a change means all stand at one place.
 */
export interface Traits {
  /** The service cannot update it in place: the tunnel is removed and added again. */
  readonly rebuilds?: true;
  /** Never leaves the process in clear: not in messages, not in state. */
  readonly secret?: true;
  /** How two values are compared; by JSON equality where absent. */
  readonly compare?: "duration" | "subnets" | "preference" | "pem" | "text";
  /** What a group that this program creates gets when the user is silent. */
  readonly default?: string | number | boolean | readonly string[];
  /** Another member of the same object, whose value it then gets. */
  readonly defaultFrom?: string;
}

/** The service's own limit of tunnels in a group. */
export const MOST_TUNNELS = 8;

const registry = z.registry<Traits>();

/** The traits of a field's schema; none where it declares none. */
export function traitsOf(schema: z.core.$ZodType): Traits {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return registry.get(inner) ?? {};
}

const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

/** A whole number in one of the ranges. */
export const integerIn = (ranges: readonly (readonly [number, number])[], unit = "") =>
  z
    .number({ error: "must be a number" })
    .refine((value) => Number.isInteger(value) && ranges.some(([low, high]) => value >= low && value <= high), {
      error: `must be a whole number in ${ranges.map(([low, high]) => `${low}..${high}`).join(", ")}${unit}`,
    });

const unique = (values: readonly string[]) => new Set(values).size === values.length;

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds of a duration such as `90s`, `15m` or `8h`; undefined where it is not one. */
export function durationSeconds(value: unknown): number | undefined {
  const match = typeof value === "string" ? /^([1-9]\d{0,5})([smh])$/.exec(value) : null;
  return match ? Number(match[1]) * (UNIT_SECONDS[match[2] as string] as number) : undefined;
}

const durationIn = (low: number, high: number, units: string, error: string) =>
  z.string({ error }).refine(
    (value) => {
      const seconds = durationSeconds(value);
      return seconds !== undefined && units.includes(value.slice(-1)) && seconds >= low && seconds <= high;
    },
    { error },
  );

// The published pattern binds its anchors to its first and last alternative only; the whole string is checked here.
const lifetime = () => durationIn(10, 86_400, "smh", "must be 10s..86400s, 1m..1440m or 1h..24h");
const dpd = () => durationIn(5, 60, "s", "must be 5s..60s");

const ipv4 = () => z.ipv4({ error: "must be an IPv4 address" });

/** The network that a CIDR names, host bits cleared: `10.20.0.9/16` and `10.20.0.0/16` are one. */
export function networkOf(cidr: string): string {
  try {
    return `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${Number(cidr.split("/")[1])}`;
  } catch {
    return cidr;
  }
}

const subnets = () =>
  z
    .array(z.cidrv4({ error: "must be an IPv4 network in CIDR notation, such as 10.20.0.0/16" }), {
      error: "must be a list of IPv4 networks",
    })
    .min(1, { error: "must have at least one entry" })
    .refine((list) => unique(list.map(networkOf)), { error: "must not name a network twice" });

const algorithms = <const T extends readonly [string, ...string[]]>(values: T, least: 0 | 1) =>
  z
    .array(oneOf(...values), { error: "must be a list" })
    .min(least, { error: "must have at least one entry" })
    .refine(unique, { error: "must not name an algorithm twice" });

const switchable = (fallback: boolean) =>
  z
    .strictObject(
      {
        enabled: z.boolean({ error: "must be true or false" }).register(registry, { default: fallback }).optional(),
      },
      { error: objectError },
    )
    .optional();

/** What is wrong with what is no object; its members speak for themselves. */
export function objectError(issue: { readonly code?: string; readonly keys?: readonly string[] }): string | undefined {
  return issue.code === "invalid_type" ? "must be an object" : undefined;
}

/** A passphrase as the live service takes it; the API's page says 8..64 characters only. */
const PASSPHRASE = /^(?!0)[A-Za-z0-9._]{8,64}$/;

/** Whether a passphrase that the service shows can be one; a masked one is not. */
export function isWellFormedPassphrase(value: unknown): value is string {
  return typeof value === "string" && PASSPHRASE.test(value);
}

/** An id as the service hands out (10 characters of base 62 so far). */
export const id = () =>
  z.string({ error: "must be an id" }).regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "must be an id of letters and digits" });

const ASN: readonly (readonly [number, number])[] = [
  [1, 64_496],
  [64_512, 65_535],
  [131_072, 4_294_967_295],
];
const GATEWAY_ASN: readonly (readonly [number, number])[] = [
  [1, 23_455],
  [23_457, 64_495],
  [64_512, 65_534],
  [131_072, 4_294_967_294],
];

/** One tunnel of a group: the API's DynamicTunnelDetails. */
export const tunnelDetails = z.strictObject(
  {
    regionID: id().register(registry, { rebuilds: true }),
    remotePublicIP: ipv4().optional(),
    remoteASN: integerIn(ASN).optional(),
    p81GWInternalIP: ipv4().register(registry, { rebuilds: true }).optional(),
    remoteGWInternalIP: ipv4().register(registry, { rebuilds: true }).optional(),
    remoteID: z
      .string({ error: "must be text" })
      .refine((value) => /^[A-Za-z0-9]{3,25}$/.test(value) || z.ipv4().safeParse(value).success, {
        error: "must be 3..25 letters and digits, or an IPv4 address",
      })
      .register(registry, { defaultFrom: "remotePublicIP" })
      .optional(),
    routingType: oneOf("route", "policy").register(registry, { default: "route" }).optional(),
    authType: oneOf("psk", "cert").optional(),
    passphrase: z
      .string({ error: "must be text" })
      .regex(PASSPHRASE, { error: "must be 8..64 letters, digits, dots or underscores and not begin with 0" })
      .register(registry, { secret: true })
      .optional(),
    customerRootCA: z
      .string({ error: "must be text" })
      .min(1, { error: "must not be empty" })
      .register(registry, { compare: "pem" })
      .optional(),
  },
  { error: objectError },
);

/** Free text about a group. An answer may leave it out, or show null, where it is empty. */
export const description = () =>
  z.string({ error: "must be text" }).register(registry, { compare: "text", default: "" }).optional();

/** Settings that all tunnels of a group share. */
export const sharedSettings = z.strictObject(
  {
    p81GatewaySubnets: subnets().register(registry, { compare: "subnets" }).optional(),
    remoteGatewaySubnets: subnets().register(registry, { compare: "subnets" }).optional(),
    leftASN: integerIn(GATEWAY_ASN).optional(),
    p81ASN: integerIn(GATEWAY_ASN).optional(),
    peakBandwidth: integerIn([[10, 8000]], " (Mbps)")
      .register(registry, { default: 1000 })
      .optional(),
    features: z
      .strictObject(
        {
          symmetricInnerMesh: switchable(false),
          cloudSecurity: switchable(false),
          DNSServices: z.strictObject({ redirectToResolver: switchable(true) }, { error: objectError }).optional(),
        },
        { error: objectError },
      )
      .optional(),
  },
  { error: objectError },
);

const phase = () =>
  z
    .strictObject(
      {
        auth: algorithms(AUTH, 1)
          .register(registry, { compare: "preference", default: ["sha512"] })
          .optional(),
        encryption: algorithms(ENCRYPTION, 1)
          .register(registry, { compare: "preference", default: ["aes256"] })
          .optional(),
        keyExchangeMethod: algorithms(KEY_EXCHANGE_METHOD, 0)
          .register(registry, { compare: "preference", default: ["ecp521"] })
          .optional(),
      },
      { error: objectError },
    )
    .optional();

/** The IKE and IPsec settings of a group. */
export const advancedSettings = z.strictObject(
  {
    keyExchange: oneOf("ikev1", "ikev2").register(registry, { default: "ikev2" }).optional(),
    ikeLifeTime: lifetime().register(registry, { compare: "duration", default: "8h" }).optional(),
    lifetime: lifetime().register(registry, { compare: "duration", default: "1h" }).optional(),
    dpdDelay: dpd().register(registry, { compare: "duration", default: "10s" }).optional(),
    dpdTimeout: dpd().register(registry, { compare: "duration", default: "30s" }).optional(),
    phase1: phase(),
    phase2: phase(),
  },
  { error: objectError },
);

/** A tunnel, as written by the user and as the API names its members. */
export type Tunnel = z.output<typeof tunnelDetails>;
/** Shared settings, as written by the user and as the API names their members. */
export type SharedSettings = z.output<typeof sharedSettings>;
/** Advanced settings, as written by the user and as the API names their members. */
export type AdvancedSettings = z.output<typeof advancedSettings>;
