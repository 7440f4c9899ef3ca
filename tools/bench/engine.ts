import { DynamicTunnelGroup } from "pulumi-harmony-sase";
import { type Sandbox, startSandbox } from "../../sandbox";
import { type EngineStack, openWorkshop } from "../workshop";
import type { Table } from "./table";

const RUNS = 5;
const GROUPS = 20;
const OPERATION_MS = 1000;

/** What this package adds to runs of the real engine: beside an empty program, and beside the operation itself. */
export async function engineTable(): Promise<Table> {
  const sandbox = await startSandbox({ operationMs: OPERATION_MS, requestBudget: 100_000 });
  const workshop = await openWorkshop({
    HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
    HARMONY_SASE_BASE_URL: sandbox.baseUrl,
  });
  try {
    const empty = await workshop.stack({ program: async () => undefined });
    const one = await workshop.stack({ program: groups(sandbox, 1) });
    const many = await workshop.stack({ program: groups(sandbox, GROUPS) });
    await empty.up();
    await one.up();
    await many.up();
    const idealMs = await median(() => empty.up());
    const oneMs = await median(() => one.up());
    const manyMs = await median(() => many.up());
    let n = 0;
    const changeMs = await median(() => {
      n += 1;
      one.setProgram(groups(sandbox, 1, n));
      return one.up();
    });
    await one.destroy();
    await many.destroy();
    const row = (name: string, ms: number, ideal: number, what: string) => [
      name,
      `${(ms / 1000).toFixed(1)} s`,
      `${(ms / ideal).toFixed(2)} x`,
      what,
    ];
    return {
      title: `pulumi up on the real engine, median of ${RUNS}`,
      head: ["run", "took", "ratio", "to the ideal"],
      rows: [
        row("empty program", idealMs, idealMs, "an empty program"),
        row("1 group, no change", oneMs, idealMs, "an empty program"),
        row(`${GROUPS} groups, no change`, manyMs, idealMs, "an empty program"),
        row("1 group, one tunnel changed", changeMs, idealMs + OPERATION_MS, "an empty program and the operation"),
      ],
    };
  } finally {
    await sandbox.close();
    await workshop.close();
  }
}

async function median(run: () => ReturnType<EngineStack["up"]>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < RUNS; n++) {
    const startedAtMs = performance.now();
    await run();
    times.push(performance.now() - startedAtMs);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

function groups(sandbox: Sandbox, count: number, version = 0): () => Promise<void> {
  const network = sandbox.accounts[0].networks.at(-1) ?? sandbox.accounts[0].networks[0];
  return async () => {
    for (let n = 0; n < count; n++) {
      new DynamicTunnelGroup(`group${n}`, {
        networkId: network.id,
        tunnelName: `bench${count}x${n}`,
        tunnels: {
          only: {
            regionID: network.regions[0],
            remotePublicIP: `203.0.113.${version + 1}`,
            remoteASN: 65_010,
            p81GWInternalIP: "169.254.10.1",
            remoteGWInternalIP: "169.254.10.2",
            passphrase: "Bench.secret_1",
          },
        },
        sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
      });
    }
  };
}
