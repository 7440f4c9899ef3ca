import {
  type JournalEntry,
  REMOTE,
  type Sandbox,
  type SandboxAccount,
  type StoredGroup,
  startSandbox,
} from "../../sandbox";
import { type EngineStack, openWorkshop } from "../workshop";
import { branchOffice, type Chapter } from "./program";

const OPERATION_MS = 3000;
/** The requests by which an operation is watched; of many alike, one tells as much. */
const LOOK = /^GET readStatus /;

/** What the demo plays on: a simulated service, and a stack on the real engine that talks to it. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly account: SandboxAccount;
  readonly stack: EngineStack;
  /** The branch's group as the service has it. */
  group(): StoredGroup | undefined;
  /** The program of another chapter is what is declared from now on. */
  turnTo(chapter: Chapter): void;
  /** The requests since the step began, logging in apart. */
  requests(): readonly JournalEntry[];
  /** A step begins; `hear` is told what the service does from now on. */
  begin(hear: (line: string) => void): void;
  close(): Promise<void>;
}

/** Opens a stage. */
export async function openStage(): Promise<Stage> {
  let hear: (line: string) => void = () => undefined;
  const log = (line: string) => {
    if (!LOOK.test(line)) hear(line);
  };
  const sandbox = await startSandbox({ operationMs: OPERATION_MS, latency: REMOTE, log });
  const [account] = sandbox.accounts;
  const workshop = await openWorkshop({
    HARMONY_SASE_API_KEY: account.apiKey,
    HARMONY_SASE_BASE_URL: sandbox.baseUrl,
  });
  const stack = await workshop.stack({ name: "demo", project: "branch-office", program: branchOffice(account) });
  let first = 0;
  return {
    sandbox,
    account,
    stack,
    group: () => sandbox.groups().find(({ tunnelName }) => tunnelName === "branch"),
    turnTo: (chapter) => stack.setProgram(branchOffice(account, chapter)),
    requests: () =>
      sandbox
        .journal()
        .slice(first)
        .filter(({ operation }) => operation !== "authorize"),
    begin: (listener) => {
      hear = listener;
      first = sandbox.journal().length;
    },
    close: async () => {
      await sandbox.close();
      await workshop.close();
    },
  };
}
