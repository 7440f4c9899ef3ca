import { expect } from "chai";
import fc from "fast-check";
import { checkInputs } from "../../../provider/model/check";
import { valueAt } from "../../../provider/model/compare";
import { inputs, settings, tunnel, UNKNOWN } from "../builders";

type Plain = Readonly<Record<string, unknown>>;

const RUNS = { numRuns: 500, seed: 2_300 };
const SECRET = "topsecret.1";

/** Valid inputs with every member that there is, in each of the two ways. */
const WHOLE: readonly Plain[] = [
  inputs({
    ...settings(),
    tunnels: { primary: tunnel(1, { remoteID: "peer1", routingType: "route", authType: "psk" }) },
  }),
  {
    ...inputs(),
    dynamicTunnelId: "TgAAAAAAA1",
    sharedSettings: { remoteGatewaySubnets: ["10.20.0.0/16", "10.30.0.0/16"], p81ASN: 64_700, peakBandwidth: 50 },
    unmanagedTunnels: "remove",
  },
];

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  const here = path.length > 0 ? [path] : [];
  if (typeof value !== "object" || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

/** A copy with `replacement` at `path`, in lists too. */
function replaced(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    key === name ? replaced(member, rest, replacement) : member,
  ]);
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

const scene = fc.constantFrom(...WHOLE);
const withPaths = scene.chain((whole) =>
  fc.record({ whole: fc.constant(whole), paths: fc.subarray([...pathsOf(whole)], { minLength: 1, maxLength: 5 }) }),
);

describe("checkInputs, by law", () => {
  it("accepts a value that is not known yet in any place, and leaves it untouched", () => {
    for (const whole of WHOLE)
      for (const path of pathsOf(whole)) {
        const checked = checkInputs({}, replaced(whole, path, UNKNOWN) as Plain);
        expect(checked.failures, path.join(".")).to.deep.equal([]);
        expect(valueAt(checked.inputs, path), path.join(".")).to.equal(UNKNOWN);
      }
  });

  it("accepts any number of them", () => {
    fc.assert(
      fc.property(withPaths, ({ whole, paths }) => {
        const news = paths.reduce<unknown>((value, path) => replaced(value, path, UNKNOWN), whole);
        expect(checkInputs({}, news as Plain).failures).to.deep.equal([]);
      }),
      RUNS,
    );
  });

  it("changes nothing that was given", () => {
    fc.assert(
      fc.property(withPaths, ({ whole, paths }) => {
        const news = paths.reduce<unknown>((value, path) => replaced(value, path, UNKNOWN), whole);
        const checked = checkInputs({}, news as Plain).inputs;
        for (const path of pathsOf(news)) {
          const given = valueAt(news, path);
          if (typeof given !== "object") expect(valueAt(checked, path)).to.equal(given);
        }
      }),
      RUNS,
    );
  });

  it("finds nothing wrong with what it has returned", () => {
    for (const whole of WHOLE) {
      const { inputs: once } = checkInputs({}, whole);
      expect(checkInputs(once, once)).to.deep.include({ inputs: once, failures: [] });
    }
  });

  it("never throws, whatever JSON stands in whichever place", () => {
    fc.assert(
      fc.property(withPaths, fc.jsonValue(), ({ whole, paths }, json) => {
        const news = paths.reduce<unknown>((value, path) => replaced(value, path, json), whole);
        const { failures } = checkInputs(news as Plain, news as Plain);
        for (const failure of failures) expect(failure).to.match(/^and \d+ more$|: ./su);
      }),
      RUNS,
    );
  });

  it("never throws for arbitrary objects as a whole", () => {
    const object = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("tunnels", "__proto__")), fc.jsonValue());
    fc.assert(
      fc.property(object, object, (olds, news) => {
        expect(checkInputs(olds, news).failures).not.to.have.length(0);
      }),
      RUNS,
    );
  });

  it("never quotes a secret, whatever is wrong with it or beside it", () => {
    const mangled = fc.constantFrom<unknown>(
      SECRET,
      `0${SECRET}`,
      `${SECRET}!`,
      SECRET.repeat(20),
      [SECRET],
      { value: SECRET },
      { [SECRET]: 1, nested: [SECRET] },
    );
    const name = fc.constantFrom("passphrase", "customerRootCA", "passPhrase", "psk", "secret");
    fc.assert(
      fc.property(withPaths, fc.jsonValue(), mangled, name, ({ whole, paths }, json, secret, member) => {
        const broken = paths.reduce<unknown>((value, path) => replaced(value, path, json), whole) as Plain;
        const tunnels = { ...(broken.tunnels as Plain), extra: { ...tunnel(9), [member]: secret } };
        const { failures, warnings } = checkInputs(broken, { ...broken, tunnels, __secrets: [] });
        expect([...failures, ...warnings].join("\n")).not.to.contain(SECRET);
      }),
      RUNS,
    );
  });

  it("never quotes what the program gave as a secret, alone, as a part of one or as what holds one", () => {
    const wrong = fc.constantFrom<unknown>(8_675_309_123, "86753.0/9123", [8_675_309_123], ["86753.0/9123"]);
    const listed = (path: Path) => fc.nat(path.length - 1).map((depth) => path.slice(0, depth + 1).join("."));
    const cases = withPaths.chain(({ whole, paths: [path = []] }) =>
      fc.record({ whole: fc.constant(whole), path: fc.constant(path), secret: listed(path), isWithin: fc.boolean() }),
    );
    fc.assert(
      fc.property(cases, wrong, ({ whole, path, secret, isWithin }, value) => {
        const news = replaced(whole, path, value) as Plain;
        const __secrets = [isWithin ? `${path.join(".")}.within` : secret];
        const { failures, warnings } = checkInputs({ ...whole, __secrets }, { ...news, __secrets });
        expect([...failures, ...warnings].join("\n")).not.to.match(/86753/);
      }),
      RUNS,
    );
  });

  it("never quotes what stands where tunnels are expected", () => {
    for (const path of [["tunnels"], ["tunnels", "primary"]]) {
      const { failures } = checkInputs({}, { ...(replaced(WHOLE[0], path, SECRET) as Plain), __secrets: [] });
      expect(failures.join("\n")).not.to.contain(SECRET);
    }
  });
});
