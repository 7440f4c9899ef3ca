import { expect } from "chai";
import fc from "fast-check";
import { comparedWith } from "../../../provider/goals/takeOver";
import { type Declared, declare } from "../../../provider/import/declare";
import { programText } from "../../../provider/import/program";
import { scriptText } from "../../../provider/import/secrets";
import { checkInputs } from "../../../provider/model/check";
import { ownedInputsOf } from "../../../provider/plan/changes";
import { complaintsOf, evaluated, secretsIn } from "./evaluated";
import { anyScene, type Scene } from "./scenes";

const RUNS = { numRuns: 60, seed: 2_300 };

const shown = ({ found }: Scene, groupId: string) =>
  found.groups.find(({ id }) => id === groupId) ?? expect.fail(groupId);

const declared = ({ found, answers }: Scene): Declared => {
  const result = declare(found, answers);
  expect(result.failures).to.deep.equal([]);
  expect(result.questions).to.deep.equal({ isAsnWanted: false, tunnels: [] });
  expect(result.presumed).to.deep.equal([]);
  return result;
};

describe("programText, by law", () => {
  it("gives a program that declares what is there, each group once and fit to be taken over, and holds no passphrase", () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const whole = declared(scene);
        const [{ resources }, text] = [whole, programText(whole)];
        const made = evaluated(text, secretsIn(scriptText(resources)));
        expect(made.map(({ name }) => name)).to.deep.equal(resources.map(({ name }) => name));
        expect(new Set(made.map(({ name }) => name)).size).to.equal(scene.groups.length);
        for (const { name, args } of made) {
          const { groupId, tunnelIds } = resources.find((resource) => resource.name === name) ?? expect.fail(name);
          const real = scene.groups.find(({ id }) => id === groupId)?.inputs ?? expect.fail(groupId);
          for (const { passphrase = "" } of Object.values(real.tunnels)) {
            // A short one may be a word of the program.
            if (passphrase.length > 11) expect(text).not.to.contain(passphrase);
          }
          const checked = checkInputs({}, args);
          expect(checked.failures).to.deep.equal([]);
          const keyed = Object.entries(tunnelIds).map(([key, id]) => [key, real.tunnels[id]]);
          expect(keyed).to.have.length(Object.keys(real.tunnels).length);
          // 480m is what 8h is: what means the default is left out, and comes back in its spelling.
          const expected = checkInputs({}, { ...real, tunnels: Object.fromEntries(keyed) }).inputs;
          expect(spelled(checked.inputs)).to.deep.equal(spelled(expected));
          const { own, undeclared, differences } = comparedWith(ownedInputsOf(checked.inputs), shown(scene, groupId));
          expect([differences, undeclared]).to.deep.equal([[], []]);
          expect(Object.fromEntries([...own].map(([key, { id }]) => [key, id]))).to.deep.equal(tunnelIds);
        }
      }),
      RUNS,
    );
  });

  it("gives the same whatever order the service has", () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { network, regions, groups } = scene.found;
        const turned = groups.toReversed().map((group) => ({ ...group, tunnels: group.tunnels.toReversed() }));
        const again = declare({ network, regions: regions.toReversed(), groups: turned }, scene.answers);
        const first = declared(scene);
        expect(programText(again)).to.equal(programText(first));
        expect(scriptText(again.resources)).to.equal(scriptText(first.resources));
      }),
      RUNS,
    );
  });

  it("gives programs that compile, strictly", () => {
    const samples = fc.sample(anyScene, { numRuns: 60, seed: 2_300 });
    expect(complaintsOf(samples.map((scene) => programText(declared(scene))))).to.equal("");
  }).timeout(60_000);
});

/** Durations in seconds. */
function spelled(inputs: object): unknown {
  return JSON.parse(JSON.stringify(inputs), (_name, value: unknown) => {
    const [, number, unit = ""] = (typeof value === "string" && /^(\d+)([smh])$/.exec(value)) || [];
    return number === undefined ? value : Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 0);
  });
}
