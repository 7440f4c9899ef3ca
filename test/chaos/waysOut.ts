import { answer, asking, changing, creating, ends, HIDDEN, inject, LATE_MS, RUN, removing, type Stuck } from "./stuck";

/** The states that a failed `up` or `destroy` can leave, of a group that was to be created. */
export const CREATED: readonly Stuck[] = [
  creating(
    "was completed without a status code, and whose group never shows",
    { says: /cannot be found/, leaves: /^pending-, created, 0 tunnels, pending create$/, posts: 2 },
    ends("createGroup", { statusCode: null, applied: false }),
  ),
  creating(
    "was completed without a status code, and whose group turns up late",
    { says: /cannot be found/, leaves: /^pending-, created, 0 tunnels, pending create$/ },
    (world) => {
      ends("createGroup", { statusCode: null, applied: true, resource: "never" })(world);
      for (const fault of HIDDEN) world.sandbox.inject(fault);
    },
  ),
  creating(
    "succeeded, named no group, and shows none",
    { says: /cannot be found/, leaves: /^pending-, created, 0 tunnels, pending create$/, posts: 2 },
    ends("createGroup", { statusCode: 200, applied: false, resource: "never" }),
  ),
  creating(
    "succeeded and named a group that does not show for long",
    { says: /There is no tunnel group/, leaves: /^id, created, 0 tunnels, pending create, gone$/, posts: 2 },
    (world) => {
      for (const fault of HIDDEN) world.sandbox.inject(fault);
    },
  ),
  creating(
    "nobody answered, and that the service never got",
    { says: /not known/, leaves: /^pending-, created, 0 tunnels, pending create\?$/, posts: 1 },
    (world) => inject(world, "createGroup", { action: answer(502) }),
  ),
  creating(
    "nobody answered, and whose group turns up late",
    { says: /not known/, leaves: /^pending-, created, 0 tunnels, pending create\?$/ },
    (world) => {
      ends("createGroup", { durationMs: LATE_MS })(world);
      inject(world, "createGroup", { action: { ...answer(502), after: true } });
    },
  ),
  creating(
    "took longer than its time",
    { says: /Timed out/, leaves: /^pending-, created, 0 tunnels, pending create$/ },
    ends("createGroup", { durationMs: LATE_MS }),
  ),
  creating(
    "took longer than its time, and failed at last",
    { says: /Timed out/, leaves: /^pending-, created, 0 tunnels, pending create$/, posts: 2 },
    ends("createGroup", { durationMs: LATE_MS, statusCode: 422, reasons: ["no room"] }),
  ),
  creating(
    "took longer than its time, and broke off half made",
    { says: /Timed out/, leaves: /^pending-, created, 0 tunnels, pending create$/ },
    ends("createGroup", { durationMs: LATE_MS, statusCode: 500, reasons: ["broke"], applied: 1 }),
  ),
  creating(
    "took longer than its time, twice",
    {
      says: /Timed out/,
      leaves: /^pending-, created, 0 tunnels, pending create$/,
      lead: async (world, stack, { first }) => {
        ends("createGroup", { durationMs: 2 * LATE_MS })(world);
        await stack.up(first, RUN);
        return stack.up(first, RUN);
      },
    },
    () => undefined,
  ),
  creating(
    "took longer than its time, its group named already",
    { says: /Timed out/, leaves: /^id, created, 0 tunnels, pending create$/ },
    ends("createGroup", { durationMs: LATE_MS, resource: "early" }),
  ),
  creating(
    "named its group, outlasted its time, and failed at last",
    { says: /Timed out/, leaves: /^id, created, 0 tunnels, pending create$/, posts: 2, isFoundGone: true },
    ends("createGroup", { durationMs: LATE_MS, resource: "early", statusCode: 422, reasons: ["no room"] }),
  ),
  creating(
    "the service lost sight of",
    { says: /no longer tells/, leaves: /^pending-, created, 0 tunnels, pending create$/ },
    (world) => {
      ends("createGroup", { durationMs: LATE_MS })(world);
      inject(world, "readStatus", { times: "always", action: answer(404) });
    },
  ),
  creating(
    "broke off half made",
    { says: /failed with 500/, leaves: /^id, created, 1 tunnels, pending create$/ },
    ends("createGroup", { statusCode: 500, reasons: ["broke"], applied: 1 }),
  ),
  creating(
    "could not be read back",
    { says: /may not read/, leaves: /^id, created, 0 tunnels, pending create$/ },
    (world) => inject(world, "readGroup", { times: "always", action: answer(403) }),
  ),
  {
    name: "a create that was carried out, and whose tunnels are not passing",
    says: /not passing 6\d s after the change/,
    leaves: /^id, created, 2 tunnels, pending update\?$/,
    goesOnWith: "first",
    lead: (_world, stack, { first }) => stack.up(asking(first, { health: { wait: "require", timeout: "1m" } }), RUN),
  },
  {
    name: "a roll-out that has stopped, since a tunnel is not passing",
    says: /The roll-out stopped: tunnels\.t0 .*Not changed yet: tunnels\.t1/,
    leaves: /^id, created, 2 tunnels, pending update\?$/,
    lead: async (world, stack, { first }) => {
      await stack.up(first, RUN);
      const tunnels = Object.fromEntries(
        [0, 1].map((n) => [`t${n}`, world.tunnel(n, { passphrase: `Rolled.key_${n}` })]),
      );
      const wish = { health: { timeout: "1m" }, rollout: { maxUnavailable: 1 } };
      return stack.up(asking(first, { ...wish, tunnels }), RUN);
    },
  },
  changing(
    "broke off half way",
    { says: /failed with 422/, leaves: /^id, created, 3 tunnels, pending update$/ },
    ends("updateGroup", { statusCode: 422, reasons: ["busy"], applied: 1 }),
  ),
  changing(
    "took longer than its time",
    { says: /Timed out/, leaves: /^id, created, 2 tunnels, pending update$/ },
    ends("updateGroup", { durationMs: LATE_MS }),
  ),
  changing(
    "took longer than its time, and failed at last",
    { says: /Timed out/, leaves: /^id, created, 2 tunnels, pending update$/ },
    ends("updateGroup", { durationMs: LATE_MS, statusCode: 422, reasons: ["busy"] }),
  ),
  changing(
    "took longer than its time, after another had",
    {
      says: /Timed out/,
      leaves: /^id, created, 2 tunnels, pending update(\+update)?$/,
      lead: async (world, stack, { first, between, second }) => {
        await stack.up(first, RUN);
        ends("updateGroup", { durationMs: LATE_MS })(world);
        await stack.up(between, RUN);
        ends("updateGroup", { durationMs: LATE_MS })(world);
        return stack.up(second, RUN);
      },
    },
    () => undefined,
  ),
  changing(
    "nobody answered, again and again",
    { says: /after \d writes/, leaves: /^id, created, 2 tunnels, pending update\?(\+update\?)+$/ },
    (world) => inject(world, "updateGroup", { times: "always", action: answer(502) }),
  ),
  changing(
    "nobody answered, carried out all the same, and could not be read back",
    { says: /may not read/, leaves: /^id, created, 2 tunnels, pending update\?$/ },
    (world) => {
      inject(world, "updateGroup", { action: { ...answer(502), after: true } });
      inject(world, "readGroup", { skip: 1, times: "always", action: answer(403) });
    },
  ),
  changing(
    "was said to be done, and does not show",
    { says: /reading it back shows otherwise/, leaves: /^id, created, 2 tunnels, pending update$/ },
    ends("updateGroup", { statusCode: 200, applied: false }),
  ),
  changing("was refused", { says: /may not update/, leaves: /^id, created, 2 tunnels$/ }, (world) =>
    inject(world, "updateGroup", { action: answer(403) }),
  ),
  changing(
    "found that somebody has deleted the group",
    { says: /There is no tunnel group/, leaves: /^id, created, 2 tunnels, gone$/, posts: 2 },
    (world) => world.sandbox.edit({ kind: "removeGroup", groupId: "branch" }),
  ),
  removing(
    "broke off half way",
    { says: /failed with 500/, leaves: /^id, created, 2 tunnels$/, isHalfRemoved: true },
    ends("deleteGroup", { statusCode: 500, reasons: ["broke"], applied: 1 }),
  ),
  {
    name: "a replacement whose former group could not be deleted",
    says: /failed with 500/,
    leaves: /^leaving, id, created, 2 tunnels; id, created, 2 tunnels$/,
    posts: 2,
    goesOnWith: "moved",
    lead: async (world, stack, { first, moved }) => {
      await stack.up(first, RUN);
      ends("deleteGroup", { statusCode: 500, reasons: ["broke"], applied: 1 })(world);
      return stack.up(moved, RUN);
    },
  },
  removing(
    "took longer than its time",
    { says: /Timed out/, leaves: /^id, created, 2 tunnels$/, posts: 2, isFoundGone: true, isHalfRemoved: true },
    ends("deleteGroup", { durationMs: LATE_MS }),
  ),
  removing("nobody answered, again and again", { says: /still there/, leaves: /^id, created, 2 tunnels$/ }, (world) =>
    inject(world, "deleteGroup", { times: "always", action: answer(502) }),
  ),
  removing("was refused", { says: /may not delete/, leaves: /^id, created, 2 tunnels$/ }, (world) =>
    inject(world, "deleteGroup", { action: answer(403) }),
  ),
  removing(
    "was refused, since the group holds what nobody declared",
    {
      says: /has not declared/,
      leaves: /^id, created, 2 tunnels$/,
      after: async (world) => {
        const [group] = world.made();
        world.sandbox.edit({ kind: "removeTunnel", groupId: group?.id ?? "", tunnelId: "203.0.113.99" });
      },
    },
    (world) => {
      const [group] = world.made();
      world.sandbox.edit({
        kind: "addTunnel",
        groupId: group?.id ?? "",
        tunnel: {
          regionID: String(world.tunnel(4).regionID),
          remotePublicIP: "203.0.113.99",
          passphrase: "Hand_made_1",
        },
      });
    },
  ),
];

