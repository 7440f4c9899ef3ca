import { isDeepStrictEqual } from "node:util";
import type { Plain } from "../../provider/process";
import type { Sandbox, StoredGroup } from "../../sandbox";
import { type Program, type Row, rowOf, type Stepping } from "./engine";
import type { SentWrite } from "./gate";

/** A stack as far as the law looks at it. */
export interface Party {
  readonly stack: string;
  readonly rows: readonly Row[];
  /** What its last run was to bring about. */
  readonly program: Program;
}

/** Watches what really happens to groups and tunnels, and judges it by who made and who declares them. */
export interface Ledger {
  /** What was done that must not be done, with ids. */
  readonly violations: string[];
  /** Notes a write and whose step sent it. */
  sent(write: SentWrite, stepping: Stepping, run: number): void;
  /** Notes that somebody has put a tunnel into a group by hand: nobody else may remove it. */
  byHand(groupId: string, tunnelId: string | undefined): void;
  /** Takes out what was put in by hand. */
  takeBackStrangers(): void;
  /** Looks at the service: what has happened since is judged. */
  observe(): void;
  /** Judges that a row is to be replaced: only what is declared, or what state says, may be a reason. */
  judgeReplacement(row: Row, inputs: Plain): void;
  /** Looks at the states: no group has two rows. */
  judgeRows(): void;
  /** Who made a group. */
  makerOf(groupId: string): string | undefined;
  /** The groups that a resource made and that are there. */
  madeBy(lineage: string): readonly StoredGroup[];
}

interface Sent {
  readonly write: SentWrite;
  readonly stepping: Stepping;
  readonly run: number;
}

type Tunnel = StoredGroup["tunnels"][number];
type Body = { readonly [name in "tunnels" | "addTunnels" | "updateTunnels" | "removeTunnels"]?: readonly Plain[] };

