import { NetworkNotVisibleError, NotHealthyError, RolloutStoppedError } from "./converge/errors";
import { isFrom } from "./converge/failure";
import {
  ConflictError,
  DeadlineError,
  NotFoundError,
  OperationFailedError,
  RefusedError,
  TooManyRequestsError,
  UnavailableError,
  WrongRegionError,
} from "./service/errors";

/** What to do about failures whose message says only what happened; the more special class first. */
const ADVICE: readonly (readonly [new (...args: never[]) => Error, string])[] = [
  [
    RolloutStoppedError,
    "Put the other end right and run pulumi up again: it goes on from there. Without rollout it goes on all the same.",
  ],
  [
    NotHealthyError,
    'Put the other end right and run pulumi up again: it waits for them and sends nothing. With health.wait: "warn" it goes on all the same.',
  ],
  [DeadlineError, "Run the same command again, or raise customTimeouts."],
  [OperationFailedError, "Correct what it names, then run the same command again: it goes on from what is there."],
  [
    TooManyRequestsError,
    "Run the same command again later; if others use the API too, lower harmony-sase:requestsPerWindow.",
  ],
  [NotFoundError, "Check networkId and every regionID; both must belong to the account."],
  [
    ConflictError,
    "If something else changes the network, run the same command again once it has ended. Otherwise correct what the API names, such as p81GatewaySubnets or leftASN; if the resource was renamed or moved, give it an alias.",
  ],
  [RefusedError, "Correct what it names, then run the same command again."],
  [WrongRegionError, "Set harmony-sase:region (us, eu, au, in) or harmony-sase:baseUrl to the account's."],
  [
    NetworkNotVisibleError,
    "Check networkId, the API key and harmony-sase:region; nothing counts as deleted. If the network itself was deleted: pulumi state delete, or set retainOnDelete: true, run pulumi up, and take the resource out.",
  ],
  [UnavailableError, "Run the same command again once that is put right."],
];

/** What to do about a failure, as a sentence of its own; undefined where its message says it already. */
export function adviceFor(error: unknown): string | undefined {
  return ADVICE.find(([kind]) => isFrom(error, kind))?.[1];
}
