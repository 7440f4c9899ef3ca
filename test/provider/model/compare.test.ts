import { expect } from "chai";
import fc from "fast-check";
import {
  differences,
  fieldNames,
  inSpellingOf,
  isSame,
  overlay,
  picked,
  valueAt,
  withValueAt,
} from "../../../provider/model/compare";
import type { Traits } from "../../../provider/model/fields";
import { ADVANCED_FIELDS, SETTING_FIELDS, SHARED_FIELDS, TUNNEL_FIELDS } from "../../../provider/model/schema";
import { settings } from "../builders";

const names = (fields: typeof SETTING_FIELDS) => fields.map(({ path }) => path.join("."));

describe("fieldsOf", () => {
  it("lists every leaf of the settings once", () => {
    expect(names(SETTING_FIELDS)).to.deep.equal([
      "description",
      ...names(SHARED_FIELDS).map((name) => `sharedSettings.${name}`),
      ...names(ADVANCED_FIELDS).map((name) => `advancedSettings.${name}`),
    ]);
    expect(names(SHARED_FIELDS)).to.include("features.DNSServices.redirectToResolver.enabled");
    expect(names(ADVANCED_FIELDS)).to.include("phase2.keyExchangeMethod");
  });

  it("lists the members of a tunnel", () => {
    expect([...fieldNames(TUNNEL_FIELDS)]).to.deep.equal([
      "regionID",
      "remotePublicIP",
      "remoteASN",
      "p81GWInternalIP",
      "remoteGWInternalIP",
      "remoteID",
      "routingType",
      "authType",
      "passphrase",
      "customerRootCA",
    ]);
  });
});

describe("valueAt", () => {
  for (const [title, source, path, value] of [
    ["a member", { a: 1 }, ["a"], 1],
    ["a nested member", { a: { b: 2 } }, ["a", "b"], 2],
    ["an entry of a list", { a: [5, 6] }, ["a", "1"], 6],
    ["nothing where a part is missing", { a: {} }, ["a", "b", "c"], undefined],
    ["nothing inside null", { a: null }, ["a", "b"], undefined],
    ["nothing inside text", { a: "text" }, ["a", "length"], undefined],
    ["nothing that is inherited", {}, ["constructor"], undefined],
    ["the source itself for no path", 7, [], 7],
  ] as const) {
    it(`is ${title}`, () => {
      expect(valueAt(source, path)).to.equal(value);
    });
  }
});

describe("withValueAt", () => {
  it("sets what valueAt reads, and leaves the source as it was", () => {
    const source = { a: { b: 1 } };
    expect(withValueAt(source, ["a", "c"], 2)).to.deep.equal({ a: { b: 1, c: 2 } });
    expect(withValueAt(undefined, ["a", "b"], [])).to.deep.equal({ a: { b: [] } });
    expect(source).to.deep.equal({ a: { b: 1 } });
  });

  it("takes out a value, and a parent left empty with it", () => {
    expect(withValueAt({ a: { b: 1 }, c: 2 }, ["a", "b"], undefined)).to.deep.equal({ c: 2 });
    expect(withValueAt({ a: { b: 1, d: 3 } }, ["a", "b"], undefined)).to.deep.equal({ a: { d: 3 } });
    expect(withValueAt({ c: 2 }, ["a", "b"], undefined)).to.deep.equal({ c: 2 });
  });
});

interface Comparison {
  readonly traits: Traits;
  readonly a: unknown;
  readonly b: unknown;
  readonly ordered: boolean;
  readonly unordered?: boolean;
}

const COMPARISONS: readonly Comparison[] = [
  { traits: {}, a: 1, b: 1, ordered: true },
  { traits: {}, a: 1, b: "1", ordered: false },
  { traits: {}, a: undefined, b: undefined, ordered: true },
  { traits: {}, a: undefined, b: "", ordered: false },
  { traits: {}, a: undefined, b: "undefined", ordered: false },
  { traits: { compare: "duration" }, a: "8h", b: "480m", ordered: true },
  { traits: { compare: "duration" }, a: "8h", b: "28800s", ordered: true },
  { traits: { compare: "duration" }, a: "8h", b: "28801s", ordered: false },
  {
    traits: { compare: "subnets" },
    a: ["10.2.0.0/16", "10.1.0.0/16"],
    b: ["10.1.0.9/16", "10.2.0.0/16"],
    ordered: true,
  },
  { traits: { compare: "subnets" }, a: ["10.1.0.0/16"], b: ["10.1.0.0/17"], ordered: false },
  { traits: { compare: "subnets" }, a: ["10.1.0.0/16"], b: ["10.1.0.0/16", "10.2.0.0/16"], ordered: false },
  { traits: { compare: "preference" }, a: ["sha1", "md5"], b: ["md5", "sha1"], ordered: false, unordered: true },
  { traits: { compare: "preference" }, a: ["sha1", "md5"], b: ["sha1", "md5"], ordered: true },
  { traits: { compare: "preference" }, a: [], b: ["sha1"], ordered: false },
  {
    traits: { compare: "pem" },
    a: "-----BEGIN A-----\nMII\n-----END A-----\n",
    b: "-----BEGIN A-----\nMII\n-----END A-----",
    ordered: true,
  },
  {
    traits: { compare: "pem" },
    a: "-----BEGIN A-----\r\nMII\r\n-----END A-----",
    b: "-----BEGIN A-----\nMII\n-----END A-----",
    ordered: true,
  },
  { traits: { compare: "text" }, a: "", b: undefined, ordered: true },
  { traits: { compare: "text" }, a: "office", b: undefined, ordered: false },
  { traits: { compare: "text" }, a: "office", b: "Office", ordered: false },
  { traits: { compare: "pem" }, a: "\n  MII  \n", b: "MII", ordered: true },
  { traits: { compare: "pem" }, a: "MIIA\nMIIB", b: "MIIA\nMIIC", ordered: false },
  { traits: { compare: "pem" }, a: "MIIA\nMIIB", b: "MIIAMIIB", ordered: false },
  { traits: { compare: "pem" }, a: "miia", b: "MIIA", ordered: false },
];

