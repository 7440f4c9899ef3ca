import type { Declaration, Program } from "./engine";
import { isCreated, tunnelIdsOf } from "./ledger";
import type { Act, Mishap, Plot } from "./plot";
import { type Outcome, type RunOptions, type Stack, startWorld, type World } from "./world";

/** A resource as a person means it. */
interface Role {
  name: string;
  readonly tunnelName: string;
  /** The tunnels by their numbers, and in which version each is: a new one changes it in place. */
  tunnels: readonly number[];
  version: number;
  /** Whether its tunnels have their other public address. */
  readonly isReaddressed: boolean;
  /** How often its first tunnel got another inner address. */
  rebuilds: number;
  aliases: readonly string[];
  provider: string | undefined;
  /** What it adopts: the group of the hub, or the one made by hand. */
  readonly adopts: "hub" | "foreign" | undefined;
  readonly isDeletedFirst: boolean;
}

interface Player {
  readonly stack: Stack;
  roles: Role[];
  /** Before the last change. */
  former: Role[];
  /** Every resource that was ever declared, as it was last. */
  readonly all: Map<string, Role>;
  wasKilled: boolean;
  /** Whose group a person has vouched for. */
  readonly vouched: Set<string>;
}

const LONG_MS = 10 * 60_000;
const MOST_TRIES = 6;
/** A message that says that what is declared is somebody's already. */
const TAKEN = /urn:|declare|claim|adopt|already|\bowns?\b|belongs|take the resource out/;

/** Plays a program to its end, lets the dust settle and destroys everything; gives what was violated. */
export async function play(plot: Plot): Promise<readonly string[]> {
  const { seed, isMasked, pageSize } = plot;
  const world = await startWorld({ seed, isMasked, pageSize });
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
      for (const player of players.toReversed()) said.push(...(await tearDown(player)));
      await world.wait(LONG_MS);
      if (said.length + world.ledger.violations.length === 0) said.push(...world.leftovers());
    }
    return [...world.ledger.violations, ...said];
  } finally {
    await world.close();
  }
}

function role(name: string, tunnelName: string, tunnels: readonly number[], adopts?: Role["adopts"]): Role {
  return {
    name,
    tunnelName,
    tunnels,
    adopts,
    version: 0,
    rebuilds: 0,
    aliases: [],
    provider: undefined,
    isDeletedFirst: false,
    isReaddressed: false,
  };
}

function castOf(world: World, { cast, isApart }: Plot): readonly Player[] {
  const roles: Readonly<Record<Plot["cast"], Readonly<Record<string, Role[]>>>> = {
    "hub and branches": {
      hub: [role("hub", "branch", [0])],
      one: [role("one", "branch", [1], "hub")],
      two: [role("two", "branch", [2], "hub")],
    },
    "a hub, and two adopters in one program": {
      hub: [role("hub", "branch", [0])],
      app: [role("first", "branch", [1], "hub"), role("second", "branch", [2], "hub")],
    },
    "a hub and its adopter in one program": { app: [role("hub", "branch", [0]), role("part", "branch", [1], "hub")] },
    "three in one program": {
      app: [role("north", "north", [0, 3]), role("south", "south", [1]), role("part", "branch", [2], "foreign")],
    },
    "two of the same": { dev: [role("app", "branch", [0, 1])], copy: [role("app", "branch", [0, 1])] },
  };
  return Object.entries(roles[cast]).map(([name, own]) => ({
    stack: world.stack(name, isApart ? `machine-${name}` : "laptop"),
    roles: own,
    former: own,
    all: new Map(own.map((each) => [each.name, each])),
    wasKilled: false,
    vouched: new Set(),
  }));
}

/** The program of a stack; undefined while what it refers to is not there. */
function programOf(world: World, { stack, roles }: Player): Program | undefined {
  const own = roles.find(({ adopts, tunnelName }) => adopts === undefined && tunnelName === "branch");
  const hub = world.stacks().find((each) => each.stack === "hub");
  const hubId = hub?.rows.find((row) => !row.isPendingDelete && isCreated(row))?.id;
  // What is adopted comes first.
  const inOrder = roles.toSorted((a, b) => Number(a.adopts !== undefined) - Number(b.adopts !== undefined));
  const declarations = inOrder.map((each) => declarationOf(world, stack, each, own ? own.name : { id: hubId }));
  return declarations.every((each) => each !== undefined) ? declarations : undefined;
}

