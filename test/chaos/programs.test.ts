import { checkPrograms } from "./programs";

const seed = Number(process.env.CHAOS_SEED ?? 20261123);

describe("Random programs under random trouble", () => {
  it(`converge (seed ${seed}; CHAOS_SEED replays another)`, () => checkPrograms(60, seed)).timeout(300_000);
});
