import type { Outcome as Ending, Fault, OperationName } from "../../sandbox";
import type { Program, Row } from "../law/engine";
import type { Outcome, Stack, World } from "../law/world";

/** The program of a case as it is declared, and a change of it. */
export interface Programs {
  readonly first: Program;
  /** With a description. */
  readonly between: Program;
  /** With more tunnels. */
  readonly second: Program;
  /** The first in another network. */
  readonly moved: Program;
}

/** A state in which a failed command can leave a stack. */
export interface Stuck {
  readonly name: string;
  /** What the failure says. */
  readonly says: RegExp;
  /** What is in state then, as {@link standing} says it. */
  readonly leaves: RegExp;
  /** Leads there; the last command has to fail. */
  lead(world: World, stack: Stack, programs: Programs): Promise<Outcome>;
  /** How many POSTs may be accepted in all, the first included. @default 1 */
  readonly posts?: number;
  /** Whether the plain `up` first finds that the group is gone and fails with that; the next one then makes it anew. */
  readonly isFoundGone?: boolean;
  /** Whether state cannot say what a destroy has done: on a machine without notes it takes `up --refresh`. */
  readonly isHalfRemoved?: boolean;
  /** What is done before the way out is tried. @default troubles end, and an hour goes by */
  after?(world: World): Promise<void>;
  /** The program that is gone on with. @default the first of a failed creation, else the second */
  readonly goesOnWith?: keyof Programs;
}

const MINUTE_MS = 60_000;
/** Beyond the time that a step has here. */
export const LATE_MS = 8 * MINUTE_MS;

/** Less patience than by default, so that a test makes fewer requests. */
export const RUN = { env: { HARMONY_SASE_SETTLING_TIME: "1m", HARMONY_SASE_TIMEOUT: "5m" } };

/** What a row holds, in a line: its id, and what is marked in its outputs. */
export function standing(rows: readonly Row[]): string {
  return rows
    .map(({ id, outputs, isPendingDelete }) => {
      const {
        __origin,
        __gone,
        __pending = [],
        tunnelIds = {},
      } = outputs as {
        readonly __origin?: string;
        readonly __gone?: true;
        readonly __pending?: readonly { readonly kind: string; readonly statusId?: string }[];
        readonly tunnelIds?: object;
      };
      const pending = __pending.map(({ kind, statusId }) => `${kind}${statusId === undefined ? "?" : ""}`);
      return [
        isPendingDelete ? "leaving" : "",
        id.replace(/^(pending-)?.*$/, (_all, placeholder: string | undefined) => placeholder ?? "id"),
        __origin,
        `${Object.keys(tunnelIds).length} tunnels`,
        ...(pending.length > 0 ? [`pending ${pending.join("+")}`] : []),
        ...(__gone ? ["gone"] : []),
      ]
        .filter((word) => word !== "")
        .join(", ");
    })
    .join("; ");
}

export const answer = (status: number, message = "trouble") => ({ kind: "answer", status, body: { message } }) as const;
export const inject = (world: World, operation: OperationName, fault: Omit<Fault, "operation">) =>
  world.sandbox.inject({ operation, ...fault });
/** What reading shows while a group is hidden. */
export const HIDDEN: readonly Fault[] = [
  {
    operation: "listTunnels",
    times: "always",
    action: { kind: "answer", status: 200, body: { data: [], page: 1, totalPage: 1, itemsTotal: 0 } },
  },
  { operation: "readGroup", times: "always", action: answer(404, "not found") },
];

/** A program whose resources ask for more. */
export function asking(program: Program, changes: object): Program {
  return program.map((each) => ({ ...each, args: { ...each.args, ...changes } }));
}

export function creating(
  name: string,
  how: Partial<Stuck> & Pick<Stuck, "says" | "leaves">,
  trouble: (world: World) => void,
) {
  const stuck: Stuck = {
    name: `a create that ${name}`,
    goesOnWith: "first",
    lead: (world, stack, { first }) => {
      trouble(world);
      return stack.up(first, RUN);
    },
    ...how,
  };
  return stuck;
}

export function changing(
  name: string,
  how: Partial<Stuck> & Pick<Stuck, "says" | "leaves">,
  trouble: (world: World) => void,
) {
  const stuck: Stuck = {
    name: `an update that ${name}`,
    lead: async (world, stack, { first, second }) => {
      await stack.up(first, RUN);
      trouble(world);
      return stack.up(second, RUN);
    },
    ...how,
  };
  return stuck;
}

export function removing(
  name: string,
  how: Partial<Stuck> & Pick<Stuck, "says" | "leaves">,
  trouble: (world: World) => void,
) {
  const stuck: Stuck = {
    name: `a destroy that ${name}`,
    goesOnWith: "first",
    lead: async (world, stack, { first }) => {
      await stack.up(first, RUN);
      trouble(world);
      return stack.destroy(RUN);
    },
    ...how,
  };
  return stuck;
}

export const ends = (operation: Ending["operation"], ending: Omit<Ending, "operation">) => (world: World) =>
  void world.sandbox.plan({ operation, ...ending });
