import type { TunnelHealth } from "../model/health";
import {
  CredentialsError,
  DeadlineError,
  HarmonySaseError,
  TooManyRequestsError,
  UnavailableError,
} from "../service/errors";
import { healthOf } from "../service/health";
import type { HealthPicture } from "../service/healthReads";
import { SHARED_FOR_MS } from "./observe";
import type { Open } from "./open";
import { deadlineOf, optionsOf, type Session } from "./session";

/** A group whose tunnels' health matters. */
export interface Patient {
  readonly networkId: string;
  /** The declared tunnels, by key. */
  readonly tunnelIds: Readonly<Record<string, string>>;
  /** The service's names of tunnels, by id, as far as they are known. */
  readonly storedNames: Readonly<Record<string, string>>;
  readonly open: Open;
}

/** What the service says of a group's tunnels. */
export interface Checkup {
  /** Of each declared tunnel, by key. */
  readonly health: Readonly<Record<string, TunnelHealth>>;
  /** The keys of the tunnels that were touched, and of those among them that are not passing since. */
  readonly touched: readonly string[];
  readonly failing: readonly string[];
  /** Why it could not be asked, and whether that will not pass by itself. */
  readonly trouble?: string | undefined;
  readonly isLasting?: boolean;
}

/** So long after a change the service may still show what it found before. */
const LONGEST_LAG_MS = 30_000;

const OVERTIME = "the time of the step is over; customTimeouts give it more.";

/**
 * Looks until all touched tunnels are passing in one look, or the time is over. What was passing before it was touched
 * counts once the service has shown otherwise since, or has had the time to, for which it is waited in any case.
 */
export async function awaitPassing(session: Session, patient: Patient, timeoutMs: number): Promise<Checkup> {
  const { clock, settlingMs } = session;
  const deadlineMs = deadlineOf(session);
  const watch = session.health.watch(patient.networkId);
  const lagMs = Math.min(settlingMs, LONGEST_LAG_MS);
  const latestMs = Math.min(clock.elapsed() + timeoutMs, deadlineMs);
  const undoubtedMs = Math.min(Math.max(latestMs, clock.elapsed() + lagMs), deadlineMs);
  const noticed = new Set<string>();
  let latest = unseen(patient);
  try {
    for (;;) {
      const endMs = isDoubted(latest) ? undoubtedMs : latestMs;
      const found = await looked(() => watch.next(optionsOf(session), endMs));
      if ("trouble" in found) {
        latest = { ...latest, trouble: found.trouble };
        if (found.isLasting) return latest;
      } else {
        latest = judged(patient, found, noticed, lagMs);
        if (latest.failing.length === 0) return latest;
      }
      const restMs = (isDoubted(latest) ? undoubtedMs : latestMs) - clock.elapsed();
      if (restMs <= 0) return clock.elapsed() < deadlineMs ? latest : { ...latest, trouble: OVERTIME };
      session.status(waitInWords(latest, restMs), `health ${latest.failing.length}`);
    }
  } finally {
    watch.leave();
  }
}

/** Looks once, or takes what others of the run have just seen; nothing is waited for. */
export async function checkup(session: Session, patient: Patient): Promise<Checkup> {
  const found = await looked(() => session.health.read(patient.networkId, optionsOf(session), SHARED_FOR_MS));
  return "trouble" in found
    ? { ...unseen(patient), ...found }
    : { ...unseen(patient), health: healthIn(patient, found) };
}

/** A tunnel with its health, as messages name it. */
export function inWords({ health }: Pick<Checkup, "health">, keys: readonly string[]): string {
  return keys.map((key) => `tunnels.${key} (${health[key] ?? "unknown"})`).join(", ");
}

/** Whether only that may be missing. */
function isDoubted({ health, failing }: Checkup): boolean {
  return failing.every((key) => health[key] === "passing");
}

function judged(patient: Patient, picture: HealthPicture, noticed: Set<string>, lagMs: number): Checkup {
  const { open, tunnelIds } = patient;
  const health = healthIn(patient, picture);
  const { touched } = unseen(patient);
  for (const key of touched) if (health[key] !== "passing") noticed.add(key);
  const isSince = (key: string) => noticed.has(key) || picture.beganMs >= (open.get(tunnelIds[key] ?? "") ?? 0) + lagMs;
  return { health, touched, failing: touched.filter((key) => health[key] !== "passing" || !isSince(key)) };
}

function unseen({ tunnelIds, open }: Patient): Checkup {
  const keys = Object.keys(tunnelIds);
  const touched = keys.filter((key) => open.has(tunnelIds[key] ?? ""));
  return { health: Object.fromEntries(keys.map((key) => [key, "unknown"])), touched, failing: touched };
}

function healthIn({ tunnelIds, storedNames }: Patient, { tunnels }: HealthPicture): Checkup["health"] {
  return Object.fromEntries(
    Object.entries(tunnelIds).map(([key, id]) => [key, healthOf(tunnels, id, storedNames[id])]),
  );
}

/** How many of the touched tunnels are passing. */
export function passingInWords({ touched, failing }: Checkup): string {
  return `${touched.length - failing.length} of ${touched.length} tunnels passing`;
}

function waitInWords(seen: Checkup, restMs: number): string {
  return `${passingInWords(seen)}; waits for ${inWords(seen, seen.failing)}, for ${Math.ceil(restMs / 1000)} s at most`;
}

/** Trouble with a look is borne until the next; what will not pass says so. */
async function looked(
  look: () => Promise<HealthPicture>,
): Promise<HealthPicture | { readonly trouble: string; readonly isLasting: boolean }> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HarmonySaseError)) throw error;
    return { trouble: error.message, isLasting: !mayPass(error) };
  }
}

function mayPass(error: HarmonySaseError): boolean {
  if (error instanceof CredentialsError) return false;
  const isForNow = error instanceof TooManyRequestsError || error instanceof DeadlineError;
  return isForNow || (error instanceof UnavailableError && error.patienceMs > 0);
}
