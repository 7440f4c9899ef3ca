import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";

const AUTHENTICATIONS = (
  "md5 sha1 sha256 sha384 sha512 aesxcbc aescmac prfmd5 prfsha1 prfaesxcbc prfaescmac " +
  "prfsha256 prfsha384 prfsha512"
).split(" ");
const AES = ["", "ctr", "ccm8", "ccm16", "gcm8", "gcm16"].flatMap((mode) => sized("aes", mode));
const CAMELLIA = ["", "ctr", "ccm16"].flatMap((mode) => sized("camellia", mode));
const ENCRYPTIONS = ["3des", ...sized("blowfish", ""), ...AES, ...CAMELLIA, "chacha20poly1305"];
const KEY_EXCHANGES = ["modp1024", "modp1536", "modp2048", "ecp256", "ecp384", "ecp521", "curve25519"];

function sized(cipher: string, mode: string): string[] {
  return [128, 192, 256].map((bits) => `${cipher}${bits}${mode}`);
}

function uniqueList<S extends z.ZodType<string>>(entry: S, minimum: number) {
  return z
    .array(entry)
    .min(minimum, `must contain at least ${minimum} elements`)
    .refine((entries) => new Set(entries).size === entries.length, "must not contain the same element twice");
}

function numberWithin(...ranges: readonly (readonly [number, number])[]) {
  const text = ranges.map(([low, high]) => `${low}..${high}`).join(", ");
  return z
    .int()
    .refine((value) => ranges.some(([low, high]) => value >= low && value <= high), `must be within ${text}`);
}

/** A time with its unit; the whole string counts, unlike in the published pattern. */
function duration(limits: Readonly<Record<string, readonly [number, number]>>) {
  const text = Object.entries(limits).map(([unit, [low, high]]) => `${low}${unit}..${high}${unit}`);
  return z.string().refine(
    (value) => {
      const [, digits, unit] = /^([1-9]\d*)([smh])$/.exec(value) ?? [];
      const range = unit === undefined ? undefined : limits[unit];
      return range !== undefined && Number(digits) >= range[0] && Number(digits) <= range[1];
    },
    `must be one of ${text.join(", ")}`,
  );
}

/** One of the service's ids. */
export const objectId = z.string().min(1, "must not be empty");
/** An address of a gateway. */
export const address = z.ipv4("must be an IPv4 address");
/** Subnets: one at least, none twice. */
export const subnets = uniqueList(z.cidrv4("must be an IPv4 subnet"), 1);
/** The number of the far side's autonomous system. */
export const remoteASN = numberWithin([1, 64496], [64512, 65535], [131072, 4294967295]);
/** The number of the network's autonomous system. */
export const gatewayASN = numberWithin([1, 23455], [23457, 64495], [64512, 65534], [131072, 4294967294]);
/** A pre-shared key. The live service is stricter than its documentation, which gives the length only. */
export const passphrase = z
  .string()
  .min(8, "must be longer than or equal to 8 characters")
  .max(64, "must be shorter than or equal to 64 characters")
  .regex(/^(?!0)[A-Za-z0-9._]*$/, "must hold letters, digits, dots and underscores only and must not begin with 0");
/** How the far side names itself: letters and digits, or an address. */
export const remoteID = z
  .string()
  .refine(
    (value) => /^[A-Za-z0-9]{3,25}$/.test(value) || isIPv4(value) || isIPv6(value),
    "must be 3 to 25 letters and digits, or an IP address",
  );
/** Traffic capacity in Mbps. */
export const bandwidth = z.int().min(10, "must not be less than 10").max(8000, "must not be greater than 8000");
/** The life of a security association. */
export const lifetime = duration({ s: [10, 86400], m: [1, 1440], h: [1, 24] });
/** A time of dead peer detection. */
export const deadPeerTime = duration({ s: [5, 60] });
/** The algorithms of one phase. */
export const phase = z.strictObject({
  auth: uniqueList(z.enum(AUTHENTICATIONS), 1),
  encryption: uniqueList(z.enum(ENCRYPTIONS), 1),
  keyExchangeMethod: uniqueList(z.enum(KEY_EXCHANGES), 0),
});
/** Something that is on or off. */
export const toggle = z.strictObject({ enabled: z.boolean() });
