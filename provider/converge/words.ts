import type { PendingWrite } from "../model/pending";
import type { PresentGroup } from "../model/present";
import type { Desired, Origin } from "../model/schema";
import { nameIn } from "../model/urn";
import { driftWarnings } from "../plan/drift";
import { isEmpty, type Plan } from "../plan/plan";
import type { Change } from "../plan/requests";
import type { Claim } from "./claims";
import { GroupGoneError, NotAppliedError } from "./errors";
import { type Checkup, inWords } from "./health";

/** What an update warns of before it sends anything. */
export function warningsOf(fromState: Plan, next: Plan, declared: Desired, present: PresentGroup): readonly string[] {
  const unverified = next.tunnels.flatMap(({ key, unverified: fields }) =>
    fields.map(({ path }) => `tunnels.${key}.${path[0]} could not be verified: the service does not show it.`),
  );
  const drift = !isEmpty(next) ? driftWarnings(fromState, next, declared, present) : [];
  return [...unverified, ...next.tunnels.flatMap(staleIdentifier), ...drift];
}

function staleIdentifier({ key, declared, present, action }: Plan["tunnels"][number]): readonly string[] {
  const isReaddressed = declared.remotePublicIP !== undefined && declared.remotePublicIP !== present?.remotePublicIP;
  const isStale = declared.remoteID === undefined && present?.remoteID === present?.remotePublicIP;
  return action === "update" && isReaddressed && isStale && present?.remoteID !== undefined
    ? [
        `tunnels.${key} keeps remoteID ${present.remoteID}; declare remoteID if the peer identifies itself by its new address.`,
      ]
    : [];
}

/** That another resource has a tunnel which a declared one turns out to be. */
export function rivalText(key: string, tunnelId: string, { urn }: Claim, own: string | undefined): string {
  return `tunnels.${key} is tunnel ${tunnelId}, which the resource "${nameIn(urn, own)}" has: declare it in one of the two.`;
}

/** Text about an existing group that is called otherwise than its first declaration says. */
export function firstNamingText(groupId: string, before = "", after = ""): string {
  return `Tunnel group ${groupId} is called "${before}"; it is renamed to "${after}", as declared. Leave tunnelName out to keep a group's name.`;
}

/** That tunnels stay which no other row of the run may take away. */
export function keptText(groupId: string, tunnelIds: readonly string[]): string {
  return `Tunnels ${tunnelIds.join(", ")} of group ${groupId} are not removed: another resource of this run has them.`;
}

/** That the group is not there, and what to do. */
export function goneError(groupId: string, networkId: string, origin: Origin): GroupGoneError {
  const wayOn =
    origin === "created"
      ? "Run pulumi up again, and it is made anew."
      : "Give the dynamicTunnelId of a group that exists, or take the resource out.";
  return new GroupGoneError(groupId, networkId, wayOn);
}

/** That a write was said to be done, and does not show. */
export function notApplied(groupId: string, { kind }: PendingWrite, missing: readonly string[]): NotAppliedError {
  const done =
    kind === "create" ? `tunnel group ${groupId} was created` : `the change of tunnel group ${groupId} was completed`;
  return new NotAppliedError(
    `The API said that ${done}, but reading it back shows otherwise: ${missing.join("; ")}. Run pulumi up again: it sends what is missing.`,
  );
}

/** That writing does not bring it about. */
export function endlessText(groupId: string, writes: number, reasons: readonly string[]): string {
  const wayOn = "Run pulumi up again: it looks first, and sends what is missing.";
  return [`Tunnel group ${groupId} still differs after ${writes} writes.`, ...reasons, wayOn].join(" ");
}

/** That nothing shows whether a write was carried out, and what it is taken for. */
export function unprovableText(groupId: string, { body }: Change): string {
  const parts = Object.keys(body).filter((name) => name !== "tunnelName");
  return `The API completed a change of tunnel group ${groupId} twice without saying whether it succeeded, and does not show what was sent (${parts.join(", ")}): it counts as done.`;
}

/** Text about passphrases that count as changed, though neither the operation's result nor a read says so. */
export function maskedText(groupId: string, keys: readonly string[]): string {
  const names = keys.map((key) => `tunnels.${key}.passphrase`);
  return `${names.join(", ")} of tunnel group ${groupId} ${names.length === 1 ? "was" : "were"} sent and could not be verified: the API completed the change without saying whether it succeeded, and does not show passphrases. If a tunnel does not come up, send another passphrase.`;
}

/** That a roll-out cannot begin. */
export function unaskableText(trouble = ""): string {
  return `The roll-out does not begin, since the service does not tell which tunnels are passing: no tunnel was touched by it. ${trouble} Or leave rollout out.`;
}

/** That tunnels are not passing which a change has touched. */
export function notPassingText(groupId: string, seen: Checkup, elapsedMs: number): string {
  const { failing, trouble } = seen;
  const time = `${Math.round(elapsedMs / 1000)} s after the change`;
  const why = trouble === undefined ? "" : ` The service could not be asked for more: ${trouble}`;
  return `${inWords(seen, failing)} of tunnel group ${groupId} ${failing.length === 1 ? "is" : "are"} not passing ${time}.${why}`;
}
