import { X509Certificate } from "node:crypto";
import { stillAdoptedText } from "./adoption";
import { isMap, valueAt } from "./compare";
import { MOST_TUNNELS } from "./fields";
import { IDENTITY, KEY_RULE } from "./schema";
import { quotableIn } from "./secrets";
import { isUnknown } from "./unknowns";

/** A rule that inputs break: where, as typed by the user, and what is wrong. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

type Plain = Readonly<Record<string, unknown>>;
type Rule = (news: Plain, olds: Plain) => readonly Complaint[];

/** The rules that look at more than one field; each passes over what is not known yet. */
export function brokenRules(news: Plain, olds: Plain): readonly Complaint[] {
  const shared: readonly Rule[] = [
    numberOfTunnels,
    noPrototype,
    credentials,
    certificates,
    distinctTunnels,
    distinctInnerAddresses,
    keptAsn,
  ];
  const ofThisWay: readonly Rule[] = isAdopting(news) ? [notWhenAdopting] : [demandedWhenCreating];
  return [...shared, ...ofThisWay].flatMap((rule) => rule(news, olds));
}

/** Whether inputs name a group that exists; it may be one whose id is not known yet. */
export function isAdopting(inputs: Plain): boolean {
  return inputs.dynamicTunnelId !== undefined;
}

function tunnelsOf(news: Plain): readonly (readonly [string, Plain])[] {
  const tunnels = news.tunnels;
  if (!isMap(tunnels)) return [];
  return firstTunnels(tunnels).filter((entry): entry is [string, Plain] => isMap(entry[1]));
}

/** No more tunnels than a group can have: a huge map is refused for its size, not for each of its entries. */
export function firstTunnels(tunnels: object): readonly (readonly [string, unknown])[] {
  const first: (readonly [string, unknown])[] = [];
  for (const key in tunnels) {
    if (Object.hasOwn(tunnels, key)) first.push([key, (tunnels as Plain)[key]]);
    if (first.length === MOST_TUNNELS) break;
  }
  return first;
}

const numberOfTunnels: Rule = (news) => {
  if (!isMap(news.tunnels)) return [];
  const count = Object.keys(news.tunnels).length;
  const least = isAdopting(news) ? 0 : 1;
  return count >= least && count <= MOST_TUNNELS
    ? []
    : [{ path: ["tunnels"], reason: `must have ${least}..${MOST_TUNNELS} tunnels; has ${count}` }];
};

/** Zod passes over this key in a map, so its pattern for keys does not refuse it. */
const noPrototype: Rule = ({ tunnels }) =>
  isMap(tunnels) && Object.hasOwn(tunnels, "__proto__") ? [{ path: ["tunnels", "__proto__"], reason: KEY_RULE }] : [];

const credentials: Rule = (news) =>
  tunnelsOf(news).flatMap(([key, tunnel]) => {
    const { authType, passphrase, customerRootCA } = tunnel;
    const complain = (name: string, reason: string) => [{ path: ["tunnels", key, name], reason }];
    if (authType === "psk" && passphrase === undefined)
      return complain("passphrase", 'is required with authType "psk"');
    if (authType === "cert" && customerRootCA === undefined)
      return complain("customerRootCA", 'is required with authType "cert"');
    if (authType === "psk" && customerRootCA !== undefined)
      return complain("customerRootCA", 'is not used with authType "psk"; leave it out');
    if (authType === "cert" && passphrase !== undefined)
      return complain("passphrase", 'is not used with authType "cert"; leave it out');
    if (authType === undefined && passphrase !== undefined && customerRootCA !== undefined)
      return complain("authType", "must say which of passphrase and customerRootCA is used; give one of them");
    return [];
  });

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What state has already is left alone: the service took it from an earlier version. */
const certificates: Rule = (news, olds) =>
  tunnelsOf(news).flatMap(([key, { customerRootCA: text }]) => {
    const path = ["tunnels", key, "customerRootCA"];
    if (typeof text !== "string" || text === "" || isUnknown(text) || isPem(text)) return [];
    return tunnelsOf(olds).some(([, tunnel]) => tunnel.customerRootCA === text)
      ? []
      : [{ path, reason: "must be a certificate in PEM form, or several of them" }];
  });

