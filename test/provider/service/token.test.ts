import { expect } from "chai";
import { createTokenSource } from "../../../provider/service/token";
import { createFakeClock } from "./fakeClock";

const HOUR_MS = 3_600_000;

function build({ lifetimeMs = HOUR_MS } = {}) {
  const clock = createFakeClock();
  let calls = 0;
  const failures: Error[] = [];
  const source = createTokenSource(async () => {
    calls += 1;
    const value = `t${calls}`;
    await Promise.resolve();
    const failure = failures.shift();
    if (failure) throw failure;
    return { value, expiresAtMs: clock.now() + lifetimeMs };
  }, clock);
  return { clock, source, failures, calls: () => calls };
}

describe("createTokenSource", () => {
  it("fetches one token for all who ask at once", async () => {
    const { source, calls } = build();
    expect(await Promise.all([source.get(), source.get(), source.get()])).to.deep.equal(["t1", "t1", "t1"]);
    expect(await source.get()).to.equal("t1");
    expect(calls()).to.equal(1);
  });

  it("renews a minute before the token expires, not earlier", async () => {
    const { source, clock } = build();
    await source.get();
    clock.advance(HOUR_MS - 60_001);
    expect(await source.get()).to.equal("t1");
    clock.advance(1);
    expect(await source.get()).to.equal("t2");
  });

  it("renews once when several callers saw the same token refused", async () => {
    const { source, calls } = build();
    const refused = await source.get();
    expect(await Promise.all([source.renew(refused), source.renew(refused), source.get()])).to.deep.equal([
      "t2",
      "t2",
      "t2",
    ]);
    expect(calls()).to.equal(2);
  });

  it("gives the renewed token to a caller who saw the one before refused", async () => {
    const { source, calls } = build();
    const refused = await source.get();
    await source.renew(refused);
    expect(await source.renew(refused)).to.equal("t2");
    expect(calls()).to.equal(2);
  });

  it("keeps a token that looks expired to a fast clock, for a while", async () => {
    const { source, clock, calls } = build({ lifetimeMs: -HOUR_MS });
    await source.get();
    clock.advance(59_999);
    await source.get();
    expect(calls()).to.equal(1);
    clock.advance(1);
    expect(await source.get()).to.equal("t2");
  });

  it("tells a failure to all who wait, and tries anew for the next", async () => {
    const { source, failures } = build();
    failures.push(new Error("no"));
    const results = await Promise.allSettled([source.get(), source.get()]);
    expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    expect(await source.get()).to.equal("t2");
  });
});
