import { AS_TERRAFORM_USERS_SAW, type Normalisation } from "../../sandbox";
import { castOf, type Player, programOf, type Role } from "./cast";
import type { Program } from "./engine";
import { isCreated, tunnelIdsOf } from "./ledger";
import type { Act, Mishap, Plot } from "./plot";
import { settle, tearDown } from "./settle";
import { type Outcome, type RunOptions, type Stack, startWorld, type World } from "./world";

const LONG_MS = 10 * 60_000;
/** Longer than a create waits. */
const SLOW_MS = 35 * 60_000;

/** What a service may make of values. Names stay: by those, letter for letter, lost creations are found. */
const OTHER_FORMS: readonly Normalisation[] = [...AS_TERRAFORM_USERS_SAW, "dottedMasks", "numbersAsText", "textForOne"];

/** Plays a program to its end, lets the dust settle and destroys everything; gives what was violated. */
export async function play(plot: Plot): Promise<readonly string[]> {
  const { seed, isMasked, isNormalising, pageSize, skewsMs } = plot;
  const sandbox = isNormalising ? { normalise: OTHER_FORMS } : {};
  const world = await startWorld({ seed, isMasked, pageSize, skewsMs, sandbox });
  const said: string[] = [];
  try {
    const players = castOf(world, plot);
    const [first] = players;
    if (first && plot.birth) befall(world, first.stack, plot.birth);
    if (first?.stack.stack === "hub") await first.stack.up(programOf(world, first));
    for (const acts of plot.rounds) await playRound(world, plot, players, acts);
    world.clearTroubles();
    await world.wait(LONG_MS);
    if (plot.isSettled) for (const player of players) said.push(...(await settle(world, player)));
    else for (const player of players.toReversed()) await player.stack.destroy();
    world.ledger.takeBackStrangers();
    // What only a killed run knows of is found by the next up of the same program.
    if (plot.isSettled || !players.some(({ wasKilled }) => wasKilled)) {
      const used = usedGroups(players);
      for (const player of players.toReversed()) said.push(...(await tearDown(player)));
      said.push(...takenOut(world, players, used));
      await world.wait(LONG_MS);
      if (said.length + world.ledger.violations.length === 0) said.push(...world.leftovers());
    }
    return [...world.ledger.violations, ...said];
  } finally {
    await world.close();
  }
}

/** The groups that rows use as existing ones and none owns. */
function usedGroups(players: readonly Player[]): readonly string[] {
  const rows = players.flatMap(({ stack }) => stack.rows);
  const used = players.flatMap(({ all }) => [...all.values()].flatMap(({ usedId }) => usedId ?? []));
  const isUsed = (id: string) => rows.some((row) => row.id === id && !isCreated(row));
  const isOwned = (id: string) => rows.some((row) => row.id === id && isCreated(row));
  return [...new Set(used)].filter((id) => isUsed(id) && !isOwned(id));
}

/** What was used as an existing group is left by whoever goes; in the end a person takes it out. */
function takenOut({ sandbox }: World, players: readonly Player[], used: readonly string[]): readonly string[] {
  const gone = used.filter((id) => sandbox.group(id) === undefined);
  const begun = new Set(players.flatMap(({ all }) => [...all.values()].flatMap(({ usedId }) => usedId ?? [])));
  for (const id of begun) if (sandbox.group(id)) sandbox.edit({ kind: "removeGroup", groupId: id });
  return gone.map((id) => `group ${id} is deleted, which was used as an existing one`);
}

async function playRound(world: World, plot: Plot, players: readonly Player[], acts: readonly Act[]): Promise<void> {
  const playing = acts.map((act) => ({ act, player: players[act.stack % players.length] as Player }));
  const distinct = playing.filter(({ player }, at) => playing.findIndex((other) => other.player === player) === at);
  const machines = new Set(distinct.map(({ player }) => player.stack.machine));
  // Machines that share nothing can't know of each other's writes under way.
  const isTogether = machines.size === 1;
  const starts = distinct.map(
    ({ act, player }) =>
      () =>
        perform(world, plot, player, act),
  );
  if (isTogether) await world.together(...starts);
  else for (const start of starts) await start().then(() => world.wait(LONG_MS));
  if (plot.isApart) await world.wait(LONG_MS);
}

const IDLE: Outcome = { failure: undefined, isKilled: false, warnings: [], log: [], writes: [] };

/** Runs one act. */
async function perform(world: World, plot: Plot, player: Player, act: Act): Promise<Outcome> {
  const { stack } = player;
  if (act.deed === "adopt in another group" && plot.cast === "three in one program") return IDLE;
  const isExempt = plot.cast === "two of the same" && plot.isApart;
  const [kill, mishap] = isExempt ? [null, null] : [act.kill, act.mishap];
  if (act.deed === "go on elsewhere") {
    // What a killed run has not told state is known on its machine alone.
    if (player.wasKilled || kill !== null) return IDLE;
    await world.wait(LONG_MS);
    stack.machine = `${stack.machine}-2`;
  }
  // A person sees it in the portal once it is there.
  if (act.deed === "use what was begun") await world.wait(LONG_MS);
  const options: RunOptions = { afterMs: act.afterMs, ...(kill ? { kill } : {}), ...change(world, player, act) };
  const program = programOf(world, player);
  if (program === undefined) return IDLE;
  if (mishap) befall(world, stack, mishap);
  const broken = { name: "broken", args: world.creating("broken", [7], { networkId: "NwNotThere" }) };
  const outcome = await runOf(stack, act, act.deed === "fail besides" ? [...program, broken] : program, options);
  if (mishap?.kind === "rob") rob(world, stack, act.resource);
  player.wasKilled ||= outcome.isKilled;
  return outcome;
}

