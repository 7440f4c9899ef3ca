import { isSame, valueAt } from "../model/compare";
import { isWellFormedPassphrase } from "../model/fields";
import { type GroupInputs, SETTING_FIELDS } from "../model/schema";
import { isSameTunnel } from "../plan/match";
import type { PresentGroup, PresentTunnel } from "../service/wire";
import { PlanError } from "./errors";
import { groupsNamed, look } from "./look";
import type { Session } from "./session";

/** A group that an interrupted run of ours has made. */
export interface LeftBehind {
  readonly groupId: string;
}

/**
 * Looks for what an interrupted create has left: a group of the wanted name that is, so far as the service shows it,
 * exactly what is declared, and that no other resource of this process has.
 * @throws PlanError when there is a group of that name which is anything else
 */
export async function findLeftBehind(session: Session, desired: GroupInputs): Promise<LeftBehind | undefined> {
  const { networkId, tunnelName } = desired;
  for (const { id } of await groupsNamed(session, networkId, tunnelName)) {
    const seen = await look(session, networkId, id);
    if (seen === undefined) continue;
    const objection = session.ownership.hasGroup(id) ? "another resource has it" : objectionTo(desired, seen);
    if (objection === undefined) return { groupId: id };
    throw new PlanError(
      `Network ${networkId} has a tunnel group named "${tunnelName}" already (${id}), which is not what is declared: ${objection}. Choose another tunnelName, or adopt it with dynamicTunnelId: "${id}".`,
    );
  }
  return undefined;
}

function objectionTo(desired: GroupInputs, seen: PresentGroup): string | undefined {
  const declared = Object.entries(desired.tunnels);
  const strays = new Map(seen.tunnels.map((tunnel) => [tunnel.id, tunnel]));
  for (const [key, tunnel] of declared) {
    const match = [...strays.values()].find((candidate) => isSameTunnel(tunnel, candidate));
    if (match === undefined) return `tunnels.${key} is not in it`;
    strays.delete(match.id);
    if (isOtherPassphrase(tunnel.passphrase, match)) return `tunnels.${key} has another passphrase`;
  }
  const [stray] = strays.keys();
  return stray === undefined ? differingSetting(desired, seen) : `tunnel ${stray} is in it`;
}

function isOtherPassphrase(passphrase: string | undefined, tunnel: PresentTunnel): boolean {
  return isWellFormedPassphrase(tunnel.passphrase) && passphrase !== undefined && tunnel.passphrase !== passphrase;
}

function differingSetting(desired: GroupInputs, seen: PresentGroup): string | undefined {
  const field = SETTING_FIELDS.find(({ path, traits }) => {
    const [wanted, there] = [valueAt(desired, path), valueAt(seen, path)];
    return wanted !== undefined && there !== undefined && !isSame(traits, wanted, there, "unordered");
  });
  return field && `${field.path.join(".")} differs`;
}
