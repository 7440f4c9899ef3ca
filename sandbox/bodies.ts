import { isIPv4 } from "node:net";
import { z } from "zod";

const ipv4 = z.string().refine(isIPv4, "must be an IPv4 address");
const cidr = z.string().refine((text) => {
  const [address = "", bits = "", ...rest] = text.split("/");
  return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
}, "must be an IPv4 network");
const ranged = (...ranges: [number, number][]) =>
  z
    .number()
    .int()
    .refine((value) => ranges.some(([low, high]) => value >= low && value <= high), "is out of range");
const unique = <T extends z.ZodType<string>>(entry: T) =>
  z.array(entry).refine((list) => new Set(list).size === list.length, "entries must be unique");

const remoteAsn = ranged([1, 64496], [64512, 65535], [131072, 4294967295]);
const gatewayAsn = ranged([1, 23455], [23457, 64495], [64512, 65534], [131072, 4294967294]);
const lifetime = z.string().refine((text) => {
  const [, amount, unit] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const limits: Record<string, [number, number]> = { s: [10, 86400], m: [1, 1440], h: [1, 24] };
  const [low, high] = limits[unit ?? ""] ?? [1, 0];
  return Number(amount) >= low && Number(amount) <= high;
}, "is no lifetime");
const dpd = z.string().refine((text) => /^([5-9]|[1-5]\d|60)s$/.test(text), "must be 5s to 60s");
const remoteId = z
  .string("remoteID must be a string")
  .refine((text) => /^[A-Za-z0-9]{3,25}$/.test(text) || isIPv4(text), "must be 3 to 25 letters and digits, or an IP");
const passphrase = z
  .string()
  .regex(/^[A-Za-z0-9._]{8,64}$/, "is malformed")
  .refine((text) => !text.startsWith("0"), "must not begin with 0");

const credential = {
  authType: z.enum(["psk", "cert"]).optional(),
  passphrase: passphrase.optional(),
  customerRootCA: z.string().min(1).optional(),
};
const updatable = {
  remotePublicIP: ipv4.optional(),
  remoteASN: remoteAsn.optional(),
  routingType: z.enum(["route", "policy"]).optional(),
};
const hasCredential = (tunnel: {
  authType?: string | undefined;
  passphrase?: string | undefined;
  customerRootCA?: string | undefined;
}) => (tunnel.authType === "cert" ? tunnel.customerRootCA !== undefined : tunnel.passphrase !== undefined);

const added = z
  .strictObject({
    regionID: z.string(),
    p81GWInternalIP: ipv4.optional(),
    remoteGWInternalIP: ipv4.optional(),
    // Optional by its description, but leaving it out is answered with "remoteID must be a string".
    remoteID: remoteId,
    ...updatable,
    ...credential,
  })
  .refine(hasCredential, "the credential of the authType is required");
const updated = z
  .strictObject({ id: z.string(), remoteID: remoteId.optional(), ...updatable, ...credential })
  .refine(
    (tunnel) => tunnel.authType === undefined || hasCredential(tunnel),
    "the credential of the authType is required",
  );

const enabled = z.strictObject({ enabled: z.boolean() });
const features = z.strictObject({
  symmetricInnerMesh: enabled,
  cloudSecurity: enabled,
  DNSServices: z.strictObject({ redirectToResolver: enabled }),
});
const shared = {
  p81GatewaySubnets: unique(cidr).min(1),
  remoteGatewaySubnets: unique(cidr).min(1),
  peakBandwidth: z.number().int().min(10).max(8000).optional(),
};

const AES = ["aes128", "aes192", "aes256"].flatMap((name) =>
  ["", "ctr", "ccm8", "ccm16", "gcm8", "gcm16"].map((mode) => name + mode),
);
const CAMELLIA = ["128", "192", "256"].flatMap((bits) => ["", "ctr", "ccm16"].map((mode) => `camellia${bits}${mode}`));
const encryption = z.enum([
  "3des",
  "blowfish128",
  "blowfish192",
  "blowfish256",
  ...AES,
  ...CAMELLIA,
  "chacha20poly1305",
]);
const auth = z.enum(
  "md5 sha1 sha256 sha384 sha512 aesxcbc aescmac prfmd5 prfsha1 prfaesxcbc prfaescmac prfsha256 prfsha384 prfsha512".split(
    " ",
  ),
);
const method = z.enum(["modp1024", "modp1536", "modp2048", "ecp256", "ecp384", "ecp521", "curve25519"]);
const phase = z.strictObject({
  auth: unique(auth).min(1).optional(),
  encryption: unique(encryption).min(1).optional(),
  keyExchangeMethod: unique(method),
});
const wholePhase = phase.required();
const advanced = z.strictObject({
  keyExchange: z.enum(["ikev1", "ikev2"]),
  ikeLifeTime: lifetime,
  lifetime,
  dpdDelay: dpd,
  dpdTimeout: dpd,
  phase1: wholePhase,
  phase2: wholePhase,
});

/** The body of the PUT: every member but the name is optional, and a settings block changes only what it carries. */
export const updateBody = z.strictObject({
  tunnelName: z.string(),
  description: z.string().optional(),
  addTunnels: z.array(added).max(8).optional(),
  updateTunnels: z.array(updated).max(8).optional(),
  removeTunnels: z
    .array(z.strictObject({ id: z.string() }))
    .max(8)
    .optional(),
  sharedSettings: z
    .strictObject({ ...shared, p81ASN: gatewayAsn.optional(), features: features.optional() })
    .optional(),
  advancedSettings: advanced.extend({ phase1: phase, phase2: phase }).partial().optional(),
});

/** The body of the POST: settings are demanded in full. */
export const createBody = z.strictObject({
  tunnelName: z.string(),
  description: z.string().optional(),
  tunnels: z.array(added).min(1).max(8),
  sharedSettings: z.strictObject({ ...shared, leftASN: gatewayAsn, features }),
  advancedSettings: advanced,
});

export type UpdateBody = z.output<typeof updateBody>;
export type CreateBody = z.output<typeof createBody>;
export type AddedTunnel = z.output<typeof added>;

/** Every complaint about a body, worded as the service does: path, then what is wrong. */
export function complaintsAbout(schema: z.ZodType, body: unknown): string[] {
  const parsed = schema.safeParse(body);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `property ${key} should not exist in ${path || "the body"}`);
    return [`${path} ${issue.message}`];
  });
}
