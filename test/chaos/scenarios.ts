import type { Plain } from "../../provider/process";
import type { OperationName, StoredGroup } from "../../sandbox";
import type { Rig } from "../provider/rig";

/** A run that things can go wrong in. */
export interface Scenario {
  readonly name: string;
  /** The requests that it makes. */
  readonly requests: readonly OperationName[];
  /** Brings about what the run begins with; nothing goes wrong yet. */
  prepare(rig: Rig): Promise<void>;
  run(rig: Rig): Promise<void>;
  /** The tunnels that the group has in the end, by their addresses; undefined where it is gone. */
  wanted(rig: Rig): readonly Plain[] | undefined;
  /** Whether no request may touch more than one tunnel. */
  readonly isRolled?: boolean;
}

const first = (rig: Rig) => rig.args();
const second = (rig: Rig) =>
  rig.args({
    description: "changed",
    tunnels: {
      primary: rig.tunnel(0, { passphrase: "Chaos.second_key" }),
      moved: rig.tunnel(2, { remoteASN: 65_020 }),
      added: rig.tunnel(3),
    },
  });
const rolled = (rig: Rig) =>
  rig.args({
    rollout: { maxUnavailable: 1, rollback: true },
    tunnels: {
      primary: rig.tunnel(0, { passphrase: "Chaos.second_key" }),
      backup: rig.tunnel(1, { p81GWInternalIP: "169.254.77.1" }),
      added: rig.tunnel(3),
    },
  });
const tunnelsOf = (args: Plain) => Object.values(args.tunnels as Record<string, Plain>);

/** A group that somebody else has made, with one of the tunnels that are declared. */
async function makeForeign(rig: Rig): Promise<void> {
  await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0), stranger: rig.tunnel(1) } }));
  rig.state = undefined;
}

const adopted = (rig: Rig) => {
  const { sharedSettings: _, ...args } = rig.args({
    dynamicTunnelId: groupOf(rig)?.id ?? "",
    tunnels: { primary: rig.tunnel(0), third: rig.tunnel(2) },
  });
  return args;
};

/** The group that the scenarios are about. */
export function groupOf(rig: Rig): StoredGroup | undefined {
  return rig.sandbox.groups().find(({ tunnelName }) => tunnelName === "branch");
}

/** Every step of a resource's life. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "create",
    requests: ["authorize", "listTunnels", "createGroup", "readStatus", "readGroup"],
    prepare: async () => undefined,
    run: (rig) => rig.up(first(rig)),
    wanted: (rig) => tunnelsOf(first(rig)),
  },
  {
    name: "adopt",
    requests: ["authorize", "readGroup", "updateGroup", "readStatus"],
    prepare: makeForeign,
    run: (rig) => rig.up(adopted(rig)),
    wanted: (rig) => [...tunnelsOf(adopted(rig)), rig.tunnel(1)],
  },
  {
    name: "update",
    requests: ["authorize", "readGroup", "updateGroup", "readStatus"],
    prepare: (rig) => rig.up(first(rig)),
    run: (rig) => rig.up(second(rig)),
    wanted: (rig) => tunnelsOf(second(rig)),
  },
  {
    name: "roll out",
    requests: ["authorize", "readGroup", "updateGroup", "readStatus", "readHealth"],
    prepare: (rig) => rig.up(first(rig)),
    run: (rig) => rig.up(rolled(rig)),
    wanted: (rig) => tunnelsOf(rolled(rig)),
    isRolled: true,
  },
  {
    name: "delete",
    requests: ["authorize", "readGroup", "deleteGroup", "readStatus", "readNetwork"],
    prepare: (rig) => rig.up(first(rig)),
    run: (rig) => rig.destroy(),
    wanted: () => undefined,
  },
  {
    name: "refresh",
    requests: ["authorize", "readGroup"],
    prepare: (rig) => rig.up(first(rig)),
    run: async (rig) => {
      await rig.refresh();
      await rig.up(first(rig));
    },
    wanted: (rig) => tunnelsOf(first(rig)),
  },
];
