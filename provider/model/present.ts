import type { Tunnel } from "./fields";
import type { WithForeign } from "./foreign";
import type { Settings } from "./schema";

/**
 * A tunnel as the service holds it. What an answer leaves out is absent: unknown, never empty; what it shows outside the
 * schema stands apart.
 */
export type PresentTunnel = Partial<Tunnel> & { readonly id: string } & WithForeign;

/** A group as it is: what the service shows, completed by what state knows of the same tunnel ids; or what state holds. */
export interface PresentGroup extends Settings, WithForeign {
  readonly tunnels: readonly PresentTunnel[];
  /** Absent where the group has no tunnel and state knows no name. */
  readonly tunnelName?: string | undefined;
}