/** Opens the books on a sandbox. */
export function openLedger(sandbox: Sandbox, parties: () => readonly Party[]): Ledger {
  const violations: string[] = [];
  const sentBy = new Map<string, Sent>();
  const judged = new Set<string>();
  const makers = new Map<string, string>();
  const runs = new Map<string, number>();
  const names = new Map<string, string>();
  /** By the tunnel's id, the group. */
  const strangers = new Map<string, string>();
  let before = new Map(sandbox.groups().map((group) => [group.id, group]));

  const complain = (text: string) => {
    if (!violations.includes(text)) violations.push(text);
  };
  const rowsOf = () => parties().flatMap(({ rows }) => rows);
  /** The rows that the program of their stack goes on with. */
  const declaredRows = () =>
    parties().flatMap(({ rows, program }) => program.flatMap((declaration) => rowOf(rows, declaration) ?? []));

  /** The rows and resources that a tunnel, or a whole group, belongs to, the one apart whose step it was. */
  function holders(group: StoredGroup, tunnels: readonly Tunnel[], { row, lineage }: Stepping, isWhole: boolean) {
    const others = declaredRows().filter((each) => (row ? each !== row : each.lineage !== lineage));
    const ids = new Set(tunnels.map(({ id }) => id));
    const holding = others.filter(
      (each) => (isWhole && isCreated(each) && each.id === group.id) || tunnelIdsOf(each).some((id) => ids.has(id)),
    );
    const making = tunnels.flatMap((tunnel) => {
      const maker = makers.get(tunnel.id);
      return maker !== undefined && maker !== lineage && declares(maker, group.id, tunnel) ? [maker] : [];
    });
    return [...new Set([...holding.map((each) => nameOf(each)), ...making])];
  }

  /** Whether the program of a resource's stack still says so. */
  function declares(lineage: string, groupId: string, tunnel: Tunnel): boolean {
    return parties().some(({ stack, rows, program }) =>
      program.some((declaration) => {
        const row = rowOf(rows, declaration);
        if ((row?.lineage ?? `${stack}/${declaration.name}`) !== lineage || (row && row.id !== groupId)) return false;
        const { args } = declaration;
        const idOf = (name: string) => rows.find((each) => each.name === name)?.id ?? "";
        const { tunnels = {} } = (typeof args === "function" ? args(idOf) : args) as {
          tunnels?: Record<string, Plain>;
        };
        return Object.values(tunnels).some((each) => isSame(each, tunnel));
      }),
    );
  }

  function judgeEnd(statusId: string, groupId: string, now: ReadonlyMap<string, StoredGroup>): void {
    const sent = sentBy.get(statusId);
    if (sent === undefined) return;
    const { write, stepping, run } = sent;
    const [was, is] = [before.get(groupId), now.get(groupId)];
    const who = `${stepping.kind} of ${stepping.lineage}`;
    if (write.operation === "createGroup" && is) judgeMade(is, sent);
    if (was === undefined) return;
    const there = new Set(is?.tunnels.map(({ id }) => id));
    const { removeTunnels = [], updateTunnels = [] } = write.body as Body;
    const gone = was.tunnels.filter(({ id }) => !there.has(id));
    const removed = is ? gone.filter(({ id }) => removeTunnels.some((each) => each.id === id)) : was.tunnels;
    if (write.operation === "deleteGroup" && is === undefined) {
      const held = holders(was, removed, stepping, true);
      if (held.length > 0)
        complain(`${who} deleted group ${groupId}, which ${held.join(" and ")} declares (run ${run})`);
      return;
    }
    for (const { id } of removed) {
      if (strangers.has(id))
        complain(`${who} removed tunnel ${id} of group ${groupId}, which somebody has put there (run ${run})`);
    }
    for (const tunnel of removed) {
      const held = holders(was, [tunnel], stepping, false);
      if (held.length > 0) {
        complain(
          `${who} removed tunnel ${tunnel.id} of group ${groupId}, which ${held.join(" and ")} declares (run ${run})`,
        );
      }
    }
    for (const { id } of updateTunnels) {
      const [old, fresh] = [was, is].map((group) => group?.tunnels.find((each) => each.id === id));
      if (old === undefined || fresh === undefined || isDeepStrictEqual(old, fresh)) continue;
      if (stepping.row !== undefined && tunnelIdsOf(stepping.row).includes(old.id)) continue;
      const held = holders(was, [old], stepping, false);
      if (held.length > 0)
        complain(`${who} changed tunnel ${id} of group ${groupId}, which ${held.join(" and ")} declares (run ${run})`);
    }
    if (is && !isDeepStrictEqual(settingsOf(was), settingsOf(is))) {
      const owner = declaredRows().find((row) => isCreated(row) && row.id === groupId);
      if (owner && owner.lineage !== stepping.lineage) {
        complain(`${who} changed the settings of group ${groupId}, which ${nameOf(owner)} created (run ${run})`);
      }
    }
  }

  function judgeMade(made: StoredGroup, { stepping: { lineage }, run }: Sent): void {
    const twin = [...before.values()].find(
      ({ id, networkId, tunnelName }) =>
        id !== made.id && networkId === made.networkId && tunnelName === made.tunnelName,
    );
    makers.set(made.id, lineage);
    runs.set(made.id, run);
    if (twin) {
      complain(
        `create of ${lineage} made group ${made.id} named ${made.tunnelName}, though ${twin.id} was there, made by ${makers.get(twin.id) ?? "somebody"} (run ${run})`,
      );
    }
  }

  function attribute(now: ReadonlyMap<string, StoredGroup>): void {
    for (const group of now.values()) {
      for (const tunnel of group.tunnels) {
        if (makers.has(tunnel.id) || names.has(tunnel.id)) continue;
        const sender = [...sentBy.values()].toReversed().find(({ write }) => {
          const { tunnels = [], addTunnels = [] } = write.body as Body;
          const isHere = write.operation === "createGroup" ? runs.has(group.id) : write.path.endsWith(`/${group.id}`);
          return isHere && [...tunnels, ...addTunnels].some((each) => isSame(each, tunnel));
        });
        if (sender) makers.set(tunnel.id, sender.stepping.lineage);
        else names.set(tunnel.id, "somebody");
      }
    }
  }

  return {
    violations,
    byHand: (groupId, tunnelId) => void (tunnelId !== undefined && strangers.set(tunnelId, groupId)),
    takeBackStrangers: () => {
      for (const [tunnelId, groupId] of strangers) {
        const isThere = sandbox.group(groupId)?.tunnels.some(({ id }) => id === tunnelId);
        if (isThere) sandbox.edit({ kind: "removeTunnel", groupId, tunnelId });
      }
      strangers.clear();
    },
    sent: (write, stepping, run) => {
      if (write.statusId !== undefined) sentBy.set(write.statusId, { write, stepping, run });
    },
    observe: () => {
      const now = new Map(sandbox.groups().map((group) => [group.id, group]));
      for (const { id, groupId, completed } of sandbox.operations()) {
        if (!completed || judged.has(id)) continue;
        judged.add(id);
        judgeEnd(id, groupId, now);
      }
      attribute(now);
      before = now;
    },
    judgeReplacement: (row, inputs) => {
      const isMoved = ["networkId", "dynamicTunnelId"].some((name) => row.inputs[name] !== inputs[name]);
      const isMissing = row.id.startsWith("pending-") || row.outputs.__gone === true;
      if (!isMoved && !isMissing)
        complain(`group ${row.id} is to be replaced, though ${nameOf(row)} is declared as it was`);
    },
    judgeRows: () => {
      const created = rowsOf().filter((row) => isCreated(row) && !row.id.startsWith("pending-"));
      for (const [at, row] of created.entries()) {
        const other = created.slice(0, at).find(({ id }) => id === row.id);
        if (other) complain(`two rows own group ${row.id}: ${nameOf(other)} and ${nameOf(row)}`);
      }
    },
    makerOf: (groupId) => makers.get(groupId),
    madeBy: (lineage) => sandbox.groups().filter(({ id }) => makers.get(id) === lineage),
  };
}

function nameOf({ lineage, name, isPendingDelete }: Row): string {
  return `${lineage}${lineage.endsWith(`/${name}`) ? "" : ` (now ${name})`}${isPendingDelete ? " (to be deleted)" : ""}`;
}

/** Whether a row's group is its own. */
export function isCreated({ inputs }: Row): boolean {
  return inputs.dynamicTunnelId === undefined;
}

/** The ids of a row's tunnels. */
export function tunnelIdsOf({ outputs }: Row): readonly string[] {
  return Object.values((outputs.tunnelIds ?? {}) as Record<string, string>);
}

function isSame(declared: Plain, tunnel: Tunnel): boolean {
  return declared.regionID === tunnel.regionID && declared.remotePublicIP === tunnel.remotePublicIP;
}

/** What a group is apart from its tunnels, and from how many it has had. */
export function settingsOf({ tunnels: _, lastNumber: __, ...settings }: StoredGroup): object {
  return settings;
}
