import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import sinon from "sinon";
import { endProgram, isUnderLanguageHost } from "../../../provider/lookups/languageHost";

/** The SDK runs inline programs by this, and keeps its type to itself. */
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state") as {
  readonly withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
};
const RUNNER = "/infra/node_modules/@pulumi/pulumi/cmd/run/index.js";

describe("isUnderLanguageHost", () => {
  it("is true in a process that the SDK's runner has begun", () => {
    for (const script of [RUNNER, RUNNER.replaceAll("/", "\\")]) expect(isUnderLanguageHost(script)).to.equal(true);
  });

  it("is false in a unit test, and in a process that began with a script of the user", () => {
    expect(isUnderLanguageHost()).to.equal(false);
    expect(isUnderLanguageHost("/infra/deploy.js")).to.equal(false);
  });

  it("is false in an inline program, also where the caller runs under the language host", async () => {
    expect(await withLocalStorage(async () => isUnderLanguageHost(RUNNER))).to.equal(false);
  });
});

describe("endProgram", () => {
  afterEach(() => sinon.restore());

  it("logs each message once, and ends the program when all have arrived", async () => {
    const arrivals: (() => void)[] = [];
    const log = sinon.stub(pulumi.log, "error").callsFake(() => new Promise((resolve) => arrivals.push(resolve)));
    const exit = sinon.stub(process, "exit");
    const ends = ["There is none.", "There is none.", "It was refused."].map((message) => endProgram(message));
    expect(log.args).to.deep.equal([["There is none."], ["It was refused."]]);
    arrivals[0]?.();
    await new Promise(setImmediate);
    expect(exit.args).to.deep.equal([[32], [32]]);
    arrivals[1]?.();
    await Promise.all(ends);
    expect(exit.alwaysCalledWithExactly(32)).to.equal(true);
  });
});
