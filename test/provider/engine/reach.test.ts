import { tmpdir } from "node:os";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { expect } from "chai";
import { demandReach } from "../../../provider/engine/reach";

const setEngine = (address: string) =>
  settings.resetOptions("project", "stack", 1, address, "127.0.0.1:1", true, "organization");

describe("demandReach", () => {
  afterEach(() => setEngine(""));

  it("names the folder and the command when the engine would not find the package from there", () => {
    setEngine("127.0.0.1:1");
    expect(() => demandReach([tmpdir()]))
      .to.throw(`from ${tmpdir()} upwards`)
      .and.to.match(/npm install/);
  });

  it("is content when one of the folders leads to the package", () => {
    setEngine("127.0.0.1:1");
    expect(() => demandReach([tmpdir(), __dirname])).not.to.throw();
  });

  it("is content without an engine, as in unit tests of programs", () => {
    expect(() => demandReach([tmpdir()])).not.to.throw();
  });
});