function isPem(text: string): boolean {
  const found = text.match(CERTIFICATE) ?? [];
  return found.length > 0 && text.replace(CERTIFICATE, "").trim() === "" && found.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

const pairs = <T>(list: readonly T[]): readonly (readonly [T, T])[] =>
  list.flatMap((first, index) => list.slice(index + 1).map((second) => [first, second] as const));

/** Two tunnels can be told apart by a member that both give, and give differently. */
const distinctTunnels: Rule = (news) =>
  pairs(tunnelsOf(news)).flatMap(([[firstKey, first], [key, second]]) => {
    const isUndecided = IDENTITY.some((name) => isUnknown(first[name]) || isUnknown(second[name]));
    const areDistinct = IDENTITY.some((name) => {
      const [a, b] = [first[name], second[name]];
      return a !== undefined && b !== undefined && a !== b;
    });
    return isUndecided || areDistinct
      ? []
      : [
          {
            path: ["tunnels", key],
            reason: `cannot be told from tunnels.${firstKey}: give both a different regionID, remotePublicIP or remoteID`,
          },
        ];
  });

const distinctInnerAddresses: Rule = (news) => {
  const seen = new Map<unknown, string>();
  return tunnelsOf(news).flatMap(([key, tunnel]) =>
    ["p81GWInternalIP", "remoteGWInternalIP"].flatMap((name) => {
      const address = tunnel[name];
      if (typeof address !== "string" || isUnknown(address)) return [];
      const first = seen.get(address);
      seen.set(address, first ?? `tunnels.${key}.${name}`);
      return first === undefined
        ? []
        : [{ path: ["tunnels", key, name], reason: `must be an address of its own; ${first} has it already` }];
    }),
  );
};

const keptAsn: Rule = (news, olds) => {
  const path = ["sharedSettings", "leftASN"];
  const [before, after] = [valueAt(olds, path), valueAt(news, path)];
  const isSameNetwork = olds.networkId === news.networkId;
  if (!isSameNetwork || before === undefined || after === undefined || isUnknown(after) || before === after) return [];
  const isQuotable = [news, olds].every((inputs) => quotableIn(inputs)(path, before));
  const way = isQuotable ? `set it back to ${String(before)}` : "set it back to what it was";
  return [{ path, reason: `cannot change: a network keeps its ASN for ever; ${way}` }];
};

const notWhenAdopting: Rule = (news, olds) => {
  const path = ["sharedSettings", "leftASN"];
  const asn = valueAt(news, path);
  return asn === undefined || asn === valueAt(olds, path)
    ? []
    : [{ path, reason: "is taken only when a group is created; leave it out beside dynamicTunnelId" }];
};

const DEMANDED_OF_TUNNELS = ["remotePublicIP", "remoteASN", "p81GWInternalIP", "remoteGWInternalIP"] as const;
const DEMANDED_OF_SETTINGS = ["p81GatewaySubnets", "remoteGatewaySubnets", "leftASN"] as const;

/** Whether a resource was created or adopted stands in its outputs, so that diff has the last word about `dynamicTunnelId`. */
const demandedWhenCreating: Rule = (news, olds) => {
  const missing = missingToCreate(news);
  return missing.length === 0 || !isAdopting(olds)
    ? missing
    : [
        {
          path: ["dynamicTunnelId"],
          reason: stillAdoptedText(
            String(olds.dynamicTunnelId),
            news.__urn,
            missing.map(({ path }) => path.join(".")),
          ),
        },
      ];
};

function missingToCreate(news: Plain): readonly Complaint[] {
  const because = "is required to create a group (to adopt one, give its dynamicTunnelId)";
  const shared = news.sharedSettings;
  const settings =
    shared === undefined || isMap(shared)
      ? DEMANDED_OF_SETTINGS.filter((name) => valueAt(shared, [name]) === undefined)
      : [];
  const refused = valueAt(shared, ["p81ASN"]) === undefined ? [] : ["p81ASN"];
  return [
    ...(news.tunnelName === undefined ? [{ path: ["tunnelName"], reason: because }] : []),
    ...tunnelsOf(news).flatMap(([key, tunnel]) => [
      ...DEMANDED_OF_TUNNELS.filter((name) => tunnel[name] === undefined).map((name) => ({
        path: ["tunnels", key, name],
        reason: because,
      })),
      ...(tunnel.passphrase === undefined && tunnel.customerRootCA === undefined && tunnel.authType === undefined
        ? [{ path: ["tunnels", key, "passphrase"], reason: `or customerRootCA ${because}` }]
        : []),
    ]),
    ...settings.map((name) => ({ path: ["sharedSettings", name], reason: because })),
    ...refused.map((name) => ({
      path: ["sharedSettings", name],
      reason: "is not taken when a group is created; use leftASN",
    })),
  ];
}