/** @param hub the name of a resource of the same program, or the id of another's group */
function declarationOf(
  world: World,
  stack: Stack,
  each: Role,
  hub: string | { readonly id: string | undefined },
): Declaration | undefined {
  const { name, tunnelName, aliases, provider, adopts, version, rebuilds } = each;
  const tunnels = Object.fromEntries(
    each.tunnels.map((n, at) => [
      `t${n}`,
      world.tunnel(n, {
        ...(adopts === "foreign" ? { regionID: regionOf(world, n) } : {}),
        remotePublicIP: `203.0.113.${10 + n + (each.isReaddressed ? 100 : 0)}`,
        remoteASN: 65_010 + version,
        passphrase: `Law.secret_of_${n}_${version}`,
        ...(at === 0 && rebuilds > 0 ? { p81GWInternalIP: `169.254.${20 + rebuilds}.${4 * n + 1}` } : {}),
      }),
    ]),
  );
  const more = {
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(provider === undefined ? {} : { provider }),
    ...(each.isDeletedFirst ? { deleteBeforeReplace: true } : {}),
  };
  if (adopts === undefined) return { name, args: world.creating(tunnelName, [], { tunnels }), ...more };
  if (adopts === "foreign") {
    const { groupId, networkId, tunnelName: foreignName } = world.foreign;
    return { name, args: world.adopting(groupId, foreignName, [], { tunnels, networkId }), ...more };
  }
  if (typeof hub === "string") {
    return { name, args: (idOf) => world.adopting(idOf(hub), tunnelName, [], { tunnels }), ...more };
  }
  const held = stack.rows.find((row) => row.name === name)?.inputs.dynamicTunnelId as string | undefined;
  const id = hub.id ?? (held === world.foreign.groupId ? undefined : held);
  if (id === undefined || id.startsWith("pending-")) return undefined;
  return { name, args: world.adopting(id, tunnelName, [], { tunnels }), ...more };
}

