import { rivalFor } from "../converge/claims";
import { GroupGoneError } from "../converge/errors";
import { completed } from "../converge/known";
import { observe, SHARED_FOR_MS } from "../converge/observe";
import { NOTHING_OPEN } from "../converge/open";
import { differingSettings } from "../converge/prove";
import { withoutMasks } from "../converge/seen";
import { alone, optionsOf, type Session } from "../converge/session";
import { rivalText } from "../converge/words";
import { importCommand } from "../model/adoption";
import { isSame, ownValue, valueAt } from "../model/compare";
import { foreignAt, inJson, shownAt } from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import { type GroupInputs, type OwnedInputs, TUNNEL_FIELDS } from "../model/schema";
import { quotableIn } from "../model/secrets";
import type { State } from "../model/state";
import { nameIn } from "../model/urn";
import { PlanError } from "../plan/error";
import { inWords, type Matches, match } from "../plan/match";
import { decodeNetwork, namesProve, readingsOf, type ShownGroup, undecorated } from "../service/wire";
import type { Established } from "./make";

/** Many rows may take over groups of a network in one run: one picture of it serves them all. */
const SHARING = { maxAgeMs: SHARED_FOR_MS };

/**
 * Makes a group that exists the resource's own, as if it had created it, on a person's word. Nothing is sent. What the
 * service never shows, and state does not know, is believed to be as declared.
 * @param former the state of a resource that has adopted the group so far
 * @throws PlanError with every difference when the group is not what is declared
 */
export function takeOver(
  session: Session,
  declared: OwnedInputs,
  groupId: string,
  former?: State,
): Promise<Established> {
  return alone(session, declared.networkId, groupId, (turn) => takeOverInTurn(turn, declared, groupId, former));
}

async function takeOverInTurn(
  session: Session,
  declared: OwnedInputs,
  groupId: string,
  former: State | undefined,
): Promise<Established> {
  const { networkId } = declared;
  await demandNobodyElse(session, groupId, new Map());
  const seen = await observe(session, networkId, groupId, SHARING);
  if (seen === undefined) throw new GroupGoneError(groupId, networkId, "Correct HARMONY_SASE_IMPORT.");
  const {
    own,
    undeclared,
    differences: shown,
  } = comparedWith(declared, {
    ...seen,
    ...(former && { others: [], foreign: undefined, ...completed(seen, former, declared) }),
  });
  const differences = [...shown, ...(await asnDifference(session, declared))];
  if (differences.length > 0) {
    throw new PlanError(
      `Tunnel group ${groupId} cannot be imported, since it is not what is declared: ${differences.join("; ")}. Nothing was sent; declare it as it is ("${importCommand(networkId, groupId)}" writes that down), or adopt it with dynamicTunnelId.`,
    );
  }
  if (undeclared.length > 0) {
    await session.warn(
      `Imported tunnel group ${groupId} holds tunnels that are not declared: ${undeclared.map(inWords).join(", ")}; they are left alone.`,
    );
  }
  const tunnelIds = Object.fromEntries([...own].map(([key, { id }]) => [key, id]));
  await session.claims.claim({
    urn: session.urn,
    origin: "created",
    groupId,
    tunnelIds: Object.values(tunnelIds),
    isImported: true,
  });
  // Another process of the run may have taken it over at the same moment.
  await demandNobodyElse(session, groupId, own);
  await session.journal.own(groupId, "owns");
  const outcome = { inputs: declared, groupId, tunnelIds, origin: "created", echo: former?.echo } as const;
  const { storedNames = {} } = seen;
  return { id: groupId, settled: { session, networkId, outcome, storedNames, open: NOTHING_OPEN }, over: [] };
}

