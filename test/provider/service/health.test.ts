import { expect } from "chai";
import { decodeHealth, healthOf, type ProbedTunnel } from "../../../provider/service/health";

const entry = (status: unknown, meta: object, type = "tunnel") => ({ type, status, meta: { networkId: "N", ...meta } });

describe("decodeHealth", () => {
  it("reads tunnels, those without ids too, and passes over what is none", () => {
    const answer = {
      data: [
        entry("passing", { tunnelName: "branch01", tunnelId: "Tn1", regionId: "Rg1" }),
        entry("unknown", { tunnelName: "branch02" }),
        entry("degraded", { tunnelName: "branch03", tunnelId: 7 }),
        entry("passing", { tunnelName: "gateway" }, "gateway"),
        null,
      ],
    };
    expect(decodeHealth(answer)).to.deep.equal([
      { tunnelName: "branch01", tunnelId: "Tn1", regionId: "Rg1", status: "passing" },
      { tunnelName: "branch02", status: "unknown" },
      { tunnelName: "branch03", tunnelId: undefined, status: "unknown" },
    ]);
  });

  it("passes over null", () => {
    expect(decodeHealth({ data: [null] })).to.deep.equal([]);
  });

  it("is undefined of an answer that is none", () => {
    expect(decodeHealth([])).to.equal(undefined);
    expect(decodeHealth({ status: "ok" })).to.equal(undefined);
  });
});

describe("healthOf", () => {
  const named = (tunnelName: string, status: ProbedTunnel["status"]): ProbedTunnel => ({ tunnelName, status });
  const known = (tunnelId: string, tunnelName: string, status: ProbedTunnel["status"]): ProbedTunnel => ({
    tunnelId,
    tunnelName,
    status,
  });
  const CASES: readonly (readonly [title: string, probed: readonly ProbedTunnel[], health: string])[] = [
    ["that of its id", [known("Tn1", "other", "critical"), named("branch01", "passing")], "critical"],
    ["that of its stored name where no id is given yet", [named("branch01", "passing")], "passing"],
    ["unknown where its name belongs to another id", [known("Tn9", "branch01", "passing")], "unknown"],
    ["unknown where two have its name", [named("branch01", "passing"), named("branch01", "passing")], "unknown"],
    ["unknown where only a likeness is there", [named("branch", "passing"), named("branch010", "passing")], "unknown"],
    ["unknown where nothing is there", [], "unknown"],
  ];
  for (const [title, probed, health] of CASES) {
    it(`is ${title}`, () => {
      expect(healthOf(probed, "Tn1", "branch01")).to.equal(health);
    });
  }

  it("is unknown of a tunnel without a known name that has no id yet", () => {
    expect(healthOf([named("branch01", "passing")], "Tn1", undefined)).to.equal("unknown");
  });
});
