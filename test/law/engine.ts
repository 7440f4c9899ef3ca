import type { Plain } from "../../provider/process";
import type { Steps } from "../../provider/steps";
import { type Phase, plain } from "./machine";

/** A resource in a stack's state. */
export interface Row {
  /** The stack and the name that it was first declared under: the same through renames with an alias and replacements. */
  readonly lineage: string;
  name: string;
  id: string;
  inputs: Plain;
  outputs: Plain;
  provider: string;
  /** Replaced, and still to be deleted. */
  isPendingDelete: boolean;
  /** Deleted before its successor was made. */
  isPendingReplacement: boolean;
  /** Its last create or update failed on the way. */
  isUnfinished: boolean;
}

/** What a program says of one resource. */
export interface Declaration {
  readonly name: string;
  /** Undefined when what it depends on is not there. A text in place of an id may be {@link UNKNOWN}. */
  readonly args: Plain | ((idOf: (name: string) => string) => Plain);
  /** Former names. */
  readonly aliases?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** The explicit provider's name. @default the default one */
  readonly provider?: string;
  readonly timeouts?: Plain;
}

/** Resources in the order of their registration. */
export type Program = readonly Declaration[];

/** How an `up` is called. */
export interface UpOptions {
  readonly isRefreshing?: boolean;
  readonly targets?: readonly string[];
  readonly replace?: readonly string[];
}

/** The step that is under way; the row is the one that it changes or deletes. */
export interface Stepping {
  readonly kind: "create" | "update" | "delete" | "read";
  readonly lineage: string;
  readonly row: Row | undefined;
}

/** A stack's state, and what happens to it. */
export interface Deployment {
  readonly stack: string;
  readonly rows: Row[];
  /** What has been done, one line each. */
  readonly log: string[];
  /** Called as each step begins. */
  onStep(step: Stepping): void;
  /** Called when diff says that a row has to be replaced to become as declared. */
  onReplacement(row: Row, inputs: Plain): void;
}

/** What the engine hands over for a value that it cannot know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a step said when it failed. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
}

type Decision =
  | { readonly kind: "create" | "same" | "update" | "replace"; readonly inputs: Plain }
  | { readonly kind: "deleteFirst"; readonly inputs: Plain };

/** The inputs that the class of the resource makes of a declaration. */
function propertiesOf(stack: string, { name, args, timeouts }: Declaration, idOf: (name: string) => string): Plain {
  return plain({
    ...(typeof args === "function" ? args(idOf) : args),
    __urn: `urn:pulumi:${stack}::e2e::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::${name}`,
    ...(timeouts === undefined ? {} : { __timeouts: timeouts }),
    __provider: "text",
  });
}

/** The row that a declaration goes on with. */
export function rowOf(rows: readonly Row[], { name, aliases = [] }: Declaration): Row | undefined {
  const live = rows.filter(({ isPendingDelete }) => !isPendingDelete);
  return live.find((row) => row.name === name) ?? live.find((row) => aliases.includes(row.name));
}

/**
 * Checks and diffs the whole program, as a preview does and then the `up` for each resource. Nothing is stored.
 * @throws StepFailure where check complains or diff throws
 */
export async function preview(deployment: Deployment, phase: Phase, program: Program, options: UpOptions) {
  const ids = new Map<string, string>();
  for (const declaration of program) {
    if (!isTargeted(declaration, options)) continue;
    const row = rowOf(deployment.rows, declaration);
    const idOf = (name: string) => ids.get(name) ?? idIn(deployment.rows, name);
    const { kind } = await decide(deployment, phase, declaration, row, idOf, options);
    const isNew = row === undefined || (kind !== "same" && kind !== "update");
    ids.set(declaration.name, isNew ? UNKNOWN : row.id);
  }
}

/**
 * Carries a program out: each resource in its turn, then what is no longer declared or was replaced is deleted, if nothing
 * has failed.
 * @throws StepFailure at the first step that fails
 */
