import { expect } from "chai";
import type { Plain } from "../../provider/process";
import { loadFixture, situationsOf, VERSIONS } from "../fixtures/load";
import { type Rig, startRig } from "./rig";

const HIDDEN_MEMBERS = ["regionID", "remotePublicIP", "remoteASN", "p81GWInternalIP", "remoteGWInternalIP"];

/** State of earlier versions, each with the service as it was then. */
describe("createSteps, with state of an earlier version", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ isPassphraseShown: false, arePeersFollowing: true });
  });
  afterEach(() => rig.close());

  const groups = () => rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId);
  const writes = () => rig.sandbox.journal().filter(({ method, path }) => method !== "GET" && !/authorize/.test(path));
  const shapeOf = (tunnel: Plain) => HIDDEN_MEMBERS.map((name) => tunnel[name]).join(" ");

  async function load(version: string, situation: string): Promise<Plain> {
    const { id, inputs, outputs, program } = await loadFixture(rig.sandbox, rig.networkId, version, situation);
    rig.state = { id, inputs, outputs };
    return program;
  }

  /** The tunnels that the group has to hold: those declared and, where nobody may touch them, those of others. */
  function expectDeclared({ tunnels }: Plain, others: number): void {
    expect(groups()).to.have.length(1);
    const there = groups()[0]?.tunnels.map((tunnel) => shapeOf({ ...tunnel })) ?? [];
    expect(there).to.include.members(Object.values(tunnels as Record<string, Plain>).map(shapeOf));
    expect(there).to.have.length(Object.keys(tunnels as object).length + others);
    expect(groups()[0]?.id).to.equal(rig.state?.id);
  }

  for (const version of VERSIONS) {
    for (const situation of situationsOf(version)) {
      const others = situation.startsWith("adopted") ? 1 : 0;
      const isSettled = /^(created|adopted)/.test(situation);

      it(`brings about what is declared: ${version}, ${situation}`, async () => {
        const program = await load(version, situation);
        await rig.up(program);
        expectDeclared(program, others);
        if (isSettled) expect(writes()).to.deep.equal([]);
      });

      it(`finds nothing to change after a refresh and an up: ${version}, ${situation}`, async () => {
        const program = await load(version, situation);
        await rig.refresh();
        await rig.up(program);
        await rig.refresh();
        rig.sandbox.clearJournal();
        await rig.up(program);
        expectDeclared(program, others);
        expect(writes()).to.deep.equal([]);
      });

      // Version 0.1.0 kept what an update under way was adding in its notes only, which another machine does not have.
      const isRefused = version === "0.1.0" && situation === "update-under-way";
      it(`${isRefused ? "names what it does not know" : "deletes what is its own"}: ${version}, ${situation}`, async () => {
        await load(version, situation);
        if (isRefused) {
          const failure = await rig.destroy().then(String, ({ message }) => message);
          expect(failure).to.match(
            /holds tunnels that this resource has not declared: Tn\w+ \(Rg\w+ 203\.0\.113\.12\)/,
          );
          expect(groups()).to.have.length(1);
          return;
        }
        await rig.destroy();
        expect(groups().flatMap(({ tunnels }) => tunnels)).to.have.length(others);
        expect(groups()).to.have.length(others === 0 ? 0 : 1);
      });
    }
  }
});
