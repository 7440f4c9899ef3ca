import type { Client, OperationStatus } from "../../provider/service/client";
import type { Clock } from "../../provider/service/clock";
import { waitForOperation } from "../../provider/service/operation";
import type { Row } from "./measure";

const DURATIONS_S = [5, 20, 75, 400];

/** How late the end of the first operation is noticed, on a clock that jumps: nothing here depends on the machine. */
export async function waitingRows(): Promise<readonly Row[]> {
  return Promise.all(
    DURATIONS_S.map(async (durationS) => {
      const { seconds, looks } = await noticed(durationS);
      const polled = (intervalS: number) => (Math.ceil(durationS / intervalS) * intervalS) / durationS;
      return {
        what: `notice of a first operation, ${durationS} s`,
        base: "its duration",
        ours: seconds / durationS,
        every60s: polled(60),
        every2s: polled(2),
        beside: `${looks} looks`,
      };
    }),
  );
}

/** When the end of the first operation of its kind is noticed, and by how many looks. */
export async function noticed(durationS: number): Promise<{ readonly seconds: number; readonly looks: number }> {
  let nowMs = 0;
  let looks = 0;
  const clock: Clock = {
    now: () => nowMs,
    elapsed: () => nowMs,
    alarm: () => () => undefined,
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
    beginning: { kind: "accepted", acceptedAtMs: 0, samplingTimeMs: 120_000 },
    deadlineMs: 3_600_000,
  });
  return { seconds: nowMs / 1000, looks };
}
