import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { EngineRun, EngineStack } from "../../tools/workshop";
import { useFixture } from "./fixture";

describe("What a preview and a refresh say on the real engine", () => {
  const fixture = useFixture();

  /** The lines that a run left on the resource's row. */
  const said = ({ events }: EngineRun): readonly string[] =>
    events.flatMap(({ diagnosticEvent: event }) =>
      event !== undefined && /^(info|warning)/.test(String(event.severity)) && /::branch$/.test(event.urn ?? "")
        ? [event.message.trim()]
        : [],
    );

  async function deployed(description: string): Promise<EngineStack> {
    const stack = await fixture.workshop.stack({
      program: fixture.program(fixture.args({ description: pulumi.secret(description) })),
    });
    await stack.up();
    return stack;
  }

  it("tells of drift in a refresh, once and with both values, and of the change in the up that follows", async () => {
    const stack = await deployed("hunter2");
    fixture.sandbox.edit({
      kind: "changeTunnel",
      groupId: fixture.groups()[0]?.id ?? "",
      tunnelId: fixture.tunnelTo("203.0.113.10").id,
      changes: { remotePublicIP: "203.0.113.66" },
    });
    const drift = 'tunnels.primary.remotePublicIP is "203.0.113.66", was "203.0.113.10".';
    expect(said(await stack.refresh({ previewOnly: true } as object)), "preview-only").to.deep.equal([drift]);
    const both = said(await stack.preview({ refresh: true }));
    expect(both.filter((text) => text === drift)).to.have.length(1);
    expect(both.filter((text) => /remotePublicIP changes in place/.test(text))).to.have.length(1);
    expect(said(await stack.refresh())).to.deep.equal([drift]);
    await stack.up();

    stack.setProgram(fixture.program(fixture.args({ description: pulumi.secret("hunter3") })));
    const secret = await stack.preview();
    expect(said(secret)).to.deep.equal(["description changes in place."]);
    expect(secret.output).not.to.contain("hunter");

    stack.setProgram(fixture.program(fixture.args({ networkId: fixture.sandbox.accounts[0].networks[0]?.id ?? "" })));
    const replaced = said(await stack.preview());
    expect(replaced).to.have.length(1);
    expect(replaced[0]).to.match(/^Replaces tunnel group Tg\w+ with its 2 tunnels: the new group is made first/);
    await stack.destroy();
  });

  it("tells of keys that are swapped or shifted, and sends nothing but what differs", async () => {
    const named = (primary: number, backup: number) =>
      fixture.args({ tunnels: { primary: fixture.tunnel(primary), backup: fixture.tunnel(backup) } });
    const listed = (...numbers: readonly number[]) =>
      fixture.args({ tunnels: Object.fromEntries(numbers.map((n, index) => [`t${index}`, fixture.tunnel(n)])) });
    const ids = () =>
      Object.fromEntries((fixture.groups()[0]?.tunnels ?? []).map((each) => [each.remotePublicIP, each.id]));
    const stack = await fixture.workshop.stack({ program: fixture.program(named(0, 1)) });
    await stack.up();
    const before = ids();
    fixture.sandbox.clearJournal();
    stack.setProgram(fixture.program(named(1, 0)));
    const swapped = said(await stack.up()).join(" ");
    expect(swapped).to.contain("tunnels.primary goes on as tunnels.backup.");
    expect(swapped).not.to.match(/removed|added|changes in place/);
    expect(fixture.writes()).to.deep.equal([]);
    expect((await stack.state()).groups[0]?.outputs.tunnelIds).to.deep.equal({
      primary: before["203.0.113.11"],
      backup: before["203.0.113.10"],
    });

    stack.setProgram(fixture.program(listed(0, 1, 2)));
    await stack.up();
    const all = ids();
    fixture.sandbox.clearJournal();
    stack.setProgram(fixture.program(listed(1, 2)));
    const first = all["203.0.113.10"];
    expect(said(await stack.preview()).join(" ")).to.contain(`tunnels.t0 (${first}) is removed.`);
    await stack.up();
    expect(fixture.writes().map(({ body }) => body)).to.deep.equal([
      { tunnelName: "branch", removeTunnels: [{ id: first }] },
    ]);
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    expect(ids()).to.deep.equal({ "203.0.113.11": all["203.0.113.11"], "203.0.113.12": all["203.0.113.12"] });
    await stack.destroy();
  });

  it("says that ignoreChanges takes away a member of a new tunnel, and that replaceOnChanges has no effect", async () => {
    const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
    await stack.up();
    const tunnels = { primary: fixture.tunnel(0), backup: fixture.tunnel(1), third: fixture.tunnel(2) };
    const options = { ignoreChanges: ["tunnels.third.remotePublicIP"], replaceOnChanges: ["tunnels"] };
    stack.setProgram(fixture.program(fixture.args({ tunnels }), options));
    const { output } = await stack.failingPreview();
    expect(output).to.contain("tunnels.third.remotePublicIP: is required, and ignoreChanges takes it away");
    expect(output).to.contain("replaceOnChanges has no effect");
    stack.setProgram(fixture.program(fixture.args({ description: null as never })));
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    await stack.destroy();
  });
});