export async function up(deployment: Deployment, phase: Phase, program: Program, options: UpOptions): Promise<void> {
  if (options.isRefreshing) await refresh(deployment, phase);
  const staying = new Set<Row>();
  for (const declaration of program) {
    const row = rowOf(deployment.rows, declaration);
    if (!isTargeted(declaration, options)) {
      if (row) staying.add(row);
      continue;
    }
    const idOf = (name: string) => idIn(deployment.rows, name);
    const decision = await decide(deployment, phase, declaration, row, idOf, options);
    staying.add(await carryOut(deployment, phase, declaration, row, decision));
  }
  const leaving = deployment.rows.filter((row) => row.isPendingDelete || !staying.has(row));
  for (const row of leaving.toReversed()) {
    if (options.targets === undefined || options.targets.includes(row.name)) await deleteRow(deployment, phase, row);
  }
}

function isTargeted({ name }: Declaration, { targets }: UpOptions): boolean {
  return targets === undefined || targets.includes(name);
}

function idIn(rows: readonly Row[], name: string): string {
  const row = rows.find((each) => each.name === name && !each.isPendingDelete);
  if (row === undefined) throw new StepFailure(`There is no resource ${name}.`);
  return row.id;
}

async function decide(
  { stack, onReplacement }: Deployment,
  phase: Phase,
  declaration: Declaration,
  row: Row | undefined,
  idOf: (name: string) => string,
  { replace = [] }: UpOptions,
): Promise<Decision> {
  const steps = phase.process(declaration.provider ?? "");
  const news = propertiesOf(stack, declaration, idOf);
  const checked = (olds: Plain) => check(declaration, phase, steps, olds, news);
  if (row === undefined || row.isPendingReplacement) return { kind: "create", inputs: await checked({}) };
  const inputs = await checked(row.inputs);
  const isForced = replace.includes(declaration.name);
  const diff = isForced ? { replaces: ["forced"] } : await orDeath(phase, steps.diff(row.id, row.outputs, inputs));
  if ((diff.replaces ?? []).length > 0) {
    if (!isForced) onReplacement(row, inputs);
    const isDeletedFirst =
      declaration.deleteBeforeReplace ?? ("deleteBeforeReplace" in diff && diff.deleteBeforeReplace);
    return { kind: isDeletedFirst ? "deleteFirst" : "replace", inputs: await checked({}) };
  }
  const isChanged = "changes" in diff && diff.changes;
  return { kind: isChanged || row.isUnfinished ? "update" : "same", inputs };
}

async function check(declaration: Declaration, phase: Phase, steps: Steps, olds: Plain, news: Plain): Promise<Plain> {
  const { inputs, failures = [] } = await orDeath(phase, steps.check(olds, news));
  if (failures.length > 0)
    throw new StepFailure(`${declaration.name}: ${failures.map(({ reason }) => reason).join("; ")}`);
  return plain(inputs);
}

async function carryOut(
  deployment: Deployment,
  phase: Phase,
  declaration: Declaration,
  row: Row | undefined,
  { kind, inputs }: Decision,
): Promise<Row> {
  const { name, provider = "" } = declaration;
  if (kind === "same" && row) {
    Object.assign(row, { name, inputs, provider });
    deployment.log.push(`same ${name}`);
    return row;
  }
  if (kind === "update" && row) {
    Object.assign(row, { name, provider });
    await updateRow(deployment, phase, row, inputs);
    return row;
  }
  if (kind === "deleteFirst" && row) {
    await callDelete(deployment, phase, row);
    row.isPendingReplacement = true;
  }
  return createRow(deployment, phase, declaration, row, inputs);
}

