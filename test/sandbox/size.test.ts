import { expect } from "chai";
import { newGroup, newTunnel } from "./bodies";
import { groupsPath, OPERATION_MS, visitSandbox } from "./visitor";

describe("the sandbox with 1,000 groups of eight tunnels", () => {
  it("answers the last hundred creates about as fast as the first, and reads at once", async () => {
    const visitor = await visitSandbox({ requestBudget: 1_000_000, activeOperationsPerNetwork: 1_000_000 });
    const [, network] = visitor.sandbox.accounts[0].networks;
    if (!network) throw new Error("no second network");
    const body = newGroup(network, { tunnels: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => newTunnel(network, n)) });
    const path = groupsPath(network.id);
    const hundredsMs: number[] = [];
    for (let hundred = 0; hundred < 10; hundred++) {
      const startedAt = performance.now();
      for (let n = 0; n < 100; n++) await visitor.call("POST", path, body);
      visitor.sandbox.advance(OPERATION_MS);
      visitor.sandbox.groups();
      visitor.sandbox.journal();
      hundredsMs.push(performance.now() - startedAt);
    }
    expect(visitor.sandbox.groups()).to.have.length(1001);
    // The first hundred warms up; a cost that grows with what is there would show as a multiple.
    const [, second = 0, third = 0, fourth = 0] = hundredsMs;
    const last = Math.min(...hundredsMs.slice(-3));
    expect(last, hundredsMs.map(Math.round).join()).to.be.below(3 * Math.max(second, third, fourth));

    const startedAt = performance.now();
    const pages = [];
    for (let page = 1; page <= 80; page++) {
      const list = `/v2.3/networks/enhanced/${network.id}/tunnels?limit=100&page=${page}`;
      pages.push((await visitor.call("GET", list)).json as { data: unknown[]; totalPage: number });
    }
    const readMs = performance.now() - startedAt;
    await visitor.sandbox.close();
    expect(pages.reduce((sum, { data }) => sum + data.length, 0)).to.equal(8000);
    expect(readMs / pages.length, "per page").to.be.below(250);
  });
});
