import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { type Rig, startRig } from "../rig";
import { failureOf, groupsOf, madeByOthers, writesOf } from "./scene";

describe("createSteps, when somebody has renamed the group", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const nameOf = (id = rig.state?.id) => groupsOf(rig).find((group) => group.id === id)?.tunnelName;
  const quiet = () => {
    rig.warnings.length = 0;
    rig.infos.length = 0;
    rig.sandbox.clearJournal();
  };
  function rename(tunnelName: string, groupId = rig.state?.id ?? ""): void {
    rig.sandbox.edit({ kind: "changeGroup", groupId, changes: { tunnelName } });
    quiet();
  }
  const namesSent = () =>
    rig.sandbox
      .journal()
      .filter(({ method }) => method === "PUT")
      .map(({ body }) => (body as Plain).tunnelName);

  describe("and the resource owns it", () => {
    beforeEach(() => rig.up(rig.args()));

    it("sets the name back with the next change, and warns of it", async () => {
      rename("renamed");
      await rig.up(rig.args({ description: "office" }));
      expect(nameOf()).to.equal("branch");
      expect(rig.warnings).to.deep.equal(["tunnelName was changed by somebody else; it is set back."]);
    });

    it("shows the name as drift after a refresh, and sets it back", async () => {
      rename("renamed");
      await rig.refresh();
      expect(rig.state?.inputs.tunnelName).to.equal("renamed");
      await rig.up(rig.args());
      expect(rig.infos).to.deep.equal(["tunnelName changes in place."]);
      expect(nameOf()).to.equal("branch");
    });
  });

  describe("and the resource uses it as an existing group", () => {
    let dynamicTunnelId: string;
    beforeEach(async () => {
      dynamicTunnelId = await madeByOthers(rig);
    });

    const using = (tunnel: Plain = {}, changes: Plain = {}) => {
      const { sharedSettings: _, ...rest } = rig.args({
        dynamicTunnelId,
        tunnels: { third: rig.tunnel(2, tunnel) },
        ...changes,
      });
      return rest;
    };
    const nameless = (tunnel: Plain = {}, changes: Plain = {}) => {
      const { tunnelName: _, ...rest } = using(tunnel, changes);
      return rest;
    };

    it("sends each change under the name that the group has now", async () => {
      await rig.up(using());
      rename("hubnew");
      await rig.up(using({ passphrase: "Another.key9" }));
      expect(namesSent()).to.deep.equal(["hubnew"]);
      expect(nameOf()).to.equal("hubnew");
      expect(rig.state?.outputs.tunnelName).to.equal("branch");
      expect(rig.warnings).to.deep.equal([]);
    });

    for (const name of ["hub01", "hub0", "branch01", "branch0"]) {
      it(`tells the name ${name} from its decoration`, async () => {
        await rig.up(using());
        rename(name);
        await rig.up(using({ passphrase: "Another.key9" }));
        expect(nameOf()).to.equal(name);
      });
    }

    it("keeps the declared name through a refresh, says the present one, and finds nothing to change", async () => {
      await rig.up(using());
      rename("hubnew");
      await rig.refresh();
      expect(rig.infos).to.deep.equal([
        `Tunnel group ${dynamicTunnelId} is called "hubnew"; tunnelName says "branch". It keeps the name that it has.`,
      ]);
      expect(rig.state?.inputs.tunnelName).to.equal("branch");
      await rig.up(using());
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("renames it where the program gives another name than before, and once only", async () => {
      await rig.up(using());
      rename("hubnew");
      await rig.up(using({}, { tunnelName: "office" }));
      expect(rig.infos).to.deep.equal(["tunnelName changes in place."]);
      expect(nameOf()).to.equal("office");
      rename("later");
      await rig.up(using({ passphrase: "Another.key9" }, { tunnelName: "office" }));
      expect(nameOf()).to.equal("later");
    });

    it("renames it with its first use under another name, and warns of it", async () => {
      await rig.up(using({}, { tunnelName: "office" }));
      expect(nameOf()).to.equal("office");
      expect(rig.warnings.join()).to.match(
        /^Tunnel group Tg\w+ is called "branch"; it is renamed to "office", as declared\. Leave tunnelName out/,
      );
    });

    it("does not rename it after a change that failed, and goes on with a rename that did", async () => {
      await rig.up(using());
      rename("hubnew");
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, applied: false });
      await failureOf(rig.up(using({ passphrase: "Another.key9" })));
      expect(rig.state?.outputs.tunnelName).to.equal("branch");
      await rig.up(using({ passphrase: "Another.key9" }));
      expect(nameOf()).to.equal("hubnew");
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, applied: false });
      await failureOf(rig.up(using({ passphrase: "Another.key9" }, { tunnelName: "office" })));
      await rig.up(using({ passphrase: "Another.key9" }, { tunnelName: "office" }));
      expect(nameOf()).to.equal("office");
    });

    it("goes on with the rename of a first use that failed", async () => {
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, applied: false });
      await failureOf(rig.up(using({}, { tunnelName: "office" })));
      expect(nameOf(dynamicTunnelId)).to.equal("branch");
      await rig.up(using({}, { tunnelName: "office" }));
      expect(nameOf()).to.equal("office");
    });

    it("leaves the name alone when the resource is destroyed", async () => {
      await rig.up(using());
      rename("hubnew");
      await rig.destroy();
      expect(nameOf(dynamicTunnelId)).to.equal("hubnew");
      expect(namesSent()).to.deep.equal(["hubnew"]);
    });

    it("declares no name where the program leaves it out, and sends the present one", async () => {
      await rig.up(nameless());
      expect(namesSent()).to.deep.equal(["branch"]);
      expect(rig.state?.outputs).not.to.have.property("tunnelName");
      rename("hubnew");
      await rig.up(nameless({ passphrase: "Another.key9" }));
      await rig.refresh();
      await rig.up(nameless({ passphrase: "Another.key9" }));
      expect(namesSent()).to.deep.equal(["hubnew"]);
      expect(rig.infos.join()).not.to.contain("tunnelName");
      expect(rig.warnings).to.deep.equal([]);
      expect(rig.state?.outputs).not.to.have.property("tunnelName");
    });

    it("sends nothing when the name is taken out, and renames when it is brought in", async () => {
      await rig.up(using());
      quiet();
      await rig.up(nameless());
      expect(rig.infos).to.deep.equal(["Only what is managed (no longer tunnelName) changed; nothing is sent."]);
      expect(writesOf(rig)).to.deep.equal([]);
      await rig.up(using({}, { tunnelName: "office" }));
      expect(nameOf()).to.equal("office");
    });

    it("fails before anything is sent where the group has no tunnel that shows a name, and none is declared", async () => {
      for (const tunnel of groupsOf(rig)[0]?.tunnels ?? [])
        rig.sandbox.edit({ kind: "removeTunnel", groupId: dynamicTunnelId, tunnelId: tunnel.id });
      expect(await failureOf(rig.up(nameless()))).to.match(
        /^Cannot create tunnel group Tg\w+: tunnelName: the group's present name cannot be told/,
      );
      expect(writesOf(rig)).to.deep.equal([]);
      await rig.up(using());
      expect(nameOf()).to.equal("branch");
    });
  });
});
