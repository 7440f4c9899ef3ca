import { expect } from "chai";
import { awaitPassing, checkup, type Patient } from "../../../provider/converge/health";
import type { Session } from "../../../provider/converge/session";
import type { TunnelHealth } from "../../../provider/model/health";
import { CredentialsError, NotFoundError, UnavailableError } from "../../../provider/service/errors";
import { shareHealth } from "../../../provider/service/healthReads";
import { createVirtualClock, type VirtualClock } from "../service/virtualClock";

const SETTLING_MS = 300_000;

describe("awaitPassing", () => {
  let clock: VirtualClock;
  let beganMs: number;
  let statuses: string[];
  let looks: number;
  /** What the service says, by the seconds since the beginning, of each tunnel by its id. */
  let says: (seconds: number) => Readonly<Record<string, TunnelHealth>>;
  beforeEach(() => {
    clock = createVirtualClock();
    beganMs = clock.elapsed();
    statuses = [];
    looks = 0;
  });

  function session(changes: Partial<Session> = {}): Session {
    const readHealth = async () => {
      looks += 1;
      const health = says((clock.elapsed() - beganMs) / 1000);
      return Object.entries(health).map(([tunnelId, status]) => ({ tunnelId, tunnelName: "", status }));
    };
    return {
      clock,
      deadlineMs: beganMs + 1_800_000,
      settlingMs: SETTLING_MS,
      health: shareHealth({ readHealth }, clock),
      status: (text: string) => void statuses.push(text),
      ...changes,
    } as unknown as Session;
  }

  const group = (open: Readonly<Record<string, number>>): Patient => ({
    networkId: "N",
    tunnelIds: { primary: "Tn1", backup: "Tn2" },
    storedNames: {},
    open: new Map(Object.entries(open)),
  });
  const seconds = () => (clock.elapsed() - beganMs) / 1000;
  const wait = (open: Readonly<Record<string, number>>, timeoutMs = 300_000, changes: Partial<Session> = {}) =>
    clock.drive(awaitPassing(session(changes), group(open), timeoutMs));

  it("ends with the first look at new tunnels that shows them passing", async () => {
    says = (now) => ({ Tn1: "passing", Tn2: now < 10 ? "unknown" : "passing" });
    const seen = await wait({ Tn1: Number.NEGATIVE_INFINITY, Tn2: Number.NEGATIVE_INFINITY });
    expect(seen).to.deep.include({ health: { primary: "passing", backup: "passing" }, failing: [] });
    expect(seconds()).to.be.within(10, 12);
    expect(statuses[0]).to.equal("1 of 2 tunnels passing; waits for tunnels.backup (unknown), for 300 s at most");
  });

  it("takes no passing from before the change for one after it, as long as the service may lag behind", async () => {
    says = () => ({ Tn1: "passing" });
    expect((await wait({ Tn1: beganMs })).failing).to.deep.equal([]);
    expect(seconds()).to.be.within(30, 35);
  });

  it("waits as long as the service may lag behind, where that alone is in doubt, though the time is shorter", async () => {
    says = () => ({ Tn1: "passing", Tn2: "critical" });
    expect((await wait({ Tn1: beganMs }, 5000)).failing).to.deep.equal([]);
    expect(seconds()).to.be.within(30, 35);
    expect((await wait({ Tn1: clock.elapsed(), Tn2: clock.elapsed() }, 5000)).failing).to.deep.equal([
      "primary",
      "backup",
    ]);
    expect(seconds()).to.be.within(35, 40);
  });

  it("takes it at once where the service has noticed the change", async () => {
    says = (now) => ({ Tn1: now > 2 && now < 6 ? "critical" : "passing" });
    expect((await wait({ Tn1: beganMs })).failing).to.deep.equal([]);
    expect(seconds()).to.be.within(6, 8);
  });

  it("wants all of them passing in one look", async () => {
    const isEven = (now: number) => Math.floor(now / 20) % 2 === 0;
    says = (now) => ({ Tn1: isEven(now) ? "passing" : "critical", Tn2: isEven(now) ? "critical" : "passing" });
    const seen = await wait({ Tn1: Number.NEGATIVE_INFINITY, Tn2: Number.NEGATIVE_INFINITY });
    expect(seen.failing).to.have.length(1);
    expect(seconds()).to.equal(300);
  });

  it("ends when the time is over, with what is not passing then", async () => {
    says = () => ({ Tn1: "passing", Tn2: "critical" });
    const seen = await wait({ Tn2: beganMs }, 60_000);
    expect(seen).to.deep.equal({
      health: { primary: "passing", backup: "critical" },
      touched: ["backup"],
      failing: ["backup"],
    });
    expect(seconds()).to.equal(60);
  });

  it("never waits beyond the step's own time", async () => {
    says = () => ({});
    const seen = await wait({ Tn1: beganMs }, 3_600_000, { deadlineMs: beganMs + 120_000 });
    expect(seen.failing).to.have.length(1);
    expect(seen.trouble).to.contain("customTimeouts");
    expect(seconds()).to.be.within(120, 121);
  });

  it("bears trouble with a look until the next", async () => {
    says = (now) => {
      if (now < 5) throw new UnavailableError("down");
      return { Tn1: "passing" };
    };
    const seen = await wait({ Tn1: Number.NEGATIVE_INFINITY });
    expect(seen).not.to.have.property("trouble");
    expect(seen.failing).to.deep.equal([]);
    expect(looks).to.be.greaterThan(2);
  });

  for (const [title, error] of [
    ["may not be asked for", new CredentialsError("may not", { status: 403 })],
    ["is not there", new NotFoundError("no such")],
    ["cannot be reached at all", new UnavailableError("certificate", { patienceMs: 0 })],
  ] as const) {
    it(`does not wait for what ${title}, and says why`, async () => {
      says = () => {
        throw error;
      };
      const seen = await wait({ Tn1: beganMs });
      expect(seen).to.deep.include({ failing: ["primary"], trouble: error.message });
      expect(looks).to.equal(1);
    });
  }

  it("lets other errors pass", async () => {
    says = () => {
      throw new TypeError("a mistake");
    };
    expect(await wait({ Tn1: beganMs }).catch((error: Error) => error.message)).to.equal("a mistake");
  });

  describe("checkup", () => {
    it("looks once and waits for nothing", async () => {
      says = () => ({ Tn1: "critical" });
      const seen = await clock.drive(checkup(session(), group({})));
      expect(seen).to.deep.include({ health: { primary: "critical", backup: "unknown" }, failing: [] });
      expect(looks).to.equal(1);
    });
  });
});
