import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { validate } from "pulumi-harmony-sase";

describe("The branch office", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  let program: typeof import("./index");
  const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

  before(async () => {
    const mocks: pulumi.runtime.Mocks = {
      newResource: (resource) => {
        registered.push(resource);
        return { id: `${resource.name}-id`, state: resource.inputs };
      },
      call: ({ token, inputs }) => {
        if (token === "harmony-sase:index:getNetwork") return { id: "Nw0000test", name: inputs.name, tags: [] };
        if (token === "harmony-sase:index:getRegion") return { id: `Rg${inputs.name}`, addresses: [], globalIPs: [] };
        throw new Error(`There is no mock of ${token}.`);
      },
    };
    await pulumi.runtime.setMocks(mocks, "branch-office", "test");
    pulumi.runtime.setAllConfig({
      "branch-office:network": "branches",
      "branch-office:primaryRegion": "West",
      "branch-office:backupRegion": "East",
      "branch-office:primaryPsk": "not.the.real.one",
      "branch-office:backupPsk": "not.the.real.one",
    });
    program = require("./index");
  });

  it("has an id for each tunnel", async () => {
    assert.deepEqual(Object.keys(await known(program.tunnelIds)).sort(), ["backup", "primary"]);
    assert.equal(await known(program.dynamicTunnelId), "branch-id");
  });

  it("is what the preview takes", async () => {
    assert.deepEqual(
      registered.map(({ name }) => name),
      ["branch"],
    );
    for (const { inputs } of registered) assert.deepEqual(await validate(inputs), []);
  });
});
