import { isFrom, messageOf, PartialFailure } from "./converge/failure";
import { createOwnership } from "./converge/ownership";
import type { Session } from "./converge/session";
import { type Configuration, credentialsHint, readConfiguration, timeoutFor } from "./engine/configuration";
import { isEngineAt } from "./engine/presence";
import { createEngineLog } from "./engine/progress";
import { createRecovery, recoveryFolder } from "./engine/recovery";
import { createClient } from "./service/client";
import type { Clock } from "./service/clock";
import { CredentialsError } from "./service/errors";
import { createLimits } from "./service/limits";
import { createRedactor } from "./service/redact";

/** Properties as the engine hands them over. */
export type Plain = Readonly<Record<string, unknown>>;

type Kind = "create" | "update" | "delete" | "read";

/** What all resources of a process share: one token, one set of limits, one configuration. */
interface Shared {
  readonly configuration: Configuration;
  readonly session: Omit<Session, "deadlineMs" | "status" | "warn">;
}

/** What a process works with; tests pass their own. */
export interface Outside {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Where the engine listens. */
  readonly engineAddress: string | undefined;
}

/** A process that steps run in. */
export type ProviderProcess = ReturnType<typeof createProcess>;

/** Composes a process: everything with a side effect is made here, and made once. */
export function createProcess({ env, clock, engineAddress }: Outside) {
  const log = createEngineLog(engineAddress);
  const redactor = createRedactor();
  let shared: () => Shared = () => {
    throw new Error("The engine called a step before it configured the provider.");
  };

  function configure(config: Parameters<typeof readConfiguration>[0]): void {
    let made: Shared | undefined;
    shared = () => {
      made ??= compose(readConfiguration(config, env));
      return made;
    };
  }

  function compose(configuration: Configuration): Shared {
    const { apiKey, baseUrl, settlingMs } = configuration;
    redactor.addSecret(apiKey);
    const limits = createLimits(configuration);
    return {
      configuration,
      session: {
        client: createClient({ baseUrl, apiKey, clock, limits, redactor }),
        host: new URL(baseUrl).host,
        limits,
        clock,
        recovery: createRecovery(recoveryFolder(env), baseUrl),
        ownership: createOwnership(),
        settlingMs,
        isEngineThere: () => isEngineAt(engineAddress),
      },
    };
  }

  /** Notes the passphrases of inputs, so that no message can hold one. */
  function learnSecrets(inputs: Plain): (text: string) => string {
    const tunnels = inputs.tunnels;
    for (const tunnel of typeof tunnels === "object" && tunnels !== null ? Object.values(tunnels) : []) {
      const passphrase = typeof tunnel === "object" && tunnel !== null ? (tunnel as Plain).passphrase : undefined;
      if (typeof passphrase === "string") redactor.addSecret(passphrase);
    }
    return (text) => redactor.redact(text);
  }

  /** Runs one step of one resource under its deadline, and makes its failure one that may be shown. */
  async function step<T>(kind: Kind, inputs: Plain, run: (session: Session) => Promise<T>): Promise<T> {
    const redact = learnSecrets(inputs);
    // The URN in state may be an old one after a rename, and a message to it would make a ghost row.
    const urn = kind === "create" || kind === "update" ? inputs.__urn : undefined;
    try {
      const { configuration, session } = shared();
      return await run({
        ...session,
        deadlineMs: session.clock.now() + timeoutFor(kind, inputs.__timeouts, configuration),
        status: (message) => log.status(urn, redact(message)),
        warn: (message) => log.warn(urn, redact(message)),
      });
    } catch (error) {
      throw shownError(kind, inputs, error, redact);
    }
  }

  function shownError(kind: Kind, inputs: Plain, error: unknown, redact: (text: string) => string): Error {
    const name = typeof inputs.tunnelName === "string" ? ` "${inputs.tunnelName}"` : "";
    const hint = isFrom(error, CredentialsError) ? ` ${credentialsHint(shared().configuration)}` : "";
    const describe = (text: string) => redact(`Cannot ${kind} tunnel group${name}: ${text}${hint}`);
    if (!(error instanceof PartialFailure)) return fresh(describe(messageOf(error)));
    const reasons = error.reasons.map(describe);
    return Object.assign(fresh(reasons.join(" ")), {
      id: error.id,
      properties: { ...error.properties, __provider: inputs.__provider },
      reasons,
    });
  }

  return { configure, learnSecrets, log, step };
}

/** An error as the engine shows it: it prints stacks, and takes a `code` for a gRPC status. */
function fresh(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}
