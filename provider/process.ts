import { hostname } from "node:os";
import { adviceFor } from "./advice";
import type { Claims } from "./converge/claims";
import { secondsOf } from "./converge/deeds";
import { isFrom, messageOf, PartialFailure } from "./converge/failure";
import type { Session } from "./converge/session";
import { createClaims, isProcessAlive } from "./engine/claims";
import {
  type Configuration,
  configurationFaults,
  credentialsHint,
  readConfiguration,
  timeoutFor,
} from "./engine/configuration";
import { findEngineProcess } from "./engine/engineProcess";
import { createJournals, type Journals } from "./engine/journal";
import { createNoteStore } from "./engine/noteStore";
import { createPace } from "./engine/pace";
import { isEngineAt } from "./engine/presence";
import { createEngineLog } from "./engine/progress";
import { createRequestFiles } from "./engine/requestFiles";
import { stateFolder, unwritableText } from "./engine/stateFolder";
import { quotableIn, secretTextsOf } from "./model/secrets";
import { type ProcessIdentity, type Run, runOf } from "./ownership/run";
import { createClient } from "./service/client";
import type { Clock } from "./service/clock";
import { CredentialsError } from "./service/errors";
import { shareHealth } from "./service/healthReads";
import { createLimits, WINDOW_MS } from "./service/pace/limits";
import type { OtherRequests } from "./service/pace/otherRequests";
import { createRedactor } from "./service/redact";
import { type SharingClient, shareReads } from "./service/sharing";
import { createElapsedAt } from "./service/storedTime";

/** Properties as the engine hands them over. */
export type Plain = Readonly<Record<string, unknown>>;

type Kind = "create" | "update" | "delete" | "read";

/** What all resources of a process that are configured alike share: one token, one set of limits. */
interface Shared {
  readonly configuration: Configuration;
  readonly journals: Journals;
  readonly client: SharingClient;
  readonly requests: OtherRequests;
  readonly session: Pick<
    Session,
    "client" | "elapsedAt" | "health" | "host" | "limits" | "settlingMs" | "durations" | "resultPaths"
  >;
}

/** What a process works with; tests pass their own. */
export interface Outside {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Where the engine listens; all processes of a run are told the same. */
  readonly engineAddress: string | undefined;
  /** Finds the process that runs the engine. @default among the ancestors of this process */
  readonly findEngine?: () => Promise<ProcessIdentity | undefined>;
  /** @default whether somebody listens at the engine's address */
  readonly isEngineThere?: () => Promise<boolean>;
  /** @default this process's own */
  readonly processId?: number;
  readonly isProcessAlive?: (processId: number) => boolean;
}

/** A process that steps run in. */
export type ProviderProcess = ReturnType<typeof createProcess>;

