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

  it("hides members by their names, in any spelling, at any depth", () => {
    const body = {
      tunnels: [{ regionID: "Rg1", passphrase: "one" }],
      headers: { Authorization: "Bearer abc", "x-request": 7, API_KEY: "k" },
      data: { accessToken: 12345 },
    };
    expect(createRedactor().redact(body)).to.deep.equal({
      tunnels: [{ regionID: "Rg1", passphrase: "[secret]" }],
      headers: { Authorization: "[secret]", "x-request": 7, API_KEY: "[secret]" },
      data: { accessToken: "[secret]" },
    });
  });

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

  it("leaves words alone of which a very short secret is a part", () => {
    const redactor = createRedactor();
    redactor.addSecret("tun");
    redactor.addSecret("");
    expect(redactor.redact("a tunnel")).to.equal("a tunnel");
  });

  it("hides secrets in names of members and in the message of an error", () => {
    const redactor = createRedactor();
    redactor.addSecret("hunter22");
    expect(redactor.redact({ "key hunter22": 1 })).to.deep.equal({ "key [secret]": 1 });
    const error = redactor.redact(new TypeError("refused hunter22"));
    expect(error).to.be.instanceOf(TypeError);
    expect(error.message).to.equal("refused [secret]");
    expect(error.stack).to.not.contain("hunter22");
  });

  it("keeps the shape of what refers to itself", () => {
    const redactor = createRedactor();
    redactor.addSecret("hunter22");
    const loop: { text: string; self?: unknown } = { text: "hunter22" };
    loop.self = loop;
    const copy = redactor.redact(loop);
    expect(copy.text).to.equal("[secret]");
    expect(copy.self).to.equal(copy);
  });

  it("hides a secret wherever it stands in any JSON, and changes nothing else", () => {
    const secret = "S3cr3t.Value";
    const redactor = createRedactor();
    redactor.addSecret(secret);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, around) => {
        const redacted = redactor.redact({ value, deep: [[around + secret + around]] });
        expect(JSON.stringify(redacted)).to.not.contain(secret);
        expect(redacted.deep[0]?.[0]).to.contain("[secret]");
      }),
    );
  });

  it("does not touch the original", () => {
    const redactor = createRedactor();
    const original = { passphrase: "keep", list: ["keep"] };
    redactor.addSecret("keep");
    redactor.redact(original);
    expect(original).to.deep.equal({ passphrase: "keep", list: ["keep"] });
  });
});
