import { z } from "zod";
import type { TunnelHealth } from "../model/health";

/** What the service has found out about a tunnel of a network. */
export interface ProbedTunnel {
  /** The stored name, decorated by the service as `<tunnelName>0<i>`. */
  readonly tunnelName: string;
  /** Absent until the first probe. */
  readonly tunnelId?: string | undefined;
  /** Absent until the first probe. */
  readonly regionId?: string | undefined;
  readonly status: TunnelHealth;
}

const orUndefined = z.string().min(1).optional().catch(undefined);
const answer = z.object({ data: z.array(z.unknown()) });
const entry = z.object({
  type: z.literal("tunnel"),
  meta: z.object({ tunnelName: z.string().catch(""), tunnelId: orUndefined, regionId: orUndefined }),
  status: z.enum(["passing", "critical", "unknown"]).catch("unknown"),
});

/** Reads the health of a network; what is no tunnel is passed over. @returns undefined when the answer is none */
export function decodeHealth(json: unknown): readonly ProbedTunnel[] | undefined {
  return answer.safeParse(json).data?.data.flatMap((each) => {
    const { data } = entry.safeParse(each);
    return data ? [{ ...data.meta, status: data.status }] : [];
  });
}

/**
 * The health of a tunnel: by its id, else by its stored name among those that have no id yet, and never by a guess: where
 * several have the name, or none, it is unknown.
 */
export function healthOf(probed: readonly ProbedTunnel[], id: string, storedName: string | undefined): TunnelHealth {
  const own = probed.filter(({ tunnelId }) => tunnelId === id);
  const named = probed.filter(({ tunnelId, tunnelName }) => tunnelId === undefined && tunnelName === storedName);
  const [found, ...others] = own.length > 0 ? own : named;
  return found === undefined || others.length > 0 ? "unknown" : found.status;
}
