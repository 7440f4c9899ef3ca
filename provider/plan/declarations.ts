import { isAdopting } from "../model/rules";
import type { GroupInputs } from "../model/schema";
import { isUnknown } from "../model/unknowns";
import { nameIn } from "../model/urn";
import { isSameTunnel, isUndecided } from "./match";

/** What a row of the program declares. */
export interface Declaration {
  readonly urn: string;
  readonly inputs: GroupInputs;
  /** The row's group, where it exists. */
  readonly groupId?: string | undefined;
  /** Whether state has the row already. */
  readonly isNew: boolean;
}

/** What the rows of a program declare, as far as they have been previewed. */
export interface Declarations {
  /** Keeps what a row declares. @returns what to warn of: another row declares the same, and only one can have it */
  add(declaration: Declaration): readonly string[];
}

/** Knows of no row yet. */
export function createDeclarations(): Declarations {
  const byUrn = new Map<string, Declaration>();
  return {
    add: (declaration) => {
      byUrn.set(declaration.urn, declaration);
      const others = [...byUrn.values()].filter(
        ({ urn, isNew }) => urn !== declaration.urn && (isNew || declaration.isNew),
      );
      return others.flatMap((other) => [...sameName(declaration, other), ...sameTunnels(declaration, other)]);
    },
  };
}

function sameName({ inputs }: Declaration, { urn, inputs: other }: Declaration): readonly string[] {
  const isSame = inputs.networkId === other.networkId && inputs.tunnelName === other.tunnelName;
  const isKnown = !isUnknown(inputs.networkId) && !isUnknown(inputs.tunnelName);
  if (!isSame || !isKnown || isAdopting(inputs) || isAdopting(other)) return [];
  return [
    `tunnelName: the resource "${nameIn(urn)}" declares a group named "${inputs.tunnelName}" in network ${inputs.networkId} too, and only one of them can be made: choose another name.`,
  ];
}

function sameTunnels(declaration: Declaration, other: Declaration): readonly string[] {
  const { groupId } = declaration;
  if (groupId === undefined || isUnknown(groupId) || groupId !== other.groupId) return [];
  return tunnelsOf(declaration).flatMap(([key, tunnel]) =>
    tunnelsOf(other)
      .filter(([, candidate]) => isSameTunnel(tunnel, candidate))
      .map(
        ([otherKey]) =>
          `tunnels.${key} is tunnels.${otherKey} of the resource "${nameIn(other.urn)}" as well: declare it in one of the two.`,
      ),
  );
}

/** The tunnels that can be told from others already. */
function tunnelsOf({ inputs }: Declaration) {
  const tunnels = isUnknown(inputs.tunnels) ? {} : inputs.tunnels;
  return Object.entries(tunnels).filter(([, tunnel]) => !isUndecided(tunnel) && tunnel.remotePublicIP !== undefined);
}
