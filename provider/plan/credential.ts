import { type Field, isSame, valueAt } from "../model/compare";
import { authTypeOf } from "../model/defaults";
import type { Tunnel } from "../model/fields";
import { shownAt } from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import { TUNNEL_FIELDS } from "../model/schema";
import { isUnknown } from "../model/unknowns";
import { PlanError } from "./error";
import type { TunnelPlan } from "./plan";

const CREDENTIALS: readonly string[] = ["authType", "passphrase", "customerRootCA"];

/** What a tunnel authenticates with; the service takes it as a whole. */
export type Credential = Pick<Partial<Tunnel>, "authType" | "passphrase" | "customerRootCA">;

/** Whether a field of a tunnel is part of its credential. */
export function isCredential(path: readonly string[]): boolean {
  return CREDENTIALS.includes(path[0] as string);
}

/** The credential that is declared; empty where a tunnel is silent about it. */
export function credentialOf(tunnel: Partial<Tunnel>): Credential {
  const authType = authTypeOf(tunnel);
  if (authType === "psk" && tunnel.passphrase !== undefined) return { authType, passphrase: tunnel.passphrase };
  if (authType === "cert" && tunnel.customerRootCA !== undefined) {
    return { authType, customerRootCA: tunnel.customerRootCA };
  }
  return {};
}

/** The fields of a credential that differ; `authType` and its credential are sent together when there are any. */
export function changedCredentials(declared: Tunnel, present: PresentTunnel): readonly Field[] {
  const wanted = credentialOf(declared);
  if (wanted.authType === undefined) return [];
  return TUNNEL_FIELDS.filter(({ path, traits }) => {
    const name = path[0] as keyof Credential;
    if (!isCredential(path) || wanted[name] === undefined) return false;
    const shown = shownAt(present, path);
    if (name === "authType") return shown !== undefined && shown !== wanted.authType;
    return !isSame(traits, wanted[name], shown, "ordered");
  });
}

/** True if a tunnel declares nothing to authenticate with, so that the service would not add it. */
export function hasNoCredential(tunnel: Partial<Tunnel>): boolean {
  const isOpen = isUnknown(tunnel) || CREDENTIALS.some((name) => isUnknown(valueAt(tunnel, [name])));
  return !isOpen && credentialOf(tunnel).authType === undefined;
}

/**
 * Refuses a rebuild that the service would not take: the provider reads no credential back to add the tunnel with again.
 * @throws PlanError for the first tunnel that must be rebuilt and declares no credential
 */
export function assertRebuildable(tunnels: readonly TunnelPlan[]): void {
  for (const { key, action, isCertain, declared, fields } of tunnels) {
    if (action !== "rebuild" || !isCertain || !hasNoCredential(declared)) continue;
    const names = fields.map(({ path }) => path.join(".")).join(", ");
    throw new PlanError(
      `tunnels.${key}: ${names} cannot change in place, and nothing is declared with which the tunnel could be added again: give it passphrase or customerRootCA, or set ${names} back.`,
    );
  }
}