async function createRow(
  deployment: Deployment,
  phase: Phase,
  { name, provider = "" }: Declaration,
  old: Row | undefined,
  inputs: Plain,
): Promise<Row> {
  const lineage = old?.lineage ?? `${deployment.stack}/${name}`;
  const store = (id: string, outputs: Plain, isUnfinished: boolean): Row => {
    const made = { lineage, name, id, inputs, outputs, provider, isPendingDelete: false, isPendingReplacement: false };
    const row: Row = { ...made, isUnfinished };
    if (old?.isPendingReplacement) deployment.rows.splice(deployment.rows.indexOf(old), 1);
    else if (old) old.isPendingDelete = true;
    deployment.rows.push(row);
    return row;
  };
  try {
    const { id, outs } = await step(deployment, phase, { kind: "create", lineage, row: undefined }, name, () =>
      phase.process(provider).create(inputs),
    );
    return store(id, plain(outs), false);
  } catch (error) {
    const { id, properties } = partOf(error);
    if (id !== undefined) store(id, plain(properties), true);
    throw error;
  }
}

/** After a failed update the engine keeps the outputs that it was given, and the old inputs. */
async function updateRow(deployment: Deployment, phase: Phase, row: Row, inputs: Plain): Promise<void> {
  try {
    const { outs } = await step(deployment, phase, { kind: "update", lineage: row.lineage, row }, row.name, () =>
      phase.process(row.provider).update(row.id, row.outputs, inputs),
    );
    Object.assign(row, { inputs, outputs: plain(outs), isUnfinished: false });
  } catch (error) {
    const { properties } = partOf(error);
    if (properties !== undefined) Object.assign(row, { outputs: plain(properties), isUnfinished: true });
    throw error;
  }
}

/**
 * Reads every row, and keeps what is found. What was found is diffed against the inputs in state, for the display only.
 * @throws StepFailure at the first that cannot be read
 */
export async function refresh(deployment: Deployment, phase: Phase): Promise<void> {
  for (const row of [...deployment.rows]) {
    if (row.isPendingReplacement) continue;
    const steps = phase.process(row.provider);
    const found = (await step(deployment, phase, { kind: "read", lineage: row.lineage, row }, row.name, () =>
      steps.read(row.id, row.outputs),
    )) as { id?: string; props?: unknown; inputs?: unknown };
    if (found.id === undefined) {
      deployment.rows.splice(deployment.rows.indexOf(row), 1);
      continue;
    }
    const [inputs, outputs] = [plain(found.inputs), plain(found.props)];
    await orDeath(phase, steps.diff(found.id, outputs, row.inputs));
    Object.assign(row, { id: found.id, inputs, outputs, isUnfinished: false });
  }
}

/** Deletes every row, the last first; nothing is diffed. @throws StepFailure at the first that cannot be deleted */
export async function destroy(deployment: Deployment, phase: Phase, { isRefreshing }: UpOptions = {}): Promise<void> {
  if (isRefreshing) await refresh(deployment, phase);
  for (const row of deployment.rows.toReversed()) await deleteRow(deployment, phase, row);
}

async function deleteRow(deployment: Deployment, phase: Phase, row: Row): Promise<void> {
  if (!row.isPendingReplacement) await callDelete(deployment, phase, row);
  deployment.rows.splice(deployment.rows.indexOf(row), 1);
}

async function callDelete(deployment: Deployment, phase: Phase, row: Row): Promise<void> {
  await step(deployment, phase, { kind: "delete", lineage: row.lineage, row }, row.name, () =>
    phase.process(row.provider).delete(row.id, row.outputs),
  );
}

async function step<T>(
  { log, onStep }: Deployment,
  phase: Phase,
  stepping: Stepping,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  onStep(stepping);
  try {
    const result = await orDeath(phase, run());
    log.push(`${stepping.kind} ${name}`);
    return result;
  } catch (error) {
    log.push(`${stepping.kind} ${name} fails`);
    const { message } = error as Error;
    throw Object.assign(new StepFailure(`${name}: ${message}`), partOf(error));
  }
}

/** What a killed run would have said is never heard. */
function orDeath<T>(phase: Phase, work: Promise<T>): Promise<T> {
  return Promise.race([work, phase.death]);
}

function partOf(error: unknown): { readonly id?: string; readonly properties?: Plain } {
  const { id, properties } = error as { id?: string; properties?: Plain };
  return { ...(id === undefined ? {} : { id }), ...(properties === undefined ? {} : { properties }) };
}
