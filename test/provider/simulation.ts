import type { Tunnel } from "../../provider/model/fields";
import type { PresentGroup, PresentTunnel } from "../../provider/model/present";
import type { UpdateBody } from "../../provider/plan/requests";

/** What the service makes of a request, with nothing hidden: fresh ids on addition, settings merged member by member. */
export function applyRequest(group: PresentGroup, body: UpdateBody, freshId: () => string): PresentGroup {
  const gone = new Set((body.removeTunnels ?? []).map(({ id }) => id));
  const updates = new Map((body.updateTunnels ?? []).map((update) => [update.id, update]));
  const kept = group.tunnels.filter(({ id }) => !gone.has(id));
  const added = (body.addTunnels ?? []).map((tunnel): PresentTunnel => ({ ...tunnel, id: freshId() }));
  return {
    tunnelName: body.tunnelName,
    description: body.description ?? group.description,
    sharedSettings: merged(group.sharedSettings, body.sharedSettings),
    advancedSettings: merged(group.advancedSettings, body.advancedSettings),
    tunnels: [...kept.map((tunnel) => updated(tunnel, updates.get(tunnel.id))), ...added],
  };
}

/** A tunnel has one credential: with another `authType` the former one is gone. */
function updated(tunnel: PresentTunnel, update: Partial<Tunnel> | undefined): PresentTunnel {
  const { passphrase, customerRootCA, ...rest } = { ...tunnel, ...update };
  return {
    ...rest,
    ...(rest.authType === "psk" && passphrase !== undefined ? { passphrase } : {}),
    ...(rest.authType === "cert" && customerRootCA !== undefined ? { customerRootCA } : {}),
  };
}

function merged<T extends object>(before: T | undefined, change: T | undefined): T | undefined {
  return before || change ? ({ ...before, ...change } as T) : undefined;
}

/** Ids that no tunnel has had yet. */
export function freshIds(): () => string {
  let count = 0;
  return () => `Fresh${++count}`;
}
