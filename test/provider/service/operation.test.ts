import { expect } from "chai";
import type { OperationStatus, RequestOptions } from "../../../provider/service/client";
import {
  CredentialsError,
  DeadlineError,
  NotFoundError,
  RefusedError,
  UnavailableError,
  WrongRegionError,
} from "../../../provider/service/errors";
import { waitForOperation } from "../../../provider/service/operation";
import { createLimits, type Watch } from "../../../provider/service/pace/limits";
import { GATHERING_MS } from "../../../provider/service/sharing";
import type { ShownGroup } from "../../../provider/service/wire";
import { seen } from "../builders";
import { errorOf } from "./errorOf";
import { createFakeClock } from "./fakeClock";
import { createVirtualClock } from "./virtualClock";

const RUNNING: OperationStatus = { completed: false, reasons: [] };
const DONE: OperationStatus = { completed: true, statusCode: 200, reasons: [] };
const MINUTE_MS = 60_000;
const BLIND: Watch = {
  nextLookMs: (ranMs) => ranMs + 1000,
  news: () => new Promise(() => undefined),
  ended: () => undefined,
  roundTripMs: () => 0,
  isFollowing: () => false,
  shown: () => undefined,
  leave: () => undefined,
};

interface Settings {
  /** What the looks show, in order; the last is repeated. */
  readonly answers?: (OperationStatus | Error)[];
  /** Instead: running until so much time has passed. */
  readonly durationMs?: number;
  readonly deadlineInMs?: number;
  /** An earlier run has begun it so long ago. */
  readonly startedAgoMs?: number;
  /** This process was told of it so long ago. @default just now */
  readonly acceptedAgoMs?: number;
  readonly samplingTimeMs?: number;
  readonly watch?: Partial<Watch>;
  proofByList?(): Promise<ShownGroup | undefined>;
}

function wait(settings: Settings = {}) {
  const {
    answers = [DONE],
    durationMs,
    deadlineInMs = 30 * MINUTE_MS,
    startedAgoMs,
    acceptedAgoMs = 0,
    samplingTimeMs,
  } = settings;
  const clock = createFakeClock();
  const beganAtMs = clock.elapsed();
  const script = [...answers];
  const looks: number[] = [];
  const options: RequestOptions[] = [];
  const progress: { elapsedMs: number; nextLookMs: number }[] = [];
  const client = {
    async readStatus(_statusId: string, given: RequestOptions): Promise<OperationStatus> {
      looks.push(clock.elapsed() - beganAtMs);
      options.push(given);
      if (durationMs !== undefined) return clock.elapsed() - beganAtMs >= durationMs ? DONE : RUNNING;
      const next = script.length > 1 ? script.shift() : script[0];
      if (next instanceof Error) throw next;
      return next ?? DONE;
    },
  };
  const end = waitForOperation({
    client,
    clock,
    statusId: "St1",
    beginning:
      startedAgoMs === undefined
        ? {
            kind: "accepted",
            acceptedAtMs: beganAtMs - acceptedAgoMs,
            ...(samplingTimeMs === undefined ? {} : { samplingTimeMs }),
          }
        : { kind: "resumed", startedAtMs: beganAtMs - startedAgoMs },
    deadlineMs: beganAtMs + deadlineInMs,
    onLook: ({ elapsedMs, nextLookMs }) => progress.push({ elapsedMs, nextLookMs }),
    ...(settings.watch ? { watch: { ...BLIND, ...settings.watch } } : {}),
    ...(settings.proofByList ? { proofByList: settings.proofByList } : {}),
  });
  return { clock, looks, options, progress, end };
}

