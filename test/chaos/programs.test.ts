import { checkPrograms } from "./programs";

const first = Number(process.env.CHAOS_SEED ?? 20261123);
const count = Number(process.env.CHAOS_SEEDS ?? 1);

describe("Random programs under random trouble", () => {
  for (let seed = first; seed < first + count; seed++) {
    it(`converge (seed ${seed}; CHAOS_SEED replays another)`, () => checkPrograms(60, seed)).timeout(600_000);
  }
});
