import { expect } from "chai";
import { runOf } from "../../../provider/ownership/run";

describe("runOf", () => {
  const engine = { processId: 7, startedAt: "noon" };
  const run = runOf("127.0.0.1:40001", "laptop", engine);

  it("is the same for all processes of a run", () => {
    expect(runOf("127.0.0.1:40001", "laptop", { ...engine })).to.deep.equal(run);
    expect(run.isAddressOnly).to.equal(false);
  });

  for (const [title, other] of [
    ["address", runOf("127.0.0.1:40002", "laptop", engine)],
    ["host", runOf("127.0.0.1:40001", "desktop", engine)],
    ["process", runOf("127.0.0.1:40001", "laptop", { ...engine, processId: 8 })],
    ["start", runOf("127.0.0.1:40001", "laptop", { ...engine, startedAt: "later" })],
  ] as const) {
    it(`is another with another ${title}`, () => {
      expect(other.id).not.to.equal(run.id);
    });
  }

  it("goes by the address where the engine's process is not known", () => {
    const first = runOf("127.0.0.1:40001", "laptop", undefined);
    expect(first).to.deep.equal(runOf("127.0.0.1:40001", "laptop", undefined));
    expect(first).to.include({ isAddressOnly: true, host: run.host });
  });
});
