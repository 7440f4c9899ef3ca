import { expect } from "chai";
import { REMOTE, type SandboxOptions } from "../../sandbox";
import { type Stack, startStack } from "./stack";

const WINDOW_MS = 300_000;
const OPERATION_MS = 10_000;
const GROUPS = 100;
/** What 100 groups of five networks take at the least, five at once in each. */
const IDEAL_MS = (GROUPS / 5 / 5) * OPERATION_MS;
const named = (count: number) => Array.from({ length: count }, (_, n) => `g${n}`);

const DISTANCES = [
  ["on the same machine", { medianMs: 0 }],
  ["120 ms away", REMOTE],
] as const;

function start(options: SandboxOptions = {}): Promise<Stack> {
  return startStack({ operationMs: OPERATION_MS, requestBudget: 500, networks: 6, ...options });
}

function requestsEach(stack: Stack, groups: number): number {
  return stack.sandbox.journal().length / groups;
}

/** The updates that were never asked for. */
function unasked(stack: Stack): number {
  const journal = stack.sandbox.journal();
  const asked = new Set(journal.map(({ path }) => path.split("/status/")[1]));
  return journal.filter(({ operation, statusId }) => operation === "updateGroup" && !asked.has(statusId)).length;
}

describe("100 groups of five networks", () => {
  for (const [where, latency] of DISTANCES) {
    it(`${where}, changed twice within five minutes, take 1.3 times the least, by 2.2 requests a group`, async () => {
      const stack = await start({ latency });
      try {
        const names = named(GROUPS);
        await stack.create(names, GROUPS);
        await stack.rest(WINDOW_MS);
        const beganMs = stack.now();
        for (const description of ["first", "second"]) {
          await stack.update(names, GROUPS, { description });
          expect(requestsEach(stack, GROUPS), JSON.stringify(stack.requests())).to.be.at.most(2.2);
          expect(stack.sandbox.journal().filter(({ status }) => status === 429)).to.deep.equal([]);
          expect(stack.sandbox.groups().filter((group) => group.description === description)).to.have.length(GROUPS);
        }
        expect(stack.now() - beganMs).to.be.at.most(1.3 * 2 * IDEAL_MS);
      } finally {
        await stack.close();
      }
    });
  }
});

describe("Updates of a network that begin together", () => {
  let stack: Stack;
  const names = named(10);
  const groups = () => stack.sandbox.groups().filter(({ networkId }) => networkId === stack.networkId);
  afterEach(() => stack.close());

  async function created(options: SandboxOptions = {}): Promise<void> {
    stack = await start({ networks: 2, ...options });
    await stack.create(names, names.length);
  }

  it("are proven by lists, most of them without a look", async () => {
    await created();
    await stack.update(names, names.length, { description: "new" });
    expect(unasked(stack)).to.be.at.least(6);
  });

  it("are reported with their reasons where they fail, and the others are as they were", async () => {
    await created();
    for (let n = 0; n < 5; n++)
      stack.sandbox.plan({
        operation: "updateGroup",
        statusCode: n === 3 ? 500 : 200,
        applied: n !== 3,
        ...(n === 3 ? { reasons: ["The gateway is not to be reached."] } : {}),
      });
    const failure = await stack.update(names, names.length, { description: "new" }).then(
      () => undefined,
      (error: AggregateError) => error,
    );
    expect(failure?.errors).to.have.length(1);
    expect(failure?.message).to.contain("The gateway is not to be reached.");
    expect(groups().filter(({ description }) => description === "new")).to.have.length(9);
  });

  it("are asked for each where they change what is never shown", async () => {
    await created();
    const changes = (name: string) => {
      const { tunnels } = stack.args(name) as { readonly tunnels: { readonly only: object } };
      return { description: "new", tunnels: { only: { ...tunnels.only, remoteASN: 65_020 } } };
    };
    await stack.update(names, names.length, changes);
    expect(unasked(stack)).to.equal(0);
  });

  it("are asked for where reads are behind, and end as soon as before", async () => {
    await created({ lagMs: 3000 });
    const beganMs = stack.now();
    await stack.update(names, names.length, { description: "new" });
    expect(unasked(stack)).to.equal(0);
    expect(stack.now() - beganMs).to.be.below(2 * OPERATION_MS * 1.15 + 6000);
  });
});