describe("waitForOperation", () => {
  describe("together with others", () => {
    it("asks when an end is likely by what they have shown, and tells what it has seen", async () => {
      const ends: number[][] = [];
      const { looks, end } = wait({
        durationMs: MINUTE_MS,
        watch: {
          nextLookMs: (ranMs) => (ranMs === 0 ? 50_000 : ranMs + 6000),
          ended: (ranMs, endedMs) => ends.push([ranMs, endedMs]),
        },
      });
      await end;
      expect(looks).to.deep.equal([50_000, 56_000, 62_000]);
      expect(ends).to.deep.equal([[56_000, 62_000]]);
    });

    it("looks sooner when one of them ends meanwhile", async () => {
      const clock = createVirtualClock();
      const limits = createLimits({ clock });
      const beganAtMs = clock.elapsed();
      const looks: Record<string, number[]> = { quick: [], slow: [] };
      const end = (statusId: string, durationMs: number) =>
        waitForOperation({
          client: {
            readStatus: async () => {
              looks[statusId]?.push(clock.elapsed() - beganAtMs);
              return clock.elapsed() - beganAtMs >= durationMs ? DONE : RUNNING;
            },
          },
          clock,
          statusId,
          beginning: { kind: "accepted", acceptedAtMs: beganAtMs },
          deadlineMs: beganAtMs + 30 * MINUTE_MS,
          watch: limits.watch(statusId, "create"),
        });
      const quick = Array.from({ length: 5 }, () => end("quick", 20_000));
      await clock.drive(Promise.all([...quick, end("slow", 20_500)]));
      // Alone it would have looked at 22.2 s next.
      expect(looks.slow?.at(-1)).to.be.below(21_500);
    });

    for (const end of ["fails", "is given up"]) {
      it(`is looked at by the next at once when the one that is watched closely ${end}`, async () => {
        const clock = createVirtualClock();
        const limits = createLimits({ clock });
        const beganAtMs = clock.elapsed();
        const waiting = (statusId: string, last: OperationStatus | Error) =>
          waitForOperation({
            client: {
              readStatus: async () => {
                if (clock.elapsed() - beganAtMs < 6000) return RUNNING;
                if (last instanceof Error) throw last;
                return last;
              },
            },
            clock,
            statusId,
            beginning: { kind: "accepted", acceptedAtMs: beganAtMs },
            deadlineMs: beganAtMs + 30 * MINUTE_MS,
            watch: limits.watch("N", "update"),
          });
        const failing = end === "fails" ? { ...DONE, statusCode: 500 } : new CredentialsError("no", { status: 401 });
        const first = waiting("leader", failing).catch(() => undefined);
        const others = Array.from({ length: 4 }, (_, n) => waiting(`St${n}`, DONE));
        await clock.drive(Promise.all([first, ...others]));
        expect(clock.elapsed() - beganAtMs).to.be.below(7000);
      });
    }

    describe("whose change a list may show", () => {
      const LISTED = seen();
      const watch = { isFollowing: () => true, nextLookMs: (ranMs: number) => ranMs + 8000 };

      it("asks for no status where it does, claims no status code, and has others learn nothing", async () => {
        let shown = 0;
        const own = { ...watch, shown: () => void shown++, ended: () => expect.fail("learned") };
        const { looks, end } = wait({ watch: own, proofByList: async () => LISTED });
        expect(await end).to.deep.equal({ outcome: "succeeded", reasons: [], listed: LISTED });
        expect([looks, shown]).to.deep.equal([[], 1]);
      });

      it("asks for the list as much earlier as it takes others to join", async () => {
        const { progress, end } = wait({ watch, proofByList: async () => LISTED });
        await end;
        expect(progress.map(({ nextLookMs }) => nextLookMs)).to.deep.equal([8000 - GATHERING_MS]);
      });

      it("asks for its status at once where it does not, and for no second list", async () => {
        let lists = 0;
        const answers = [RUNNING, { ...DONE, statusCode: 500, reasons: ["no"] }];
        const { looks, end } = wait({ watch, answers, proofByList: async () => void lists++ as undefined });
        expect(await end).to.deep.equal({ outcome: "failed", statusCode: 500, reasons: ["no"] });
        expect([looks, lists]).to.deep.equal([[7750, 15_750], 1]);
      });

      it("asks for no list where none began with it, or an earlier run has left it", async () => {
        const proofByList = () => expect.fail("listed");
        await wait({ watch: { ...watch, isFollowing: () => false }, proofByList }).end;
        await wait({ watch, startedAgoMs: MINUTE_MS, proofByList }).end;
      });
    });

    it("learns nothing from one that failed, or that an earlier run has left", async () => {
      const ended = () => expect.fail("learned");
      await wait({ answers: [{ ...DONE, statusCode: 500 }], watch: { ended } }).end;
      await wait({ startedAgoMs: 60 * MINUTE_MS, watch: { ended } }).end;
    });

    it("learns of one that this process was told of, however long ago", async () => {
      const ends: number[][] = [];
      await wait({
        acceptedAgoMs: 5000,
        watch: { nextLookMs: () => 8000, ended: (ranMs, endedMs) => ends.push([ranMs, endedMs]) },
      }).end;
      expect(ends).to.deep.equal([[0, 8000]]);
    });

    it("leaves them, however it ends", async () => {
      let left = 0;
      const watch = { leave: () => void left++ };
      await wait({ watch }).end;
      await errorOf(wait({ answers: [RUNNING], deadlineInMs: 5000, watch }).end, DeadlineError);
      expect(left).to.equal(2);
    });
  });

  describe("when the operation is completed", () => {
    const ends: [string, OperationStatus, string][] = [
      ["succeeded with a 2xx", { completed: true, statusCode: 201, reasons: [] }, "succeeded"],
      ["unconfirmed without a status code", { completed: true, reasons: [] }, "unconfirmed"],
      ["failed with a 4xx", { completed: true, statusCode: 409, reasons: ["clash"] }, "failed"],
      ["failed with a 5xx", { completed: true, statusCode: 500, reasons: [] }, "failed"],
      ["failed with a 3xx", { completed: true, statusCode: 302, reasons: [] }, "failed"],
    ];
    for (const [name, status, outcome] of ends) {
      it(`is ${name}`, async () => {
        const { completed: _, ...rest } = status;
        expect(await wait({ answers: [status] }).end).to.deep.equal({ ...rest, outcome });
      });
    }

    it("keeps the object that an earlier look named, and the last one does not", async () => {
      const { end } = wait({ answers: [{ ...RUNNING, resourceId: "Tg1" }, DONE] });
      expect(await end).to.include({ outcome: "succeeded", resourceId: "Tg1" });
    });
  });

  describe("intervals", () => {
    for (const durationMs of [3000, 30_000, 5 * MINUTE_MS, 20 * MINUTE_MS]) {
      it(`notice the end of ${durationMs / 1000} s within about a tenth of it, with few looks`, async () => {
        const { end, looks } = wait({ durationMs });
        await end;
        expect(looks.at(-1)).to.be.within(durationMs, durationMs * 1.11 + 400);
        expect(looks.length).to.be.below(75);
      });
    }

    it("are never longer than the service suggests, nor than two minutes", async () => {
      const suggested = wait({ durationMs: 20 * MINUTE_MS, samplingTimeMs: 20_000 });
      await suggested.end;
      expect(Math.max(...suggested.clock.sleeps)).to.equal(20_000);
      const silent = wait({ durationMs: 60 * MINUTE_MS, deadlineInMs: 120 * MINUTE_MS });
      await silent.end;
      expect(Math.max(...silent.clock.sleeps)).to.equal(120_000);
    });

    it("are never shorter than a quarter of a second, whatever the service suggests", async () => {
      const { end, clock } = wait({ durationMs: 5000, samplingTimeMs: 1 });
      await end;
      expect(Math.min(...clock.sleeps)).to.equal(250);
    });

    it("are announced before they begin", async () => {
      const { end, progress, clock } = wait({ answers: [RUNNING, RUNNING, DONE] });
      await end;
      expect(progress).to.deep.equal([
        { elapsedMs: 0, nextLookMs: 400 },
        { elapsedMs: 400, nextLookMs: 400 },
        { elapsedMs: 800, nextLookMs: 400 },
      ]);
      expect(clock.sleeps).to.deep.equal([400, 400, 400]);
    });

    it("do not wait for a clock that was ahead where the operation began", async () => {
      const { end, looks } = wait({ durationMs: 3000, startedAgoMs: -60 * MINUTE_MS });
      await end;
      expect(looks.at(-1)).to.be.below(5000);
    });

    it("do not delay the first look at an operation of an earlier run", async () => {
      const { end, looks, clock } = wait({ startedAgoMs: 60 * MINUTE_MS });
      await end;
      expect(looks).to.deep.equal([0]);
      expect(clock.sleeps).to.deep.equal([]);
    });
  });

  describe("when the deadline comes first", () => {
    it("fails with what is known of the operation, after a last look just before it", async () => {
      const { end, looks, clock } = wait({
        answers: [{ ...RUNNING, resourceId: "Tg1" }, RUNNING],
        deadlineInMs: 10 * MINUTE_MS,
      });
      const error = await errorOf(end, DeadlineError);
      expect(error.message).to.equal(
        "Timed out after 599 s waiting for operation St1; last status: running. The service goes on with it.",
      );
      expect(error).to.include({ statusId: "St1", resourceId: "Tg1", lastStatus: "running", elapsedMs: 599_000 });
      expect(looks.at(-1)).to.equal(10 * MINUTE_MS - 1000);
      expect(clock.elapsed()).to.be.at.most(10 * MINUTE_MS);
    });

    for (const byMs of [-60 * MINUTE_MS, 24 * 60 * MINUTE_MS]) {
      it(`looks when it would, though the clock is set by ${byMs / MINUTE_MS} minutes meanwhile`, async () => {
        const undisturbed = wait({ answers: [RUNNING], deadlineInMs: 10 * MINUTE_MS });
        await errorOf(undisturbed.end, DeadlineError);
        const { end, looks, clock } = wait({ answers: [RUNNING], deadlineInMs: 10 * MINUTE_MS });
        clock.onSleep = (sleeps) => {
          if (sleeps === 3) clock.set(byMs);
        };
        expect((await errorOf(end, DeadlineError)).elapsedMs).to.equal(599_000);
        expect(looks).to.deep.equal(undisturbed.looks);
      });
    }

    it("makes the last look so early that its answer comes in time behind a slow network", async () => {
      const { end, looks } = wait({ answers: [RUNNING], deadlineInMs: 60_000, watch: { roundTripMs: () => 600 } });
      await errorOf(end, DeadlineError);
      expect(looks.at(-1)).to.equal(60_000 - 4 * 600);
    });

    it("looks once even when hardly any time is left", async () => {
      expect(await wait({ deadlineInMs: 100 }).end).to.include({ outcome: "succeeded" });
      const running = wait({ deadlineInMs: 100, answers: [RUNNING] });
      await errorOf(running.end, DeadlineError);
      expect(running.looks).to.have.length(1);
    });

    it("gives every look the deadline, and no patience of its own", async () => {
      const { end, options } = wait({ deadlineInMs: 5000 });
      await end;
      expect(options).to.deep.equal([{ deadlineMs: 5000, patienceMs: 0, isLook: true }]);
    });

    it("names the trouble when that was the last it heard", async () => {
      const { end } = wait({
        answers: [new UnavailableError("Could not ask: the API answered 502.")],
        deadlineInMs: 5000,
      });
      const error = await errorOf(end, DeadlineError);
      expect(error.lastStatus).to.equal("Could not ask: the API answered 502");
    });

    it("keeps the object's id when it is a look that comes too late", async () => {
      const { end } = wait({ answers: [{ ...RUNNING, resourceId: "Tg1" }, new DeadlineError("late")] });
      expect(await errorOf(end, DeadlineError)).to.include({ statusId: "St1", resourceId: "Tg1" });
    });
  });

  describe("when a look fails", () => {
    const passing: [string, Error][] = [
      ["a service that is not available", new UnavailableError("502")],
      ["a 404 in HTML", new WrongRegionError("html")],
      ["a 404 in JSON, for a while", new NotFoundError("not yet")],
      ["a 403, for a while", new CredentialsError("may not", { status: 403 })],
    ];
    for (const [name, error] of passing) {
      it(`bears with ${name}`, async () => {
        const { end, looks } = wait({ answers: [error, error, error, RUNNING, error, DONE] });
        expect(await end).to.include({ outcome: "succeeded" });
        expect(looks).to.have.length(6);
      });
    }

    const untold: [string, Error, string][] = [
      ["a 404 in JSON", new NotFoundError("gone"), "not known to the service"],
      ["a 404 in HTML", new WrongRegionError("html."), "html"],
      ["a 400", new RefusedError("no such status.", { status: 400 }), "no such status"],
      ["a 410", new RefusedError("gone for good.", { status: 410 }), "gone for good"],
      ["a 403", new CredentialsError("may not.", { status: 403 }), "may not"],
      ["an answer that cannot be read", new UnavailableError("unreadable.", { status: 200 }), "unreadable"],
    ];
    for (const [name, error, why] of untold) {
      it(`counts as unclear once the service has answered ${name} for three minutes`, async () => {
        const { end, looks } = wait({ answers: [error] });
        expect(await end).to.deep.equal({
          outcome: "unclear",
          reasons: [`The service no longer tells of the operation: ${why}.`],
        });
        expect(looks.at(-1)).to.be.within(3 * MINUTE_MS, 4 * MINUTE_MS);
      });
    }

    it("ends at once when the key is refused, and says which operation goes on", async () => {
      const { end } = wait({ answers: [new CredentialsError("refused.", { status: 401 })] });
      expect((await errorOf(end, CredentialsError)).statusId).to.be.a("string");
    });

    it("bears with answers that tell nothing for as long as the operation is young, however many", async () => {
      const answers = [...Array.from({ length: 10 }, () => new NotFoundError("not yet")), DONE];
      const { end, looks } = wait({ answers });
      expect(await end).to.include({ outcome: "succeeded" });
      expect(looks).to.have.length(11);
    });

    it("never gives up an operation that the service was not there to tell of", async () => {
      const { end } = wait({ answers: [new UnavailableError("502", { status: 502 })], deadlineInMs: 10 * MINUTE_MS });
      await errorOf(end, DeadlineError);
    });

    it("looks thrice at an old operation that the service has forgotten, which does not take long", async () => {
      const { end, looks } = wait({ answers: [new NotFoundError("gone")], startedAgoMs: 600 * MINUTE_MS });
      expect(await end).to.include({ outcome: "unclear" });
      expect(looks).to.have.length(3);
      expect(looks.at(-1)).to.be.below(MINUTE_MS);
    });

    it("begins to count anew when the service has told of it meanwhile", async () => {
      const gone = new NotFoundError("gone");
      const { end, looks } = wait({ answers: [gone, gone, RUNNING, gone, gone, DONE], startedAgoMs: 10 * MINUTE_MS });
      expect(await end).to.include({ outcome: "succeeded" });
      expect(looks).to.have.length(6);
    });

    it("keeps the object that an earlier look named of an operation that is not told of any more", async () => {
      const { end } = wait({ answers: [{ ...RUNNING, resourceId: "Tg1" }, new NotFoundError("gone")] });
      expect(await end).to.include({ outcome: "unclear", resourceId: "Tg1" });
    });

    it("fails at once on trouble that does not pass by itself", async () => {
      const { end, looks } = wait({ answers: [new UnavailableError("redirect", { patienceMs: 0 }), DONE] });
      await errorOf(end, UnavailableError);
      expect(looks).to.have.length(1);
    });
  });
});
