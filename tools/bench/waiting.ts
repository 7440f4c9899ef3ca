import type { Client, OperationStatus } from "../../provider/service/client";
import type { Clock } from "../../provider/service/clock";
import { waitForOperation } from "../../provider/service/operation";
import type { Table } from "./table";

const DURATIONS_S = [5, 20, 45, 75, 130, 400, 1000];
/** The cadence that the vendor's Terraform provider is known for, and the one that the service suggests. */
const FIXED_INTERVALS_S = [60, 120];

/** How late the end of an operation is noticed, on a clock that jumps: nothing here depends on the machine. */
export async function waitingTable(): Promise<Table> {
  const rows = await Promise.all(
    DURATIONS_S.map(async (durationS) => {
      const ours = await noticed(durationS);
      const fixed = FIXED_INTERVALS_S.map((intervalS) => Math.ceil(durationS / intervalS) * intervalS);
      const ratio = (seconds: number) => `${(seconds / durationS).toFixed(2)} x`;
      return [`${durationS} s`, "1.00 x", `${ratio(ours.seconds)} (${ours.looks} looks)`, ...fixed.map(ratio)];
    }),
  );
  return {
    title: "Until the end of an operation is noticed, as a multiple of its duration",
    head: ["operation", "ideal", "this package", "polling every 60 s", "every 120 s"],
    rows,
  };
}

async function noticed(durationS: number): Promise<{ seconds: number; looks: number }> {
  let nowMs = 0;
  let looks = 0;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    random: () => 0.5,
  };
  const readStatus = async (): Promise<OperationStatus> => {
    looks += 1;
    return nowMs >= durationS * 1000
      ? { completed: true, statusCode: 200, reasons: [] }
      : { completed: false, reasons: [] };
  };
  await waitForOperation({
    client: { readStatus } as unknown as Client,
    clock,
    statusId: "St00000000",
    startedAtMs: 0,
    samplingTimeMs: 120_000,
    deadlineMs: 3_600_000,
  });
  return { seconds: nowMs / 1000, looks };
}
