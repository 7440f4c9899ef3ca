import { type Player, programOf, type Role } from "./cast";
import { tunnelIdsOf } from "./ledger";
import type { RunOptions, World } from "./world";

const MOST_TRIES = 6;
/** A message that says that what is declared is somebody's already. */
const TAKEN = /urn:|declare|claim|adopt|already|\bowns?\b|belongs|take the resource out/;

/** Brings about what a stack declares, as a person would who follows the messages; then nothing is left to do. */
export async function settle(world: World, player: Player): Promise<readonly string[]> {
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

/** Destroys what a stack has, after a refresh where it takes one. */
export async function tearDown({ stack }: Player): Promise<readonly string[]> {
  const first = await stack.destroy();
  if (first.failure === undefined) return [];
  await stack.refresh();
  const { failure } = await stack.destroy();
  return failure === undefined ? [] : [`${stack.stack} cannot be destroyed: ${failure}`];
}
