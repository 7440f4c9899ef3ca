import { PlanError } from "../converge/errors";
import { isSame, valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { TUNNEL_FIELDS } from "../model/schema";
import type { AddTunnel, PresentTunnel, UpdateTunnel } from "../service/wire";

/** What one declared tunnel needs. */
export interface TunnelChange {
  readonly key: string;
  readonly tunnel: Tunnel;
  /** The tunnel that it is, undefined where it has to be added. */
  readonly current: PresentTunnel | undefined;
  /** The fields that change in place. */
  readonly update: Partial<UpdateTunnel>;
  /** Whether a field differs that the service cannot update. */
  readonly isRebuild: boolean;
  readonly warnings: readonly string[];
}

/** Compares a declared tunnel with the one that it is. What the service never shows and state does not know causes no rebuild. */
export function tunnelChange(key: string, tunnel: Tunnel, current: PresentTunnel | undefined): TunnelChange {
  if (current === undefined) return { key, tunnel, current, update: {}, isRebuild: false, warnings: [] };
  const declared = TUNNEL_FIELDS.filter(({ path }) => valueAt(tunnel, path) !== undefined);
  const differing = declared.filter(
    ({ path, traits }) => !isSame(traits, valueAt(tunnel, path), valueAt(current, path), "ordered"),
  );
  const unverified = differing.filter(({ path, traits }) => traits.rebuilds && valueAt(current, path) === undefined);
  const isRebuild = differing.some(({ path, traits }) => traits.rebuilds && valueAt(current, path) !== undefined);
  const inPlace = differing.filter(({ path, traits }) => !traits.rebuilds && !isCredential(path));
  return {
    key,
    tunnel,
    current,
    update: {
      ...Object.fromEntries(inPlace.map(({ path }) => [path[0], valueAt(tunnel, path)])),
      ...credentialChange(tunnel, current),
    },
    isRebuild,
    warnings: [
      ...unverified.map(({ path }) => `tunnels.${key}.${path[0]} could not be verified: the service does not show it.`),
      ...(isRebuild ? [] : staleRemoteId(key, tunnel, current)),
    ],
  };
}

function staleRemoteId(key: string, tunnel: Tunnel, current: PresentTunnel): readonly string[] {
  const isReaddressed = tunnel.remotePublicIP !== undefined && tunnel.remotePublicIP !== current.remotePublicIP;
  return isReaddressed &&
    tunnel.remoteID === undefined &&
    current.remoteID === current.remotePublicIP &&
    current.remoteID
    ? [
        `tunnels.${key} keeps remoteID ${current.remoteID}; declare remoteID if the peer identifies itself by its new address.`,
      ]
    : [];
}

const CREDENTIALS = ["authType", "passphrase", "customerRootCA"];

function isCredential(path: readonly string[]): boolean {
  return CREDENTIALS.includes(path[0] as string);
}

/** How a tunnel authenticates: as said, or as what it gives implies. */
function authTypeOf(tunnel: Partial<Tunnel>): "psk" | "cert" | undefined {
  if (tunnel.authType !== undefined) return tunnel.authType;
  if (tunnel.passphrase !== undefined) return "psk";
  return tunnel.customerRootCA === undefined ? undefined : "cert";
}

function credentialOf(tunnel: Partial<Tunnel>): Pick<Partial<Tunnel>, "authType" | "passphrase" | "customerRootCA"> {
  const authType = authTypeOf(tunnel);
  if (authType === "psk" && tunnel.passphrase !== undefined) return { authType, passphrase: tunnel.passphrase };
  if (authType === "cert" && tunnel.customerRootCA !== undefined)
    return { authType, customerRootCA: tunnel.customerRootCA };
  return {};
}

/** `authType` and its credential travel together, and only when one of them changed. */
function credentialChange(tunnel: Tunnel, current: PresentTunnel): Partial<UpdateTunnel> {
  const { authType, passphrase, customerRootCA } = credentialOf(tunnel);
  if (authType === undefined) return {};
  const isOtherType = current.authType !== undefined && current.authType !== authType;
  const isOther = authType === "psk" ? passphrase !== current.passphrase : customerRootCA !== current.customerRootCA;
  return isOtherType || isOther ? credentialOf(tunnel) : {};
}

/**
 * A tunnel as it is added; rebuilt, it keeps what its declaration is silent about.
 * @throws PlanError when nothing is declared for it to authenticate with
 */
export function additionOf({ key, tunnel, current }: TunnelChange): AddTunnel {
  const { authType: _, passphrase: __, customerRootCA: ___, remoteID, ...declared } = tunnel;
  const credential = credentialOf(tunnel);
  if (credential.authType === undefined) {
    throw new PlanError(`tunnels.${key} is not in the group yet: give it passphrase or customerRootCA.`);
  }
  const kept = Object.fromEntries(
    TUNNEL_FIELDS.flatMap(({ path: [name] }) => {
      const value = valueAt(current, [name as string]);
      return value === undefined || isCredential([name as string]) || name === "remoteID" ? [] : [[name, value]];
    }),
  );
  const ownRemoteId = current?.remoteID === current?.remotePublicIP ? undefined : current?.remoteID;
  const identifier = remoteID ?? ownRemoteId ?? declared.remotePublicIP ?? current?.remoteID;
  return { ...kept, ...declared, ...(identifier === undefined ? {} : { remoteID: identifier }), ...credential };
}
