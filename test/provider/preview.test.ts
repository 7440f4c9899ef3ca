import { expect } from "chai";
import { type Rig, startRig } from "./rig";

describe("createSteps, in a preview", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  describe("check, when the configuration is wrong", () => {
    it("fails for the first resource in full and for the others in short, all without a request", async () => {
      const steps = rig.process({ env: { HARMONY_SASE_TIMEOUT: "5x" } });
      const reasons = async () => (await steps.check({}, rig.args())).failures?.map(({ reason }) => reason);
      expect(await reasons()).to.deep.equal(['HARMONY_SASE_TIMEOUT must be a duration such as 30m; got "5x".']);
      expect(await reasons()).to.deep.equal(["The configuration is wrong, as said of another resource."]);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("says so beside what is wrong with the resource", async () => {
      const steps = rig.process({ env: { HARMONY_SASE_API_KEY: "" } });
      const { failures = [] } = await steps.check({}, rig.args({ tunnelName: "?" }));
      expect(failures.map(({ reason }) => reason).join("\n")).to.match(/There is no API key[\s\S]*tunnelName: must be/);
    });
  });

  it("reads and deletes under a timeout that is wrong: no check has come before", async () => {
    await rig.up(rig.args());
    const steps = rig.process({ env: { HARMONY_SASE_TIMEOUT: "5x" } });
    await rig.refresh(steps);
    await rig.destroy(steps);
    expect(rig.state).to.equal(undefined);
  });
});
