import { expect } from "chai";
import { useFixture } from "./fixture";

describe("A network that was deleted in the portal, on the real engine", () => {
  const fixture = useFixture();

  it("holds up a destroy, which names the way out, until retainOnDelete lets go of its group", async () => {
    const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
    await stack.up();
    fixture.sandbox.edit({ kind: "removeNetwork", networkId: fixture.networkId });
    const { output } = await stack.failingDestroy();
    expect(output).to.match(/network \w+ is not visible to this key/);
    expect(output.replaceAll(/\s+/g, " ")).to.contain(
      "If the network itself was deleted: pulumi state delete, or set retainOnDelete: true, run pulumi up, and take the resource out.",
    );
    expect((await stack.state()).groups).to.have.length(1);

    stack.setProgram(fixture.program(fixture.args(), { retainOnDelete: true }));
    fixture.sandbox.clearJournal();
    await stack.up();
    stack.setProgram(async () => {});
    await stack.up();
    expect((await stack.state()).groups).to.deep.equal([]);
    expect(fixture.writes()).to.deep.equal([]);
    await stack.destroy();
  });
});
