import { expect } from "chai";
import {
  findEngineProcess,
  parsePs,
  parseStat,
  type RunningProcess,
  readerFor,
} from "../../../provider/engine/engineProcess";

describe("findEngineProcess", () => {
  /** Processes by name, the youngest first; the number of each says how old it is. */
  const found = (...names: readonly string[]) => {
    const processes = names.map<RunningProcess>((name, at) => {
      const processId = 100 - at;
      return { processId, name, parentId: at === names.length - 1 ? 0 : processId - 1, startedAt: `${name}'s start` };
    });
    return findEngineProcess(100, async (id) => processes.find(({ processId }) => processId === id));
  };

  for (const [title, names, expected] of [
    ["right above it", ["pulumi", "bash"], 100],
    ["above the script that starts providers", ["pulumi-resource", "pulumi", "bash"], 99],
    ["above a shell that runs that script", ["sh", "pulumi", "zsh"], 99],
    ["above a version manager's process", ["volta-shim", "pulumi-resource-pulumi-nodejs", "pulumi", "node"], 98],
    ["by another name", ["dash", "pulumi-dev", "make"], 99],
  ] as const) {
    it(`is the engine's ${title}`, async () => {
      expect(await found(...names)).to.deep.equal({
        processId: expected,
        startedAt: `${names[100 - expected]}'s start`,
      });
    });
  }

  it("is none where only shells are left, or nothing can be read", async () => {
    expect(await found("sh", "-bash")).to.equal(undefined);
    expect(await findEngineProcess(100, async () => undefined)).to.equal(undefined);
    expect(await findEngineProcess(100, () => Promise.reject(new Error("EACCES")))).to.equal(undefined);
    expect(await findEngineProcess(process.pid, readerFor("win32"))).to.equal(undefined);
  });

  it("ends where processes go round in a circle", async () => {
    const sh = { processId: 100, parentId: 100, name: "sh", startedAt: "0" };
    expect(await findEngineProcess(100, async () => sh)).to.equal(undefined);
  });

  it("finds the same process each time on this machine, where it can tell", async () => {
    const first = await findEngineProcess(process.pid);
    expect(await findEngineProcess(process.pid)).to.deep.equal(first);
    if (process.platform === "linux") expect(first).to.have.keys("processId", "startedAt");
  });
});

describe("parseStat", () => {
  it("reads name, parent and start, whatever the name holds", () => {
    const rest = `S 41 ${"0 ".repeat(17)}987654 0 0`;
    for (const name of ["pulumi", "tmux: server", "a) (b"]) {
      expect(parseStat(`42 (${name}) ${rest}\n`)).to.deep.equal({
        processId: 42,
        parentId: 41,
        name,
        startedAt: "987654",
      });
    }
    expect(parseStat("42 (pulumi) S 41")).to.equal(undefined);
    expect(parseStat("")).to.equal(undefined);
  });
});

describe("parsePs", () => {
  it("reads parent, start and name", () => {
    expect(parsePs(42, "    1 Sat Nov 28 10:00:00 2026 /opt/My Tools/pulumi\n")).to.deep.equal({
      processId: 42,
      parentId: 1,
      startedAt: "Sat Nov 28 10:00:00 2026",
      name: "pulumi",
    });
    expect(parsePs(42, "41 Tue Nov  3 10:00:00 2026 -zsh")).to.include({ startedAt: "Tue Nov 3 10:00:00 2026" });
    expect(parsePs(42, "\n")).to.equal(undefined);
  });
});
