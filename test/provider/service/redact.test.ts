import { expect } from "chai";
import fc from "fast-check";
import { createRedactor } from "../../../provider/service/redact";

const SECRET = 'Pa"s/s+w\\ö rd';

describe("createRedactor", () => {
  const forms: Record<string, string> = {
    plain: SECRET,
    "escaped for JSON": JSON.stringify(SECRET),
    "encoded for a path": encodeURIComponent(SECRET),
    "encoded for a form": new URLSearchParams({ a: SECRET }).toString(),
    "in base64": Buffer.from(SECRET).toString("base64"),
    "in base64 for addresses": Buffer.from(SECRET).toString("base64url"),
  };
  for (const [name, form] of Object.entries(forms)) {
    it(`hides a known secret, ${name}`, () => {
      const redactor = createRedactor();
      redactor.addSecret(SECRET);
      expect(redactor.redact(`before ${form} after`))
        .to.match(/^before .*\[secret\].* after$/)
        .and.not.contain("s+w");
      expect(redactor.redact(`before ${form} after`)).to.not.contain(form);
    });
  }

  it("hides a bearer token that nobody told it of", () => {
    expect(createRedactor().redact("sent Authorization: Bearer eyJhbGci.Oi_J-9 to")).to.equal(
      "sent Authorization: Bearer [secret] to",
    );
  });

  it("hides the whole of a secret of which another is a part", () => {
    const redactor = createRedactor();
    redactor.addSecret("inner");
    redactor.addSecret("outer-inner-outer");
    expect(redactor.redact("<outer-inner-outer>")).to.equal("<[secret]>");
  });

  it("hides a short number where it is the whole number, and a long one wherever it stands", () => {
    const redactor = createRedactor();
    for (const secret of ["65001", "8675309123"]) redactor.addSecret(secret);
    expect(redactor.redact("AS65001, not 165001 or St650010")).to.equal("AS[secret], not 165001 or St650010");
    expect(redactor.redact("x18675309123x")).to.equal("x1[secret]x");
  });

  it("hides a very short secret where it stands alone", () => {
    const redactor = createRedactor();
    for (const secret of ["hq1", "a.b", "1"]) redactor.addSecret(secret);
    expect(redactor.redact('group "hq1" in 1 network, not hq10 or a.b')).to.equal(
      'group "[secret]" in 1 network, not hq10 or [secret]',
    );
  });

  it("leaves words alone of which a very short secret is a part", () => {
    const redactor = createRedactor();
    redactor.addSecret("tun");
    redactor.addSecret("");
    expect(redactor.redact("a tunnel")).to.equal("a tunnel");
  });

  it("hides a secret wherever it stands in any text, and changes nothing else", () => {
    const secret = "S3cr3t.Value";
    const redactor = createRedactor();
    redactor.addSecret(secret);
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        fc.pre(!/bearer/i.test(before + after));
        expect(redactor.redact(before + secret + after)).to.equal(`${before}[secret]${after}`);
      }),
    );
  });

  it("hides every secret that it was told of, wherever it stands in JSON", () => {
    const redactor = createRedactor();
    for (const secret of ["S3cr3t.One", 'S"ecret\\Two']) redactor.addSecret(secret);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = redactor.redact(JSON.stringify({ value, deep: [["S3cr3t.One"], 'S"ecret\\Two'] }));
        expect(text).to.contain('"deep":[["[secret]"],"[secret]"]');
      }),
    );
  });
});