/** The same, of a group that another stack has made. */
export const ADOPTED: readonly Stuck[] = [
  creating(
    "broke off half way",
    { says: /failed with 500/, leaves: /^id, adopted, 1 tunnels, pending update$/, posts: 0 },
    ends("updateGroup", { statusCode: 500, reasons: ["broke"], applied: 1 }),
  ),
  creating(
    "took longer than its time",
    { says: /Timed out/, leaves: /^id, adopted, 0 tunnels, pending update$/, posts: 0 },
    ends("updateGroup", { durationMs: LATE_MS }),
  ),
  creating(
    "nobody answered, carried out all the same, and could not be read back",
    { says: /may not read/, leaves: /^id, adopted, 0 tunnels, pending update\?$/, posts: 0 },
    (world) => {
      inject(world, "updateGroup", { action: { ...answer(502), after: true } });
      inject(world, "readGroup", { skip: 1, times: "always", action: answer(403) });
    },
  ),
  creating("was refused", { says: /may not update/, leaves: /^$/, posts: 0 }, (world) =>
    inject(world, "updateGroup", { action: answer(403) }),
  ),
  changing(
    "broke off half way",
    { says: /failed with 422/, leaves: /^id, adopted, 3 tunnels, pending update$/, posts: 0 },
    ends("updateGroup", { statusCode: 422, reasons: ["busy"], applied: 1 }),
  ),
  changing(
    "took longer than its time",
    { says: /Timed out/, leaves: /^id, adopted, 2 tunnels, pending update$/, posts: 0 },
    ends("updateGroup", { durationMs: LATE_MS }),
  ),
  removing(
    "broke off half way",
    { says: /failed with 500/, leaves: /^id, adopted, 2 tunnels$/, posts: 0, isHalfRemoved: true },
    ends("updateGroup", { statusCode: 500, reasons: ["broke"], applied: 1 }),
  ),
  removing(
    "took longer than its time",
    { says: /Timed out/, leaves: /^id, adopted, 2 tunnels$/, posts: 0, isHalfRemoved: true },
    ends("updateGroup", { durationMs: LATE_MS }),
  ),
  removing(
    "nobody answered, again and again",
    { says: /still differs|still there/, leaves: /^id, adopted, 2 tunnels$/, posts: 0 },
    (world) => inject(world, "updateGroup", { times: "always", action: answer(502) }),
  ),
];
