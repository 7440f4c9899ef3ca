import { stillAdoptedText } from "../model/adoption";
import { isPlaceholder } from "../model/placeholder";
import { isAdopting } from "../model/rules";
import type { GroupInputs } from "../model/schema";
import type { State } from "../model/state";
import { containsUnknown } from "../model/unknowns";
import type { Changes } from "./changes";
import { PlanError } from "./error";
import { isEmpty } from "./plan";

/** What a person's word makes of a row: one that owns the group that it has adopted, or one that adopts what it owned. */
export type Move = "owns" | "adopts";

/**
 * How a row comes to the other way of having its group: by what the program says, on a person's word that names the group.
 * Without that word it never does.
 * @param vouched which group a person has named for the row
 * @throws PlanError when the program adopts the group no more, and nobody has vouched for it
 */
export function moveOf(
  id: string,
  { origin, inputs, isGone }: State,
  news: GroupInputs,
  vouched: () => string | undefined,
): Move | undefined {
  const isVouched = () => vouched() === id && !isPlaceholder(id) && !isGone && news.networkId === inputs.networkId;
  if (origin === "created") return news.dynamicTunnelId === id && isVouched() ? "adopts" : undefined;
  if (isAdopting(news)) return undefined;
  if (isVouched()) return "owns";
  throw new PlanError(`dynamicTunnelId: ${stillAdoptedText(id, news.__urn)}.`);
}

/** What the row is told of a move. */
export function moveText(move: Move, groupId: string): string {
  return move === "owns"
    ? `HARMONY_SASE_IMPORT: owns tunnel group ${groupId}, which it adopted, if it is what is declared; nothing is sent, and from now on the group is deleted with this resource.`
    : `HARMONY_SASE_IMPORT: adopts tunnel group ${groupId}, which it owned; nothing is sent, and from now on the group stays when this resource is deleted, its declared tunnels apart.`;
}

/** What a move would be made along with. */
export interface Besides {
  readonly news: GroupInputs;
  /** What the program changes, as of a group that is adopted. */
  readonly changes: Changes;
  /** Whether an earlier run has left a write that was not brought to an end. */
  readonly isUnfinished: boolean;
}

/**
 * A move sends nothing, so that whatever befalls it the row has its group in one of the two ways.
 * @throws PlanError when there is more to do
 */
export function demandNothingElse(move: Move, groupId: string, { news, changes, isUnfinished }: Besides): void {
  const refuse = (why: string) =>
    new PlanError(
      `Tunnel group ${groupId} cannot be ${move === "owns" ? "owned" : "adopted"} with HARMONY_SASE_IMPORT yet: ${why}. Nothing was sent; first run pulumi up without the variable, and with dynamicTunnelId as it was.`,
    );
  if (isUnfinished) throw refuse("an interrupted run of this resource has left a write behind");
  // What is to be owned is compared with the service.
  if (move === "owns" || containsUnknown(news) || isEmpty(changes.plan)) return;
  const told = [...changes.notes, ...changes.warnings].join(" ").replace(/\.$/, "");
  throw refuse(`the program changes it as well (${told})`);
}
