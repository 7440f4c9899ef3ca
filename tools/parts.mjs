/** Whole tables, of which `npm test` runs a sample each, and how many minutes they take on two cores. */
export const PARTS = {
  faults: { minutes: 2, runs: [{ files: ["test/chaos/matrix.test.ts"], env: { CHAOS: "all" } }] },
  crowd: { minutes: 2, runs: [{ files: ["test/chaos/crowd.test.ts"], env: { CHAOS: "all" } }] },
  variants: { minutes: 2, runs: [{ files: ["test/chaos/variants.test.ts"], env: { CHAOS: "all" } }] },
  ways: { minutes: 1, runs: [{ files: ["test/chaos/waysOut.test.ts"], env: { CHAOS: "all" } }] },
  programs: {
    minutes: 4,
    runs: [1, 2].map((half) => ({
      files: ["test/chaos/programs.test.ts"],
      env: { CHAOS_SEEDS: "6", CHAOS_SEED: String(Math.floor(Math.random() * 1e6) * 10 + half) },
    })),
  },
  law: {
    minutes: 4,
    runs: [1, 2].map(() => ({
      files: ["test/law/law.test.ts"],
      env: { LAW_RUNS: "400", LAW_SEED: String(Math.floor(Math.random() * 1e9)) },
    })),
  },
  types: { minutes: 8, runs: [{ files: ["test/package/types.test.ts"], env: { PACKAGE: "all" } }] },
  layouts: { minutes: 4, runs: [{ files: ["test/package/layouts.test.ts"], env: { PACKAGE: "all" } }] },
  nodes: {
    minutes: 9,
    runs: [{ files: ["test/package/nodes.test.ts", "test/package/plainCli.test.ts"], env: { PACKAGE: "all" } }],
  },
  engine: {
    minutes: 10,
    runs: [
      ["configuration", "accounts", "failures", "row"],
      ["options", "adopting", "import", "health"],
    ].map((names) => ({
      files: names.map((name) => `test/e2e/${name}.test.ts`),
      env: { ENGINE: "all" },
    })),
  },
  together: {
    minutes: 4,
    runs: [{ files: ["test/e2e/together.test.ts"], env: { ENGINE: "all", TOGETHER_SEEDS: "10" } }],
  },
  interruptions: {
    minutes: 16,
    runs: [0, 1].map((shard) => ({
      files: ["test/e2e/interruption.test.ts"],
      env: { CHAOS: "all", CHAOS_SHARD: `${shard}/2` },
    })),
  },
};
