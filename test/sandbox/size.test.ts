import { expect } from "chai";
import { newGroup, newTunnel } from "./bodies";
import { groupsPath, OPERATION_MS, type Visitor, visitSandbox } from "./visitor";

/** Of the processor, so that a busy machine changes nothing. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

describe("the sandbox with 1,000 groups of eight tunnels", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox({ requestBudget: 1_000_000, activeOperationsPerNetwork: 1_000_000 });
  });
  afterEach(() => visitor.sandbox.close());

  it("takes and shows the last hundred creates about as fast as the first, and lists page by page", async () => {
    const [, network] = visitor.sandbox.accounts[0].networks;
    if (!network) throw new Error("no second network");
    const body = newGroup(network, { tunnels: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => newTunnel(network, n)) });
    const path = groupsPath(network.id);
    const hundredsMs: number[] = [];
    let looked = 0;
    for (let hundred = 0; hundred < 10; hundred++) {
      const since = process.cpuUsage();
      for (let n = 0; n < 100; n++) {
        await visitor.call("POST", path, body);
        looked += visitor.sandbox.groups().length + visitor.sandbox.journal().length;
      }
      visitor.sandbox.advance(OPERATION_MS);
      hundredsMs.push(cpuMs(since));
    }
    expect(visitor.sandbox.groups()).to.have.length(1001);
    expect(looked).to.be.greaterThan(1000);
    // The first hundred warms up; a cost that grows with what is there would show as a multiple.
    const [, second = 0, third = 0] = hundredsMs;
    const last = Math.min(...hundredsMs.slice(-3));
    expect(last, hundredsMs.map(Math.round).join()).to.be.below(2 * Math.max(second, third));

    const since = process.cpuUsage();
    const pages = [];
    for (let page = 1; page <= 80; page++) {
      const list = `/v2.3/networks/enhanced/${network.id}/tunnels?limit=100&page=${page}`;
      pages.push((await visitor.call("GET", list)).json as { data: unknown[]; totalPage: number });
    }
    const readMs = cpuMs(since);
    expect(pages.reduce((sum, { data }) => sum + data.length, 0)).to.equal(8000);
    expect(readMs / pages.length, "per page").to.be.below(50);
  });
});
