import { valueAt, withValueAt } from "./compare";
import type { Tunnel } from "./fields";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "./schema";
import { isUnknown } from "./unknowns";

/**
 * The inputs of a group that this program creates, with everything that the user is silent about at its default, so
 * that preview, state and drift know it. What isn't known yet stays untouched, a whole block included.
 */
export function withDefaults(inputs: GroupInputs): GroupInputs {
  const filled = SETTING_FIELDS.reduce((result, { path, traits }) => {
    const { default: fallback } = traits;
    const isOpen = path.every((_, depth) => isFillable(valueAt(result, path.slice(0, depth)), depth));
    return fallback === undefined || !isOpen || valueAt(result, path) !== undefined
      ? result
      : withValueAt(result, path, fallback);
  }, inputs);
  return isObject(filled.tunnels) ? { ...filled, tunnels: tunnelsWithDefaults(filled.tunnels) } : filled;
}

/** A block that is not known yet is no object. */
function isFillable(parent: unknown, depth: number): boolean {
  return depth === 0 || parent === undefined || isObject(parent);
}

/** Tunnels of a group that this program creates, each with its defaults; a default is known when what decides it is. */
export function tunnelsWithDefaults<T extends Partial<Tunnel>>(
  tunnels: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(tunnels).map(([key, tunnel]) => [
      key,
      isObject(tunnel) ? { ...tunnel, ...missingIn(tunnel) } : tunnel,
    ]),
  );
}

function missingIn(tunnel: Partial<Tunnel>): Partial<Tunnel> {
  return Object.fromEntries(
    TUNNEL_FIELDS.flatMap(({ path: [name = ""], traits }) => {
      if (valueAt(tunnel, [name]) !== undefined) return [];
      const { default: fallback = valueAt(tunnel, [traits.defaultFrom ?? ""]) } = traits;
      const value = name === "authType" ? openAuthTypeOf(tunnel) : fallback;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whether a member of a tunnel has a default in a group that this program creates. */
export function isDefaulted(name: string): boolean {
  return DEFAULTED.has(name);
}

const DEFAULTED = new Set([
  "authType",
  ...TUNNEL_FIELDS.filter(({ traits }) => (traits.default ?? traits.defaultFrom) !== undefined).map(
    ({ path }) => path[0],
  ),
]);

/** How a tunnel authenticates: as said, or as what it gives implies. */
export function authTypeOf({ authType, passphrase, customerRootCA }: Partial<Tunnel>): Tunnel["authType"] {
  if (authType !== undefined && !isUnknown(authType)) return authType;
  if (passphrase !== undefined) return "psk";
  return customerRootCA === undefined ? undefined : "cert";
}

/** As {@link authTypeOf}; a credential that is not known yet may turn out to be none. */
function openAuthTypeOf(tunnel: Partial<Tunnel>): unknown {
  const credential = tunnel.passphrase ?? tunnel.customerRootCA;
  return isUnknown(credential) ? credential : authTypeOf(tunnel);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
