import type { Plain } from "../../provider/process";
import { AS_TERRAFORM_USERS_SAW, type SandboxOptions } from "../../sandbox";
import type { RequestScenario } from "../fixtures/scenarios";
import { type Rig, startRig } from "../provider/rig";

/** A service that does otherwise where nobody has measured what the real one does. */
export interface Variant {
  readonly name: string;
  readonly options: SandboxOptions;
  /** What a run says that has to fail on it. */
  readonly refusals?: Readonly<Record<string, RegExp>>;
}

const EMPTYING = "remove more tunnels than a request takes";

/** Each way in which the service could be another one, and some together. */
export const VARIANTS: readonly Variant[] = [
  { name: "passphrases are masked", options: { maskedPassphrase: "xxxxxxxxxxxx" } },
  { name: "passphrases are masked in another form", options: { maskedPassphrase: "********" } },
  { name: "passphrases are not shown", options: { isPassphraseShown: false } },
  { name: "reads lag behind", options: { lagMs: 20_000 } },
  { name: "numbers count on", options: { areNumbersCountedOn: true } },
  { name: "numbers close up", options: { areNumbersClosedUp: true } },
  { name: "second writes wait", options: { secondWrite: "queued" } },
  { name: "second writes are refused", options: { secondWrite: "refused" } },
  {
    name: "an emptied group goes",
    options: { emptiedGroup: "deleted" },
    refusals: { [EMPTYING]: /There is no tunnel group/ },
  },
  {
    name: "the last tunnel stays",
    options: { emptiedGroup: "refused" },
    refusals: { [EMPTYING]: /409 "The last tunnel/ },
  },
  { name: "success has no code", options: { isSuccessCoded: false } },
  { name: "a page has one entry", options: { mostPerPage: 1 } },
  { name: "lists show fewer tunnels than they count", options: { mostPerPage: 1, areLongPagesCut: true } },
  { name: "results name the network", options: { namedByResult: "network" } },
  { name: "lists hold null", options: { nullEntries: 1 } },
  { name: "tunnels come as described", options: { tunnelForm: "described" } },
  { name: "an empty description is not shown", options: { emptyDescription: "absent" } },
  { name: "an empty description is null", options: { emptyDescription: "null" } },
  { name: "values come as users of Terraform saw them", options: { normalise: AS_TERRAFORM_USERS_SAW } },
  {
    name: "values come in every form that means the same, or nearly",
    options: {
      normalise: [
        "clearedHostBits",
        "aggregatedSubnets",
        "dottedMasks",
        "hostMasks",
        "numbersAsText",
        "seconds",
        "enumCase",
        "textForOne",
        "trimmedDescription",
        "nullForEmpty",
        "nameCase",
      ],
    },
  },
  { name: "a tunnel has its own routing", options: { routingOf: "tunnel" } },
  { name: "unnamed switches go off", options: { unnamedSwitches: "off" } },
  { name: "contradictions fail late", options: { isJudgedLate: true } },
  { name: "names are unique", options: { isNameUnique: true } },
  {
    name: "much of it together",
    options: {
      isPassphraseShown: false,
      lagMs: 20_000,
      areNumbersCountedOn: true,
      secondWrite: "refused",
      isSuccessCoded: false,
      isJudgedLate: true,
      isNameUnique: true,
    },
  },
];

/**
 * Runs a scenario on a variant of the service; then what is declared has to be there, and neither another `up` nor a
 * refresh and an `up` may find anything to write.
 * @returns what is not as it has to be
 */
export async function complaintsAbout(
  { options, refusals = {} }: Variant,
  { name, prepare, run, arePeersFollowing = false }: RequestScenario,
): Promise<string[]> {
  const rig = await startRig({ ...options, arePeersFollowing });
  let declared: Plain | undefined;
  const { up } = rig;
  rig.up = (news, steps) => {
    declared = news;
    return up(news, steps);
  };
  try {
    await prepare?.(rig);
    const refusal = refusals[name];
    if (refusal) return await complaintsAboutFailure(run(rig), refusal);
    await run(rig);
    if (rig.state === undefined || declared === undefined) return [];
    const complaints = differences(rig, declared);
    for (const isRefreshed of [false, true]) {
      if (isRefreshed) await rig.refresh();
      rig.sandbox.clearJournal();
      await up(declared);
      const writes = rig.sandbox
        .journal()
        .filter(({ method, operation }) => method !== "GET" && operation !== "authorize");
      for (const { method, body } of writes) {
        complaints.push(`${isRefreshed ? "after a refresh" : "the next up"}: ${method} ${JSON.stringify(body)}`);
      }
    }
    return [...complaints, ...differences(rig, declared)];
  } finally {
    await rig.close();
  }
}

async function complaintsAboutFailure(run: Promise<void>, expected: RegExp): Promise<string[]> {
  return run.then(
    () => ["the run did not fail"],
    ({ message }: Error) => (expected.test(message) ? [] : [message]),
  );
}

/** What is declared of tunnels, and is not so. */
function differences(rig: Rig, { tunnels = {} }: Plain): string[] {
  const there = rig.sandbox.group(rig.state?.id ?? "")?.tunnels ?? [];
  return Object.entries(tunnels as Record<string, Plain>).flatMap(([key, tunnel]) => {
    const found: Plain = { ...there.find(({ remotePublicIP }) => remotePublicIP === tunnel.remotePublicIP) };
    return Object.keys(tunnel).flatMap((name) => (found[name] === tunnel[name] ? [] : [`tunnels.${key}.${name}`]));
  });
}