function befall(world: World, { stack }: Stack, mishap: Mishap): void {
  if (mishap.kind === "slow") world.sandbox.plan({ operation: "createGroup", durationMs: SLOW_MS });
  else if (mishap.kind === "fail") world.sandbox.plan({ operation: mishap.operation, statusCode: 500, applied: false });
  else if (mishap.kind === "rob") world.strike({ operation: "updateGroup", kind: "refuse", stack });
  else world.strike({ ...mishap, stack });
}

/** Somebody removes a tunnel by hand, and has another one to the same region from then on. */
function rob({ sandbox, ledger }: World, { rows }: Stack, at: number): void {
  const row = rows[at % Math.max(1, rows.length)];
  const [tunnelId] = row ? tunnelIdsOf(row) : [];
  const group = sandbox.groups().find(({ id }) => id === row?.id);
  const tunnel = group?.tunnels.find(({ id }) => id === tunnelId);
  if (group === undefined || tunnel === undefined) return;
  const { regionID } = tunnel;
  const stranger = { regionID, remotePublicIP: `198.51.100.${group.lastNumber}`, passphrase: "Somebody.else" };
  // A group without tunnels is in no list of the service.
  ledger.byHand(group.id, sandbox.edit({ kind: "addTunnel", groupId: group.id, tunnel: stranger }).tunnelId);
  sandbox.edit({ kind: "removeTunnel", groupId: group.id, tunnelId: tunnel.id });
}

function runOf(stack: Stack, { deed }: Act, program: Program, options: RunOptions): Promise<Outcome> {
  if (deed === "refresh") return stack.refresh(options);
  if (deed.startsWith("destroy")) return stack.destroy(options);
  return stack.up(program, options);
}

/** Changes what a stack declares, as its deed has it; gives what the run is called with. */
function change(world: World, player: Player, { deed, resource }: Act): RunOptions {
  if (deed.endsWith("--refresh")) return { isRefreshing: true };
  const at = resource % Math.max(1, player.roles.length);
  const chosen = player.roles[at];
  if (chosen === undefined) return {};
  const next = deed === "use what was begun" ? usingBegun(world, player, chosen) : changed(player, chosen, deed);
  if (next !== undefined) {
    player.former = player.roles;
    player.roles = next;
    for (const each of next) player.all.set(each.name, each);
  }
  return deed.startsWith("replace") ? { replace: [chosen.name] } : {};
}

/** A person sees the group of a creation whose end was not seen, and declares it as an existing one. */
function usingBegun({ ledger }: World, { stack, roles }: Player, chosen: Role): Role[] | undefined {
  ledger.observe();
  const row = stack.rows.find((each) => each.name === chosen.name && !each.isPendingDelete);
  const isBegun = row === undefined || row.id.startsWith("pending-");
  const made = ledger.madeBy(row?.lineage ?? `${stack.stack}/${chosen.name}`);
  const [group] = made.filter(({ tunnelName }) => tunnelName === chosen.tunnelName);
  if (!isBegun || group === undefined || chosen.adopts) return undefined;
  return roles.map((each) => (each === chosen ? { ...chosen, usedId: group.id } : each));
}

function changed({ roles, former }: Player, chosen: Role, deed: Act["deed"]): Role[] | undefined {
  const instead = (fresh: Partial<Role>) => roles.map((each) => (each === chosen ? { ...chosen, ...fresh } : each));
  const { tunnels, version, rebuilds, name } = chosen;
  switch (deed) {
    case "change":
      return instead({ version: version + 1 });
    case "readdress":
      return instead({ isReaddressed: !chosen.isReaddressed });
    case "rebuild":
      return instead({ rebuilds: (rebuilds % 3) + 1 });
    case "add a tunnel":
      return tunnels.length < 3
        ? instead({ tunnels: [...tunnels, (tunnels[0] ?? 0) + 10 * tunnels.length] })
        : undefined;
    case "drop a tunnel":
      return tunnels.length > 1 ? instead({ tunnels: tunnels.slice(0, -1) }) : undefined;
    case "rename":
      return instead({ name: `${name}x`, aliases: [] });
    case "rename with an alias":
      return instead({ name: `${name}y`, aliases: [name] });
    case "replace, the old one first":
      return instead({ isDeletedFirst: true });
    case "adopt in another group":
      return chosen.adopts ? instead({ adopts: chosen.adopts === "hub" ? "foreign" : "hub" }) : undefined;
    case "drop":
      return roles.filter((each) => each !== chosen);
    case "copy":
      return roles.length < 4 ? [...roles, { ...chosen, name: `${name}c`, aliases: [] }] : undefined;
    case "move to an explicit provider":
      return instead({ provider: "eu" });
    case "revert":
      return former;
    default:
      return undefined;
  }
}
