import type { Stage } from "./stage";

/** One thing that is asked of the engine. */
export interface Step {
  readonly asks: string;
  /** @returns what came of it, in a few words; @throws Error when that is not what was promised */
  run(stage: Stage, onOutput: (text: string) => void): Promise<string>;
}

/** The main job, from the first preview to the end, with what goes wrong on the way. */
export const STEPS: readonly Step[] = [
  {
    asks: "preview, with an address that is not known yet",
    run: async ({ stack, group, requests }, onOutput) => {
      const { changes } = await stack.preview({ onOutput });
      demand(changes.create === 3 && group() === undefined && requests().length === 0, "three resources to create");
      return "three resources to create; nothing sent";
    },
  },
  {
    asks: "up: make a group of two tunnels",
    run: async ({ stack, group, requests }, onOutput) => {
      await stack.up({ onOutput });
      demand(group()?.tunnels.length === 2 && writes(requests(), "POST").length === 1, "a group with two tunnels");
      return "one POST, waited for; the group has two tunnels";
    },
  },
  {
    asks: "up again: nothing has changed",
    run: async ({ stack, requests }, onOutput) => {
      const { changes } = await stack.up({ onOutput });
      demand(changes.same === 3 && requests().length === 0, "no request");
      return "no request at all";
    },
  },
  {
    asks: "add a tunnel, move one, change a passphrase",
    run: async ({ stack, group, requests, turnTo }, onOutput) => {
      turnTo("changed");
      await stack.up({ onOutput });
      const { addTunnels = [], updateTunnels = [] } = onlyPut(requests());
      demand(addTunnels.length === 1 && updateTunnels.length === 2 && group()?.tunnels.length === 3, "one PUT");
      return "one PUT: 1 added, 2 updated";
    },
  },
  {
    asks: "somebody moves a tunnel by hand: refresh, up",
    run: async ({ sandbox, stack, group, requests }, onOutput) => {
      const edited = { groupId: group()?.id ?? "", tunnelId: "203.0.113.99" };
      sandbox.edit({ kind: "changeTunnel", ...edited, changes: { remotePublicIP: "192.0.2.66" } });
      await stack.refresh({ onOutput });
      const { output } = await stack.preview({ onOutput, diff: true });
      demand(output.includes('"192.0.2.66" => "203.0.113.99"'), "the preview shows both addresses");
      await stack.up({ onOutput });
      const { updateTunnels = [] } = onlyPut(requests());
      demand(updateTunnels.length === 1 && hasTunnelTo(group(), "203.0.113.99"), "the address is back");
      return "drift shown; one PUT set the address back";
    },
  },
  {
    asks: "add two tunnels; the service fails after one",
    run: async ({ sandbox, stack, group, turnTo }, onOutput) => {
      sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["gateway of region is busy"], applied: 1 });
      turnTo("grown");
      const { output } = await stack.failingUp({ onOutput });
      demand(output.includes("gateway of region is busy"), "the service's reason is told");
      demand(group()?.tunnels.length === 4, "one of two tunnels");
      return "up fails with the service's reason";
    },
  },
  {
    asks: "up once more",
    run: async ({ stack, group, requests }, onOutput) => {
      await stack.up({ onOutput });
      const { addTunnels = [] } = onlyPut(requests());
      demand(addTunnels.length === 1 && group()?.tunnels.length === 5, "the one that is missing");
      return "one PUT with the tunnel still missing, none twice";
    },
  },
  {
    asks: "destroy",
    run: async ({ stack, group, requests }, onOutput) => {
      await stack.destroy({ onOutput });
      demand(group() === undefined && writes(requests(), "DELETE").length === 1, "nothing is left");
      return "one DELETE; nothing is left";
    },
  },
];

interface Put {
  readonly addTunnels?: readonly unknown[];
  readonly updateTunnels?: readonly unknown[];
}

type Requests = ReturnType<Stage["requests"]>;

function writes(requests: Requests, method: string): Requests {
  return requests.filter((request) => request.method === method);
}

function onlyPut(requests: Requests): Put {
  const puts = writes(requests, "PUT");
  demand(puts.length === 1, "one PUT");
  return (puts[0]?.body ?? {}) as Put;
}

function hasTunnelTo(group: ReturnType<Stage["group"]>, address: string): boolean {
  return group?.tunnels.some(({ remotePublicIP }) => remotePublicIP === address) === true;
}

/** @throws Error when what was expected has not come true */
function demand(isTrue: boolean, expected: string): void {
  if (!isTrue) throw new Error(`expected: ${expected}`);
}
