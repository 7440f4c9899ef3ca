import { expect } from "chai";
import { newGroup } from "./bodies";
import { foreignPath, groupsPath, OPERATION_MS, type Visitor, visitSandbox } from "./visitor";

describe("the sandbox's limits", () => {
  let visitor: Visitor;
  afterEach(() => visitor.sandbox.close());

  it("answers 429 past the request budget, until five minutes are over", async () => {
    visitor = await visitSandbox({ requestBudget: 3 });
    const read = async () => (await visitor.call("GET", foreignPath(visitor.sandbox))).status;
    expect([await read(), await read(), await read()]).to.deep.equal([200, 200, 429]);
    visitor.sandbox.advance(300_000);
    await visitor.signIn(visitor.sandbox.accounts[0].apiKey);
    expect(await read()).to.equal(200);
  });

  it("answers 429 that names the sixth active operation of a network, and takes it once one has ended", async () => {
    visitor = await visitSandbox();
    const [, network] = visitor.sandbox.accounts[0].networks;
    if (!network) throw new Error("no second network");
    const create = () => visitor.call("POST", groupsPath(network.id), newGroup(network));
    const statuses = [];
    for (let n = 1; n <= 6; n++) statuses.push(await create());
    expect(statuses.map(({ status }) => status)).to.deep.equal([202, 202, 202, 202, 202, 429]);
    expect(statuses.at(-1)?.text).to.include("concurrent operations");
    expect((await visitor.call("DELETE", foreignPath(visitor.sandbox))).status, "on another network").to.equal(202);
    visitor.sandbox.advance(OPERATION_MS);
    expect((await create()).status).to.equal(202);
  });
});
