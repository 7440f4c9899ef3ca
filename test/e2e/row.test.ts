import { expect } from "chai";
import { itBesides, useFixture } from "./fixture";

describe("A resource's row in plain output", () => {
  const fixture = useFixture();

  /** The lines of the row, ids and times left out; the engine repeats the last message in its own last line. */
  function rowOf(output: string): readonly string[] {
    return output
      .split("\n")
      .filter((line) => line.includes("harmony-sase:DynamicTunnelGroup branch"))
      .map((line) => line.replace(/^.*DynamicTunnelGroup branch\s*/, "").trim())
      .map((line) => line.replace(/operation \w+/, "operation …").replace(/\d+(\.\d)? ?s\b/g, "N s"));
  }

  itBesides("has one line when a wait begins, and one that says what happened", async () => {
    const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
    fixture.sandbox.plan({ operation: "createGroup", durationMs: 4000 });
    const created = await stack.up();
    expect(rowOf(created.output)).to.deep.equal([
      "creating (N s)",
      "creating (N s) create: waits for operation …",
      "creating (N s) created in N s",
      "created (N s) created in N s",
    ]);
    const next = fixture.args({ tunnels: { primary: fixture.tunnel(0), third: fixture.tunnel(2) } });
    stack.setProgram(fixture.program(next));
    fixture.sandbox.plan({ operation: "updateGroup", durationMs: 4000 });
    const updated = await stack.up();
    expect(rowOf(updated.output).at(-1)).to.match(/^updated .* one PUT: 1 added, 1 removed in N s$/);
    const destroyed = await stack.destroy();
    expect(rowOf(destroyed.output).at(-1)).to.match(/deleted in N s$/);
  });
});
