import { z } from "zod";
import type { OperationName } from "../faults";
import * as field from "./fields";

const id = z.string().regex(/^[A-Za-z0-9]{10}$/, "must be 10 letters and digits");
const text = z.string().min(1);
const date = z.iso.datetime();
const count = z.int().min(0);

/** Texts of libraries, which nobody should take for the service's. */
const LIBRARY = /nonoptional|FST_|Invalid input|Invalid option|Too (small|big)|Unrecognized|expected (string|number)/;
const ownText = text.refine((words) => !LIBRARY.test(words), "must not be the text of a library");

/** A refusal. */
const refusal = z.strictObject({
  id,
  message: ownText,
  data: z.strictObject({ errors: z.array(ownText).min(1) }).optional(),
  limit: count.optional(),
  networkId: id.optional(),
  activeOperations: z.array(id).optional(),
});

const toggle = z.strictObject({ enabled: z.boolean() });
const network = z.strictObject({
  id,
  name: text,
  subnet: z.cidrv4(),
  dns: text,
  accessType: z.enum(["public", "private"]),
  applications: z.array(z.string()),
  tags: z.array(z.string()),
  isDefault: z.boolean(),
  tenantId: id,
  createdAt: date,
  updatedAt: date.optional(),
  asn: field.gatewayASN.optional(),
  attributes: z
    .strictObject({
      splitTunneling: toggle,
      customDNS: toggle,
      networkController: toggle,
      dnsFiltering: toggle,
      openVPNTCP: toggle,
    })
    .partial()
    .optional(),
});
const region = z.strictObject({
  id,
  name: text,
  dns: text,
  network: id,
  scaleUnits: z.int().min(1).max(10),
  tenantId: id,
  createdAt: date,
  updatedAt: date.optional(),
  attributes: z.strictObject({
    runningMode: z.strictObject({ idle: z.boolean() }).optional(),
    edge: z.strictObject({ addresses: z.array(z.ipv4()).min(1), globalIPs: z.array(z.ipv4()).optional() }).optional(),
  }),
});
/** As the vendor describes it. Flat; it has none of `remoteASN`, `p81ASN`, `p81GWInternalIP` and `remoteGWInternalIP`. */
const describedTunnel = z.strictObject({
  id,
  haTunnelID: id,
  tunnelName: text,
  // Marked as required; an answer may show none of a group that has none all the same.
  description: z.string().nullish(),
  regionID: text,
  authType: z.enum(["psk", "cert"]),
  passphrase: z.string().optional(),
  customerRootCA: z.string().optional(),
  remotePublicIP: z.ipv4(),
  remoteID: z.string(),
  routingType: z.enum(["route", "policy"]),
  p81GatewaySubnets: z.array(z.string()).min(1),
  remoteGatewaySubnets: z.array(z.string()).min(1),
  peakBandwidth: field.bandwidth,
  features: z.strictObject({
    cloudSecurity: toggle,
    symmetricInnerMesh: toggle,
    DNSServices: z.strictObject({ redirectToResolver: toggle }),
  }),
  keyExchange: z.enum(["ikev1", "ikev2"]),
  ikeLifeTime: field.lifetime,
  lifetime: field.lifetime,
  dpdDelay: field.deadPeerTime,
  dpdTimeout: field.deadPeerTime,
  dpdAction: text,
  phase1: field.phase,
  phase2: field.phase,
});
/** As the live service was seen to answer: the bandwidth has another name. */
const liveTunnel = describedTunnel
  .omit({ peakBandwidth: true })
  .extend({ isHA: z.boolean(), peakBandwidthMbps: field.bandwidth });
const tunnel = z.union([liveTunnel, describedTunnel]);
const tunnels = z.strictObject({
  data: z.array(tunnel),
  page: z.int().min(1),
  totalPage: count,
  itemsTotal: count,
});
const health = z.strictObject({
  data: z.array(
    z.strictObject({
      type: z.literal("tunnel"),
      meta: z.strictObject({ networkId: id, tunnelName: text, tunnelId: id.optional(), regionId: text.optional() }),
      status: z.enum(["passing", "critical", "unknown"]),
    }),
  ),
});
const serviceRegion = z.strictObject({
  id: text,
  objectId: text.optional(),
  displayName: text,
  name: text,
  countryCode: z.string().length(2),
  continentCode: z.string().length(2),
});
const certificate = z.strictObject({ id: text, displayName: text, expiresAt: date });
const token = z.strictObject({
  data: z.strictObject({
    accessToken: text,
    accessTokenExpire: z.union([z.int(), z.string().regex(/^\d+$/)]),
    tokenType: z.literal("Bearer"),
  }),
});
const accepted = z.strictObject({ statusUrl: z.url(), samplingTime: z.int().min(1) });
const status = z.strictObject({
  completed: z.boolean(),
  result: z
    .strictObject({ resource: z.string(), statusCode: z.int().optional(), reason: z.array(z.string()).optional() })
    .optional(),
});

/** What a request that succeeds is answered: the status and the form of the body. */
const SUCCESSES: Readonly<Record<OperationName, readonly [number, z.ZodType]>> = {
  authorize: [200, token],
  createGroup: [202, accepted],
  updateGroup: [202, accepted],
  deleteGroup: [202, accepted],
  readGroup: [200, z.array(tunnel)],
  listTunnels: [200, tunnels],
  readHealth: [200, health],
  listNetworks: [200, z.array(network)],
  readNetwork: [200, network],
  listRegions: [200, z.array(region)],
  readRegion: [200, region],
  listRegionTunnels: [200, tunnels],
  readStaticTunnel: [200, tunnel],
  listServiceRegions: [200, z.array(serviceRegion)],
  listCertificates: [200, z.array(certificate)],
  readService: [200, z.literal("Ok")],
  readStatus: [200, status],
};

/** An answer as it is about to be sent. */
export interface Sent {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
}

/**
 * What is wrong with the form of an answer.
 * @returns undefined when it is what the service answers
 */
export function breachOf(
  operation: OperationName | undefined,
  { status: code, body, text: words }: Sent,
): string | undefined {
  // An address that the service does not have: text, not JSON.
  if (code === 404 && words?.startsWith("Cannot ")) return undefined;
  const [success, form] = operation === undefined ? [undefined, refusal] : SUCCESSES[operation];
  if (code < 400 && code !== success) return `${operation} must not answer ${code}`;
  const result = (code < 400 ? form : refusal).safeParse(words ?? body);
  return result.success ? undefined : `${operation} answers ${code} in another form: ${z.prettifyError(result.error)}`;
}
