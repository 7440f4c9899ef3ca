import { type Stack, startStack } from "../../test/provider/stack";
import type { Row } from "./measure";

const OPERATION_MS = 20_000;
const NEGOTIATION_MS = 20_000;
const PROBE_MS = 10_000;

type Plain = Parameters<Stack["up"]>[2] & object;

/** What a rotation of all keys of a group has cost. */
interface Rotation {
  readonly tookMs: number;
  readonly withoutAnyMs: number;
}

/** For how long no tunnel of a group is up while all of its keys are rotated, the routers' first. */
export async function rotationRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { tunnels, maxUnavailable } of [
    { tunnels: 2, maxUnavailable: 1 },
    { tunnels: 8, maxUnavailable: 4 },
  ]) {
    const rolled = await rotated(tunnels, { rollout: { maxUnavailable } });
    const atOnce = await rotated(tunnels, {});
    rows.push({
      what: `longest with no tunnel up, ${tunnels} keys rotated, ${maxUnavailable} at a time`,
      base: `all at once, ${seconds(atOnce.withoutAnyMs)}`,
      ours: rolled.withoutAnyMs / atOnce.withoutAnyMs,
      target: 0,
      beside: `up takes ${seconds(rolled.tookMs)} in place of ${seconds(atOnce.tookMs)}`,
    });
  }
  return rows;
}

async function rotated(tunnels: number, how: object): Promise<Rotation> {
  const stack = await startStack({ operationMs: OPERATION_MS, negotiationMs: NEGOTIATION_MS, probeEveryMs: PROBE_MS });
  try {
    const { sandbox } = stack;
    const turnTo = async (version: number) => {
      const ends = endsOf(stack, tunnels, version);
      for (const [name, end] of Object.entries(ends)) sandbox.setPeer(name, end);
      await stack.up(["g0"], 1, { tunnels: ends, health: { wait: "require" }, ...how } as Plain);
    };
    await turnTo(1);
    const sinceMs = stack.now();
    await turnTo(2);
    const { longestWithoutAnyMs } = sandbox.downtime(stack.rows.get("g0")?.id ?? "", sinceMs);
    return { tookMs: stack.now() - sinceMs, withoutAnyMs: longestWithoutAnyMs };
  } finally {
    await stack.close();
  }
}

/** What both ends of each tunnel have. */
function endsOf({ sandbox, networkId }: Stack, tunnels: number, version: number) {
  const regions = sandbox.accounts[0].networks.find(({ id }) => id === networkId)?.regions ?? [];
  const end = (n: number) => ({
    regionID: regions[n % regions.length] ?? "",
    remotePublicIP: `203.0.113.${n + 1}`,
    remoteASN: 65_010,
    p81GWInternalIP: `169.254.10.${4 * n + 1}`,
    remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
    passphrase: `Bench.key_${n}_${version}`,
  });
  return Object.fromEntries(Array.from({ length: tunnels }, (_, n) => [`tunnel${n + 1}`, end(n)]));
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
