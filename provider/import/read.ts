import type { Account } from "../lookups/account";
import { choose } from "../lookups/choose";
import { listedOrRead } from "../lookups/find";
import type { Opened } from "../lookups/opened";
import { createForms } from "../service/forms";
import { decodeFoundGroups, decodeListed, type FoundGroup } from "../service/wire";
import type { Found } from "./declare";

/** What is to be imported, as a person names it: by names or ids. */
export interface Selection {
  readonly network: string;
  /** All that the network lists where there is none. */
  readonly groups: readonly string[];
}

/** What was found, and what was passed over. */
export interface ReadOut extends Found {
  /** How many tunnels are listed under their own ids, as static tunnels are. */
  readonly others: number;
}

/** What a run wants is what there is now. */
const ASKER = { isAfterwards: false };
/** How often it is said how far reading has come, in groups. */
const TOLD_EVERY = 10;

/**
 * Reads a network's groups: one list of its tunnels, and a group by itself where the list may show less.
 * @param tell hears how far it has come
 * @throws Error that says what could not be done, why, and what to do
 */
export async function readGroups(
  { account, failureText }: Opened,
  { network: wanted, groups: names }: Selection,
  tell: (line: string) => void,
): Promise<ReadOut> {
  const doing = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new Error(failureText(what, error));
    }
  };
  const { id, name, asn } = await doing(`find network "${wanted}"`, async () =>
    choose(await account.networks(ASKER), { name: wanted, id: wanted }),
  );
  tell(`Reads network "${name}" (${id}).`);
  const [regions, entries] = await doing(`read network "${name}" (${id})`, () =>
    Promise.all([account.regions(id, ASKER), account.tunnels(id, ASKER)]),
  );
  const own = decodeListed(entries).filter(({ isOwnId }) => isOwnId);
  const named = names.map((each) =>
    doing(`find tunnel group "${each}" of network ${id}`, () => groupNamed(account, id, each, entries)),
  );
  const listed = names.length === 0 ? decodeFoundGroups(entries) : await Promise.all(named);
  // The same one may be named twice.
  const distinct = [...new Map(listed.map((group) => [group.id, group])).values()];
  tell(`Found ${counted(entries.length, "tunnel")}; reads ${counted(distinct.length, "group")}.`);
  const groups = await doing(`read the groups of network ${id}`, () => whole(account, id, distinct, tell));
  return { network: { id, name, asn }, regions, groups, others: names.length === 0 ? own.length : 0 };
}

function groupNamed(account: Account, networkId: string, text: string, entries: readonly unknown[]) {
  const isId = decodeListed(entries).some(({ id }) => id === text);
  return listedOrRead(account, { networkId, ...(isId ? { id: text } : { name: text }) }, ASKER);
}

/** What lists leave out is not documented: one group of each form is read besides, and where that shows more, all are. */
function whole(
  { client, options }: Account,
  networkId: string,
  listed: readonly FoundGroup[],
  tell: (line: string) => void,
): Promise<readonly FoundGroup[]> {
  const forms = createForms();
  let done = 0;
  const read = async ({ id, ...shown }: FoundGroup): Promise<FoundGroup> => {
    const group = await forms.settle(shown, () => client.readGroup(networkId, id, options()));
    done += 1;
    if (done % TOLD_EVERY === 0) tell(`Read ${done} of ${listed.length} groups.`);
    return { ...group, id };
  };
  return Promise.all(listed.map(read));
}

/** A number of things: `1 group`, `2 groups`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