function regionOf({ sandbox }: World, n: number): string {
  return sandbox.accounts[0].networks[0].regions[n % 3] ?? "";
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
  const options: RunOptions = { afterMs: act.afterMs, ...(kill ? { kill } : {}), ...change(player, act) };
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
  if (mishap.kind === "fail") world.sandbox.plan({ operation: mishap.operation, statusCode: 500, applied: false });
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
function change(player: Player, { deed, resource }: Act): RunOptions {
  if (deed.endsWith("--refresh")) return { isRefreshing: true };
  const at = resource % Math.max(1, player.roles.length);
  const chosen = player.roles[at];
  if (chosen === undefined) return {};
  const next = changed(player, chosen, deed);
  if (next !== undefined) {
    player.former = player.roles;
    player.roles = next;
    for (const each of next) player.all.set(each.name, each);
  }
  return deed.startsWith("replace") ? { replace: [chosen.name] } : {};
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

/** Brings about what a stack declares, as a person would who follows the messages; then nothing is left to do. */
async function settle(world: World, player: Player): Promise<readonly string[]> {
  const { stack } = player;
  restoreForgotten(world, player);
  // What adopts a group that is gone for good is taken out.
  if (programOf(world, player) === undefined) player.roles = player.roles.filter(({ adopts }) => adopts !== "hub");
  let options: RunOptions = {};
  for (let tries = 0; ; tries++) {
    const program = programOf(world, player);
    if (program === undefined) return [];
    const { failure } = await stack.up(program, options);
    if (failure === undefined) break;
    options = {};
    if (tries === MOST_TRIES) return [`${stack.stack} does not settle: ${failure}`];
    const way = wayOn(world, player, failure);
    if (way === undefined) return [`${stack.stack} is refused without a way on: ${failure}`];
    options = way;
  }
  removeForgotten(world, player);
  const { failure, writes, log } = await stack.up(programOf(world, player));
  const steps = log.filter((line) => !line.startsWith("same"));
  if (failure === undefined && writes.length === 0 && steps.length === 0) return [];
  return [
    `the next up of ${stack.stack} changes something: ${failure ?? [...steps, `${writes.length} writes`].join(", ")}`,
  ];
}

/** What only a killed run of a resource knows of can only be found by that resource: it is declared again. */
function restoreForgotten({ ledger, sandbox }: World, player: Player): void {
  const { stack } = player;
  for (const each of player.all.values()) {
    const lineage = `${stack.stack}/${each.name}`;
    const isHeld = stack.rows.some((row) => row.lineage === lineage);
    const tunnels = sandbox.groups().flatMap((group) => group.tunnels);
    const held = new Set(stack.rows.flatMap(tunnelIdsOf));
    const isForgotten =
      ledger.madeBy(lineage).length > 0 || tunnels.some(({ id }) => ledger.makerOf(id) === lineage && !held.has(id));
    if (isHeld || !isForgotten || player.roles.some(({ name }) => name === each.name)) continue;
    const isInPlace = (other: Role) => other.tunnelName === each.tunnelName && !other.adopts && !each.adopts;
    player.roles = [...player.roles.filter((other) => !isInPlace(other)), each];
  }
}

/** What a killed run has put into a group that is no longer declared, a person takes out whom the engine tells of it. */
function removeForgotten({ ledger, sandbox }: World, { stack, wasKilled }: Player): void {
  if (!wasKilled) return;
  for (const { id: groupId, tunnels } of sandbox.groups()) {
    const inGroup = stack.rows.filter(({ id }) => id === groupId);
    for (const { id } of tunnels) {
      const maker = ledger.makerOf(id);
      const isForgotten = maker?.startsWith(`${stack.stack}/`) && !inGroup.some(({ lineage }) => lineage === maker);
      if (isForgotten) sandbox.edit({ kind: "removeTunnel", groupId, tunnelId: id });
    }
  }
}

/** What a person does who reads why an up was refused; undefined where the message leaves them alone. */
function wayOn(world: World, player: Player, failure: string): RunOptions | undefined {
  const [name = ""] = failure.split(":");
  const { stack } = player;
  const refused = player.roles.find((each) => each.name === name);
  if (/--refresh|pulumi refresh/.test(failure)) return { isRefreshing: true };
  const id = world.made().find((group) => failure.includes(group.id))?.id;
  const holder = stack.rows.find((row) => row.id === id && !player.roles.some((each) => each.name === row.name));
  if (refused && id !== undefined && holder !== undefined && /alias/.test(failure)) {
    player.roles = player.roles.map((each) => (each === refused ? { ...each, aliases: [holder.name] } : each));
    return {};
  }
  // A new name without an alias, or a copy, of a tunnel that is declared otherwise now: the service takes no second one like it.
  const orphan = stack.rows.find((row) => !player.roles.some((each) => each.name === row.name));
  if (refused && /used twice.*give it an alias/.test(failure)) {
    const others = player.roles.filter((each) => each !== refused);
    player.roles = orphan ? [...others, { ...refused, aliases: [orphan.name] }] : others;
    return {};
  }
  const isOwn = id !== undefined && world.ledger.makerOf(id) === `${stack.stack}/${name}`;
  if (isOwn && /HARMONY_SASE_IMPORT/.test(failure) && !player.vouched.has(name)) {
    player.vouched.add(name);
    return { env: { HARMONY_SASE_IMPORT: `${name}=${id}` } };
  }
  if (isOwn && !stack.rows.some((row) => row.id === id)) {
    world.sandbox.edit({ kind: "removeGroup", groupId: id });
    return {};
  }
  if (refused && TAKEN.test(failure)) {
    player.roles = player.roles.filter((each) => each !== refused);
    return {};
  }
  const former = player.all.get(name);
  if (refused === undefined && former !== undefined && /holds tunnels|adopt/.test(failure)) {
    player.roles = [...player.roles, former];
    return {};
  }
  return /pulumi up|again/.test(failure) ? {} : undefined;
}

async function tearDown({ stack }: Player): Promise<readonly string[]> {
  const first = await stack.destroy();
  if (first.failure === undefined) return [];
  await stack.refresh();
  const { failure } = await stack.destroy();
  return failure === undefined ? [] : [`${stack.stack} cannot be destroyed: ${failure}`];
}