/** Composes a process: everything with a side effect is made here, and made once. */
export function createProcess(outside: Outside) {
  const { env, clock, engineAddress } = outside;
  const log = createEngineLog(engineAddress);
  const redactor = createRedactor();
  const folder = stateFolder(env);
  let isUnwritableTold = false;
  const onUnwritable = () => {
    if (!isUnwritableTold) void log.warn(undefined, unwritableText(String(folder)));
    isUnwritableTold = true;
  };
  const notes = createNoteStore(folder, onUnwritable);
  const claims: Claims = createClaims({
    folder,
    run: currentRun(outside),
    processId: outside.processId ?? process.pid,
    isProcessAlive: outside.isProcessAlive ?? isProcessAlive,
    now: Date.now,
    onUnwritable,
  });
  const isEngineThere = outside.isEngineThere ?? (() => isEngineAt(engineAddress));
  let shared: () => Shared = () => {
    throw new Error("The engine called a step before it configured the provider.");
  };

  let faults: () => readonly string[] = () => [];
  let areFaultsTold = false;
  const warned = new Set<string>();
  /** Under way in this process. */
  let steps = 0;

  function configure(config: Parameters<typeof readConfiguration>[0]): void {
    let made: Shared | undefined;
    faults = () => configurationFaults(config, env);
    shared = () => {
      made ??= compose(readConfiguration(config, env));
      return made;
    };
  }

  function compose(configuration: Configuration): Shared {
    const { apiKey, baseUrl, settlingMs } = configuration;
    redactor.addSecret(apiKey);
    const { host, origin } = new URL(baseUrl);
    const requests = createRequestFiles({
      folder,
      origin,
      windowMs: WINDOW_MS,
      now: clock.now,
      elapsed: clock.elapsed,
    });
    const limits = createLimits({ ...configuration, clock, others: requests });
    const client = shareReads(createClient({ baseUrl, apiKey, clock, limits, redactor }), clock);
    return {
      configuration,
      client,
      requests,
      journals: createJournals(notes, baseUrl, () => clock.now()),
      session: {
        client,
        elapsedAt: createElapsedAt(clock),
        health: shareHealth(client, clock),
        host,
        limits,
        settlingMs,
        durations: { create: [], update: [], delete: [] },
        resultPaths: { areOfUse: true },
      },
    };
  }

  /** What is wrong with the configuration: in full for the resource that is checked first, for the others that it is. */
  function faultsOfConfiguration(): readonly string[] {
    const found = faults();
    if (found.length === 0 || !areFaultsTold) {
      areFaultsTold = found.length > 0;
      return found;
    }
    return ["The configuration is wrong, as said of another resource."];
  }

  /**
   * Notes the secrets of inputs, so that no message can hold one.
   * @param former what state holds: where it does not say what is secret, what is so now was so before
   * @returns takes out of a text what is secret
   */
  function learnSecrets(inputs: Plain, former: Plain = {}): (text: string) => string {
    for (const each of [{ __secrets: inputs.__secrets, ...former }, inputs]) {
      for (const text of secretTextsOf(each)) redactor.addSecret(text);
    }
    return (text) => redactor.redact(text);
  }

  /**
   * Runs one step of one resource under its deadline, and makes its failure one that may be shown.
   * @param former what state holds beside the inputs: its URN and its passphrases may be others
   */
  async function step<T>(
    kind: Kind,
    inputs: Plain,
    run: (session: Session) => Promise<T>,
    former: Plain = {},
  ): Promise<T> {
    const redact = learnSecrets(inputs, former);
    const urn = typeof inputs.__urn === "string" ? inputs.__urn : undefined;
    let leave: () => void | Promise<void> = () => undefined;
    try {
      const { configuration, client, journals, session, requests } = shared();
      steps += 1;
      const leaveNetwork = client.join(String(inputs.networkId));
      leave = async () => {
        leaveNetwork();
        steps -= 1;
        if (steps === 0) await requests.flush();
      };
      const timeoutMs = timeoutFor(kind, inputs.__timeouts, configuration);
      const beganAtMs = clock.elapsed();
      const isDue = createPace(clock.elapsed);
      let hasShown = false;
      const result = await run({
        ...session,
        clock,
        claims,
        isEngineThere,
        urn,
        timeoutMs,
        journal: journals.of(urn, former.__urn),
        deadlineMs: beganAtMs + timeoutMs,
        deeds: [],
        status: (message, about = message) => {
          if (!isDue(about)) return;
          hasShown = true;
          void log.status(urn, redact(message));
        },
        ended: (message) => log.status(urn, redact(message)),
        info: (message) => log.info(urn, redact(message)),
        warn: (message) => log.warn(urn, redact(message)),
        warnOnce: async (message) => {
          if (warned.has(message)) return;
          warned.add(message);
          await log.warn(urn, redact(message));
        },
      });
      // Writes say themselves how they ended; a read is worth a word only where there was something to wait for.
      if (kind === "read" && hasShown) await log.status(urn, `read in ${secondsOf(clock.elapsed() - beganAtMs)} s`);
      return result;
    } catch (error) {
      throw shownError(kind, inputs, error, redact);
    } finally {
      await leave();
    }
  }

  function shownError(kind: Kind, inputs: Plain, error: unknown, redact: (text: string) => string): Error {
    const isQuotable = quotableIn(inputs);
    const named = (["tunnelName", "dynamicTunnelId"] as const).find(
      (each) => typeof inputs[each] === "string" && isQuotable([each], inputs[each]),
    );
    const name = named === undefined ? "" : ` ${named === "tunnelName" ? `"${inputs[named]}"` : inputs[named]}`;
    const hint = isFrom(error, CredentialsError) ? credentialsHint(shared().configuration) : adviceFor(error);
    const describe = (text: string) =>
      redact(`Cannot ${kind} tunnel group${name}: ${text}${hint === undefined ? "" : ` ${hint}`}`);
    if (!(error instanceof PartialFailure)) return new ShownError(describe(messageOf(error)));
    const reasons = error.reasons.map(describe);
    return Object.assign(new ShownError(reasons.join(" ")), {
      id: error.id,
      properties: { ...error.properties, __provider: inputs.__provider },
      reasons,
    });
  }

  /**
   * Runs what asks nothing of the service, and makes its failure one that may be shown.
   * @param former as for a step
   */
  async function quietly<T>(inputs: Plain, run: () => Promise<T>, former: Plain): Promise<T> {
    const redact = learnSecrets(inputs, former);
    try {
      return await run();
    } catch (error) {
      throw new ShownError(redact(messageOf(error)));
    }
  }

  return { configure, faultsOfConfiguration, learnSecrets, log, claims, env, step, quietly };
}

/** The run that this process belongs to; undefined where the engine gave no address. */
async function currentRun({ engineAddress, findEngine }: Outside): Promise<Run | undefined> {
  if (engineAddress === undefined) return undefined;
  const find = findEngine ?? (() => findEngineProcess(process.ppid));
  return runOf(engineAddress, hostname(), await find());
}

/**
 * An error as the engine shows it, on the resource's row; it takes a `code` for a gRPC status. What check, diff, read and
 * delete throw the SDK prints as well, with the stack, on the stack's row: there a pointer is enough.
 */
class ShownError extends Error {
  override readonly stack = "the resource's own row says why";

  override toString(): string {
    return "Failed";
  }
}
