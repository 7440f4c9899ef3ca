import { adviceFor } from "../advice";
import { messageOf } from "../converge/failure";
import type { Configuration } from "../engine/configuration";
import { createPace } from "../engine/pace";
import { createClient } from "../service/client";
import { systemClock } from "../service/clock";
import { CredentialsError, DeadlineError, HarmonySaseError } from "../service/errors";
import { createLimits } from "../service/pace/limits";
import { createRedactor } from "../service/redact";
import { type Account, createAccount } from "./account";
import { ChoiceError } from "./choose";

/** An account as it is used in one run: one token, one budget and one memory. */
export interface Opened {
  readonly account: Account;
  /** Why something could not be done and what to do about it, as one message without secrets. */
  readonly failureText: (what: string, error: unknown) => string;
  /** Has no message show a text. */
  readonly hide: (text: string) => void;
}

/**
 * Opens an account; the first request comes with the first list.
 * @param tell hears now and then of trouble that is borne, and of waits for the budget
 */
export function openAccount(configuration: Configuration, tell: (message: string) => void): Opened {
  const { baseUrl, apiKey, timeoutMs } = configuration;
  const clock = systemClock;
  const redactor = createRedactor();
  const limits = createLimits({ ...configuration, clock });
  const isDue = createPace(clock.elapsed);
  const onRetry = (message: string) => {
    if (isDue(message)) tell(redactor.redact(message));
  };
  const client = createClient({ baseUrl, apiKey, clock, limits, redactor });
  return {
    account: createAccount(client, () => ({ deadlineMs: clock.elapsed() + timeoutMs, onRetry })),
    hide: (text) => redactor.addSecret(text),
    failureText: (what, error) => {
      const why = [messageOf(error), wayOut(error, configuration)].filter(Boolean).join(" ");
      return redactor.redact(`Cannot ${what}: ${why}`);
    },
  };
}

/** What to do about a failure, as a sentence of its own. */
function wayOut(error: unknown, { apiKeySource }: Configuration): string | undefined {
  if (error instanceof ChoiceError) return undefined;
  if (error instanceof CredentialsError) return `The key came from the ${apiKeySource}.`;
  if (error instanceof DeadlineError) return "Run the same command again, or raise harmony-sase:timeout.";
  return error instanceof HarmonySaseError ? adviceFor(error) : undefined;
}
