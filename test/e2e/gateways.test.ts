import { expect } from "chai";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";
import { useFixture } from "./fixture";

describe("The output gateways on the real engine", () => {
  const fixture = useFixture();
  const program = async () => ({ gateways: new DynamicTunnelGroup("branch", fixture.args()).gateways });

  it("is not known before the group is there, no change to a state that has none, and no drift", async () => {
    const stack = await fixture.workshop.stack({ program });
    expect((await stack.preview()).output).to.match(/gateways: \[unknown\]/);
    const { outputs } = await stack.up();
    expect(outputs.gateways).to.deep.equal({
      primary: { addresses: ["198.18.2.11", "198.18.2.12"] },
      backup: { addresses: ["198.18.2.21", "198.18.2.22"] },
    });

    // As an earlier version has left it.
    const { deployment, ...exported } = await stack.automation.exportStack();
    const text = JSON.stringify(deployment).replace(/"gateways":\{"backup".*?\}\},?/g, "");
    expect(text).not.to.contain("198.18.2");
    await stack.automation.importStack({ ...exported, deployment: JSON.parse(text) });
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    await stack.refresh({ expectNoChanges: true });
    expect((await stack.state()).groups[0]?.outputs.gateways).to.deep.equal(outputs.gateways);
  });
});
