import { z } from "zod";
import * as field from "./fields";

const MOST_TUNNELS = 8;

const routingType = z.enum(["route", "policy"]);
const tunnelDetails = z.strictObject({
  regionID: field.objectId,
  authType: z.enum(["psk", "cert"]).optional(),
  passphrase: field.passphrase.optional(),
  customerRootCA: z.string().min(1, "must not be empty").optional(),
  p81GWInternalIP: field.address.optional(),
  remoteGWInternalIP: field.address.optional(),
  remotePublicIP: field.address.optional(),
  remoteASN: field.remoteASN.optional(),
  remoteID: field.remoteID,
  routingType: routingType.optional(),
});
const features = z.strictObject({
  cloudSecurity: field.toggle,
  symmetricInnerMesh: field.toggle,
  DNSServices: z.strictObject({ redirectToResolver: field.toggle }),
});
/** The page shows the mesh alone, the published description all three, none of them required. */
const someFeatures = features.partial();
const sharedSettings = z.strictObject({
  p81GatewaySubnets: field.subnets,
  remoteGatewaySubnets: field.subnets,
  peakBandwidth: field.bandwidth.optional(),
  p81ASN: field.gatewayASN.optional(),
  features: features.optional(),
});
const advancedSettings = z.strictObject({
  keyExchange: z.enum(["ikev1", "ikev2"]),
  ikeLifeTime: field.lifetime,
  lifetime: field.lifetime,
  dpdDelay: field.deadPeerTime,
  dpdTimeout: field.deadPeerTime,
  phase1: field.phase,
  phase2: field.phase,
});
const phaseChange = field.phase.partial({ auth: true, encryption: true });

/** A tunnel as a request describes it. */
export type TunnelDetails = z.output<typeof tunnelDetails>;
/** What a group's tunnels have in common, as a request describes it. */
export type SharedSettings = z.output<typeof sharedSettings>;
/** The switches of a group. */
export type Features = z.output<typeof features>;
/** The IPsec parameters of a group. */
export type AdvancedSettings = z.output<typeof advancedSettings>;

interface Credentials {
  readonly authType?: unknown;
  readonly passphrase?: unknown;
  readonly customerRootCA?: unknown;
}

/** Judged on the raw entry, so that these complaints come together with those about single members. */
const raw = { when: () => true };
const credentialsOf = (entry: unknown): Credentials => (typeof entry === "object" && entry !== null ? entry : {});
const needs = (kind: string, member: keyof Credentials) => (entry: unknown) => {
  const given = credentialsOf(entry);
  return given.authType !== kind || given[member] !== undefined;
};
const excludes = (kind: string, member: keyof Credentials) => (entry: unknown) => {
  const given = credentialsOf(entry);
  return given.authType !== kind || given[member] === undefined;
};

function withCredentialRules<S extends z.ZodType>(entry: S) {
  return entry
    .refine(needs("psk", "passphrase"), { ...raw, path: ["passphrase"], error: "is required when authType is psk" })
    .refine(needs("cert", "customerRootCA"), {
      ...raw,
      path: ["customerRootCA"],
      error: "is required when authType is cert",
    })
    .refine(excludes("psk", "customerRootCA"), {
      ...raw,
      path: ["customerRootCA"],
      error: "must not be given when authType is psk",
    })
    .refine(excludes("cert", "passphrase"), {
      ...raw,
      path: ["passphrase"],
      error: "must not be given when authType is cert",
    });
}

/** A new tunnel whose authType is not given is one with a passphrase, which then is required. */
const isCredentialGiven = (entry: unknown) => {
  const given = credentialsOf(entry);
  return given.authType !== undefined || given.passphrase !== undefined;
};
const withPassphraseByDefault = <S extends z.ZodType>(entry: S) =>
  withCredentialRules(entry).refine(isCredentialGiven, {
    ...raw,
    path: ["passphrase"],
    error: "is required when authType is psk",
  });

const atMostEight = <S extends z.ZodType>(entry: S) =>
  z.array(entry).max(MOST_TUNNELS, `must contain no more than ${MOST_TUNNELS} elements`);

/** The body of a POST that creates a group. Of a tunnel the page demands the region; without `remoteID` the service fails. */
export const createBody = z.strictObject({
  tunnelName: z.string(),
  description: z.string().optional(),
  tunnels: atMostEight(withPassphraseByDefault(tunnelDetails)).min(1, "must contain at least 1 elements"),
  sharedSettings: sharedSettings.extend({ leftASN: field.gatewayASN, features: someFeatures }),
  advancedSettings,
});

/** The body of a PUT that changes a group: what is absent stays as it is. */
export const updateBody = z.strictObject({
  tunnelName: z.string(),
  description: z.string().optional(),
  addTunnels: atMostEight(withPassphraseByDefault(tunnelDetails)).optional(),
  updateTunnels: atMostEight(
    withCredentialRules(
      tunnelDetails
        .omit({ regionID: true, p81GWInternalIP: true, remoteGWInternalIP: true })
        .partial()
        .extend({ id: field.objectId }),
    ),
  ).optional(),
  removeTunnels: atMostEight(z.strictObject({ id: field.objectId })).optional(),
  sharedSettings: sharedSettings.extend({ features: someFeatures.optional() }).optional(),
  routingType: routingType.optional(),
  advancedSettings: advancedSettings.extend({ phase1: phaseChange, phase2: phaseChange }).partial().optional(),
});

/** The body that exchanges an API key for a token. */
export const authorizeBody = z.strictObject({ grantType: z.literal("api_key"), apiKey: z.string() });

/** The query of a list with pages. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(1, "must not be less than 1").default(1),
  limit: z.coerce.number().int().min(1, "must not be less than 1").max(100, "must not be greater than 100").default(20),
});

/** A checked create. */
export type CreateBody = z.output<typeof createBody>;
/** A checked update. */
export type UpdateBody = z.output<typeof updateBody>;

const partialPhase = field.phase.partial();

/** What an edit from outside may change of a tunnel: past the rules, but nothing that would mean nothing. */
export const tunnelEdit = tunnelDetails
  .extend({ passphrase: z.string(), remoteID: z.string(), health: z.enum(["passing", "critical", "unknown"]) })
  .partial();
/** What an edit from outside may say of a static tunnel. */
export const staticTunnelEdit = tunnelEdit
  .omit({ p81GWInternalIP: true, remoteGWInternalIP: true, remoteASN: true })
  .extend({ tunnelName: z.string().min(1).optional(), description: z.string().optional() });
/** What an edit from outside may change of a group, at any depth. */
export const groupEdit = z
  .strictObject({
    tunnelName: z.string(),
    description: z.string(),
    sharedSettings: sharedSettings.extend({ features: someFeatures }).partial(),
    advancedSettings: advancedSettings.extend({ phase1: partialPhase, phase2: partialPhase }).partial(),
  })
  .partial();

/**
 * What a router at the far end of a tunnel is set up with, by the names that the tunnel's members have. `remoteID` is its
 * address unless it says otherwise; what else it leaves out suits it whatever the gateway has.
 */
export const peer = z.strictObject({
  regionID: field.objectId,
  remotePublicIP: field.address,
  remoteASN: field.remoteASN,
  p81GWInternalIP: field.address,
  remoteGWInternalIP: field.address,
  remoteID: field.remoteID.optional(),
  passphrase: z.string().optional(),
  customerRootCA: z.string().optional(),
  leftASN: field.gatewayASN.optional(),
  ...advancedSettings.pick({ keyExchange: true, phase1: true, phase2: true }).partial().shape,
});

/** See {@link peer}. */
export type Peer = z.output<typeof peer>;