/** Which tunnels of a group the declared ones are, which are none of them, and in what it is not what is declared. */
export function comparedWith(declared: OwnedInputs, seen: ShownGroup) {
  const own = unmaskedIn(declared, match(declared.tunnels, seen.tunnels, {}, true));
  const claimed = new Set([...own.values()].map(({ id }) => id));
  const undeclared = seen.tunnels.filter(({ id }) => !claimed.has(id));
  const name = undecorated(seen.names[0] ?? "");
  const isNameQuotable = quotableIn(declared)(["tunnelName"], name);
  const differences = [
    ...(namesProve(declared.tunnelName, seen.names) ? [] : [`tunnelName ${isNameQuotable ? `is ${name}` : "differs"}`]),
    ...Object.keys(declared.tunnels).flatMap((key) => tunnelDifferences(declared, key, own.get(key))),
    ...settingDifferences(declared, seen),
    ...(declared.unmanagedTunnels === "remove"
      ? undeclared.map((tunnel) => `tunnel ${inWords(tunnel)} is not declared`)
      : []),
  ];
  return { own, undeclared, differences };
}

/** The tunnels that declared ones are, with what may be a mask of a passphrase left out. */
function unmaskedIn({ tunnels }: OwnedInputs, own: Matches): Matches {
  const keys = new Map([...own].map(([key, { id }]) => [id, key]));
  const passphraseOf = (id: string) => ownValue(tunnels, keys.get(id) ?? "")?.passphrase;
  const unmasked = new Map(withoutMasks([...own.values()], passphraseOf).map((tunnel) => [tunnel.id, tunnel]));
  return new Map([...own].map(([key, tunnel]) => [key, unmasked.get(tunnel.id) ?? tunnel]));
}

/** A person may be wrong about a group that another row of the run has, or about tunnels in it. */
async function demandNobodyElse({ claims, urn }: Session, groupId: string, own: Matches): Promise<void> {
  const others = (await claims.on(groupId)).filter((claim) => claim.urn !== urn);
  const owner = others.find(({ origin }) => origin === "created");
  if (owner) {
    throw new PlanError(
      `Tunnel group ${groupId} cannot be imported: the resource "${nameIn(owner.urn, urn)}" has it already. Take that one out, or declare the group once.`,
    );
  }
  for (const [key, { id }] of own) {
    const rival = rivalFor(others, urn, id);
    if (rival) throw new PlanError(`Tunnel group ${groupId} cannot be imported: ${rivalText(key, id, rival, urn)}`);
  }
}

/** A setting differs where one tunnel shows another value; what is outside the schema is named. */
function settingDifferences(declared: OwnedInputs, seen: ShownGroup): readonly string[] {
  const isQuotable = quotableIn(declared);
  const raw = readingsOf(seen).map(({ foreign = {} }) => foreign);
  return differingSettings(declared, seen).map(({ path }) => {
    const name = path.join(".");
    const foreign = raw.map((each) => each[name]).find((value) => value !== undefined);
    return foreign !== undefined && isQuotable(path, foreign) ? `${name} is ${inJson(foreign)}` : name;
  });
}

function tunnelDifferences(declared: GroupInputs, key: string, there: PresentTunnel | undefined): readonly string[] {
  if (there === undefined) return [`tunnels.${key} is not in it`];
  const isQuotable = quotableIn(declared);
  return TUNNEL_FIELDS.filter(({ path, traits }) => {
    const [mine, shown] = [valueAt(declared.tunnels[key], path), shownAt(there, path)];
    return mine !== undefined && shown !== undefined && !isSame(traits, mine, shown, "unordered");
  }).map(({ path }) => {
    const whole = ["tunnels", key, ...path];
    const foreign = foreignAt(there, path);
    const isNamed = foreign !== undefined && isQuotable(whole, foreign);
    return `${whole.join(".")} ${isNamed ? `is ${inJson(foreign)}` : "differs"}`;
  });
}

/** A network keeps its number for ever; one that has none yet could not have a group. */
async function asnDifference(session: Session, declared: GroupInputs): Promise<readonly string[]> {
  const { networkId, sharedSettings } = declared;
  const { asn } = decodeNetwork(
    await session.client.readNetwork(networkId, { ...optionsOf(session), sharing: SHARING }),
  );
  if (asn === undefined || asn === sharedSettings?.leftASN) return [];
  const isQuotable = quotableIn(declared)(["sharedSettings", "leftASN"], asn);
  return [`sharedSettings.leftASN${isQuotable ? `: the network's is ${asn}` : " is not the network's"}`];
}