describe("isSame", () => {
  for (const { traits, a, b, ordered, unordered = ordered } of COMPARISONS) {
    const title = `${JSON.stringify(a)} and ${JSON.stringify(b)} (${traits.compare ?? "plain"})`;
    it(`is ${ordered} for ${title} in order, ${unordered} as sets`, () => {
      for (const [first, second] of [
        [a, b],
        [b, a],
      ]) {
        expect(isSame(traits, first, second, "ordered")).to.equal(ordered);
        expect(isSame(traits, first, second, "unordered")).to.equal(unordered);
      }
    });
  }

  it("never throws, is reflexive and symmetric, whatever JSON is compared", () => {
    const traits = fc.constantFrom<Traits>(
      {},
      { compare: "duration" },
      { compare: "subnets" },
      { compare: "preference" },
      { compare: "pem" },
      { compare: "text" },
    );
    const order = fc.constantFrom("ordered" as const, "unordered" as const);
    fc.assert(
      fc.property(traits, fc.jsonValue(), fc.jsonValue(), order, (how, a, b, counted) => {
        expect(isSame(how, a, a, counted)).to.equal(true);
        expect(isSame(how, a, b, counted)).to.equal(isSame(how, b, a, counted));
      }),
      { numRuns: 500, seed: 2_300 },
    );
  });
});

const timers = (ikeLifeTime: string, auth: "sha256" | "sha512") => ({
  advancedSettings: { ikeLifeTime, phase1: { auth: [auth] } },
});

describe("differences", () => {
  it("names the fields in which two settings differ by meaning", () => {
    const differing = differences(SETTING_FIELDS, timers("8h", "sha512"), timers("480m", "sha256"), "ordered");
    expect(names(differing)).to.deep.equal(["advancedSettings.phase1.auth"]);
  });

  it("is empty for settings and themselves", () => {
    expect(differences(SETTING_FIELDS, settings(), settings(), "ordered")).to.deep.equal([]);
  });

  it("is every field that only one side has", () => {
    expect(differences(SETTING_FIELDS, settings(), {}, "ordered")).to.have.length(SETTING_FIELDS.length - 1);
  });
});

describe("inSpellingOf", () => {
  it("keeps the spelling that means the same, and shows what differs", () => {
    const shown = timers("28800s", "sha256");
    expect(inSpellingOf(SETTING_FIELDS, shown, timers("8h", "sha512"))).to.deep.equal(timers("8h", "sha256"));
  });

  it("takes over nothing that is not shown", () => {
    expect(inSpellingOf(SETTING_FIELDS, {}, settings())).to.deep.equal({});
  });
});

describe("overlay", () => {
  it("completes what the upper one is silent about, member by member", () => {
    const under = { description: "a", advancedSettings: { lifetime: "1h", phase1: { auth: ["md5"] } } };
    expect(overlay(SETTING_FIELDS, under, timers("8h", "sha512"))).to.deep.equal({
      description: "a",
      advancedSettings: { lifetime: "1h", ikeLifeTime: "8h", phase1: { auth: ["sha512"] } },
    });
  });

  it("completes nothing out of nothing", () => {
    expect(overlay(SETTING_FIELDS, undefined, { description: "" })).to.deep.equal({ description: "" });
  });
});

describe("picked", () => {
  it("has the fields that were asked for and nothing else", () => {
    const source = { ...settings(), more: 1 };
    expect(picked(SETTING_FIELDS, source, ({ path }) => path.at(-1) === "lifetime")).to.deep.equal({
      advancedSettings: { lifetime: "1h" },
    });
  });
});
