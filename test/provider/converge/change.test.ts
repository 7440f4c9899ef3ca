import { expect } from "chai";
import { assumed, type Progress } from "../../../provider/converge/change";
import { inputs, settings, state, tunnel } from "../builders";

describe("assumed", () => {
  const progress: Progress = { state: state(), justWritten: new Set(["Tn2"]), open: new Map(), over: [] };

  it("knows settings as they were sent where a change touches no tunnel", () => {
    const body = { tunnelName: "branch", description: "new", advancedSettings: { lifetime: "2h" } };
    const after = assumed(progress, { body, addedKeys: [] });
    expect(after.state.inputs).to.deep.include({
      description: "new",
      advancedSettings: { ...settings().advancedSettings, lifetime: "2h" },
    });
    expect(after.state.tunnels).to.deep.equal(inputs().tunnels);
    expect([...after.justWritten]).to.deep.equal(["Tn2"]);
  });

  it("knows the tunnels as they were sent, and counts them as written", () => {
    const body = { tunnelName: "branch", updateTunnels: [{ id: "Tn1", remoteASN: 65_099 }] };
    const after = assumed(progress, { body, addedKeys: [] });
    expect(after.state.tunnels).to.deep.equal({ ...inputs().tunnels, primary: tunnel(1, { remoteASN: 65_099 }) });
    expect([...after.justWritten]).to.have.members(["Tn1", "Tn2"]);
  });
});
