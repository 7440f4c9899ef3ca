import { expect } from "chai";
import { type Stack, startStack } from "./stack";

const names = Array.from({ length: 20 }, (_, n) => `g${n}`);
/** The service's own budget of an address in five minutes, and the share of it that a process takes. */
const BUDGET = 100;
const SHARE = { HARMONY_SASE_REQUESTS_PER_WINDOW: "96" };

describe("Processes of one machine that follow each other within five minutes", () => {
  let stack: Stack;
  afterEach(() => stack.close());

  it("keep to one budget: the service refuses none of their requests", async () => {
    stack = await startStack({ operationMs: 10_000, requestBudget: BUDGET, networks: 3 }, SHARE);
    const refused = () => stack.sandbox.journal().filter(({ status }) => status === 429).length;
    await stack.create(names, 20);
    expect(refused(), "of the first").to.equal(0);
    await stack.update(names, 20, { description: "new" });
    expect(refused(), "of the second").to.equal(0);
    await stack.delete(names, 20);
    expect(refused(), "of the third").to.equal(0);
  });
});
