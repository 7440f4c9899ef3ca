import type { Declaration, Program } from "./engine";
import { isCreated } from "./ledger";
import type { Plot } from "./plot";
import type { Stack, World } from "./world";

/** A resource as a person means it. */
export interface Role {
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
  /** The group that a creation of its own has begun, and that it uses as an existing one since. */
  readonly usedId?: string;
}

/** A stack and the person at it. */
export interface Player {
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

/** Who plays, and what each declares at first. */
export function castOf(world: World, { cast, isApart }: Plot): readonly Player[] {
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
export function programOf(world: World, { stack, roles }: Player): Program | undefined {
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
  const { name, tunnelName, aliases, provider, adopts, version, rebuilds, usedId } = each;
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
  if (usedId !== undefined) return { name, args: world.adopting(usedId, tunnelName, [], { tunnels }), ...more };
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
