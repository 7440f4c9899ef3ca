import { expect } from "chai";
import fc from "fast-check";
import { decodeAccepted, decodeReasons, decodeStatus, decodeToken } from "../../../provider/service/answers";
import { createRedactor } from "../../../provider/service/redact";

const SECRET = "S3cr3t.Value";

/** Any JSON, and what comes close to an answer of the service. */
const answer = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      statusUrl: fc.oneof(fc.webUrl(), fc.string(), fc.jsonValue()),
      samplingTime: fc.oneof(fc.double(), fc.jsonValue()),
      completed: fc.oneof(fc.boolean(), fc.jsonValue()),
      result: fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            resource: fc.oneof(fc.webPath(), fc.jsonValue()),
            statusCode: fc.oneof(fc.integer(), fc.jsonValue()),
            reason: fc.oneof(fc.array(fc.constant(`no ${SECRET}`)), fc.jsonValue()),
          },
          { requiredKeys: [] },
        ),
      ),
      message: fc.oneof(fc.constant(`bad ${SECRET}`), fc.jsonValue()),
      data: fc.oneof(fc.jsonValue(), fc.record({ errors: fc.array(fc.oneof(fc.constant(SECRET), fc.jsonValue())) })),
    },
    { requiredKeys: [] },
  ),
);

describe("answers", () => {
  const redactor = createRedactor();
  redactor.addSecret(SECRET);

  it("are read whatever they are, and yield no secret and no id that is none", () => {
    fc.assert(
      fc.property(answer, (json) => {
        decodeToken(json);
        const accepted = decodeAccepted(json);
        const status = decodeStatus(json, redactor);
        const reasons = decodeReasons(json, redactor);
        for (const id of [accepted?.statusId, status?.resourceId]) {
          if (id !== undefined) expect(id).to.match(/^[\w-]{1,128}$/);
        }
        expect(JSON.stringify([status, reasons])).to.not.contain(SECRET);
        for (const text of [...reasons, ...(status?.reasons ?? [])]) {
          expect(text.length).to.be.within(1, 300);
          expect(text).to.not.match(/\p{Cc}/u);
        }
      }),
    );
  });

  it("yield at most twenty reasons of a kind, each cut to what one reads", () => {
    const errors = Array.from({ length: 50 }, (_, n) => `${n} ${"x".repeat(1000)}`);
    const reasons = decodeReasons({ data: { errors } }, redactor);
    expect(reasons).to.have.length(20);
    expect(reasons[0]).to.have.length(300);
  });

  const addresses: [string, string | undefined][] = [
    ["https://elsewhere.invalid/api/rest/v2.3/networks/status/St1", "St1"],
    ["https://elsewhere.invalid/api/rest/v2.3/networks/status/St1/?a=b#c", "St1"],
    ["St1", "St1"],
    ["/v2.3/networks/status/..", undefined],
    ["/v2.3/networks/status/St%2F1", undefined],
    [`/status/${"x".repeat(129)}`, undefined],
    ["", undefined],
  ];
  for (const [statusUrl, statusId] of addresses) {
    it(`name ${statusId ?? "no operation"} by "${statusUrl.slice(0, 60)}"`, () => {
      expect(decodeAccepted({ statusUrl })?.statusId).to.equal(statusId);
    });
  }
});
