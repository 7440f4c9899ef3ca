import { expect } from "chai";
import { believed, believedSettings, completed } from "../../../provider/converge/known";
import { blankState, type State } from "../../../provider/model/state";
import type { Change } from "../../../provider/plan/requests";
import { inputs, present, seen, settings, state, tunnel } from "../builders";

const BLANK = blankState("created");

/** State that knows the group under a name, or under none. */
function named(known: string | undefined): State {
  const { tunnelName: _, ...rest } = state().inputs;
  return state({ inputs: { ...rest, ...(known === undefined ? {} : { tunnelName: known }) } });
}

describe("completed", () => {
  it("completes what the service does not show by what is known of the same id", () => {
    const [first] = completed(seen(), state(), inputs()).tunnels;
    expect(first).to.deep.equal(present(1));
  });

  it("knows hidden fields of no other id", () => {
    const [first] = completed(seen({ tunnels: [{ ...present(1), id: "Anew" }] }), BLANK, inputs()).tunnels;
    expect(first?.id).to.equal("Anew");
    const { remoteASN: _, ...visible } = present(1);
    const anew = completed(seen({ tunnels: [{ ...visible, id: "Anew" }] }), state(), inputs()).tunnels[0];
    expect(anew).not.to.have.property("remoteASN");
  });

  it("shows what the service shows where state says otherwise", () => {
    const [first] = completed(seen({ tunnels: [present(1, { remoteASN: 7 })] }), state(), inputs()).tunnels;
    expect(first?.remoteASN).to.equal(7);
  });

  it("shows settings in the spelling of state where both mean the same", () => {
    const shown = seen({
      sharedSettings: { ...settings().sharedSettings, remoteGatewaySubnets: ["10.30.0.0/16", "10.20.0.0/16"] },
      advancedSettings: {
        ...settings().advancedSettings,
        ikeLifeTime: "28800s",
        lifetime: "7200s",
        phase1: { auth: ["sha512"], encryption: ["aes128", "aes256"], keyExchangeMethod: ["ecp521"] },
      },
    });
    const group = completed(shown, state(), inputs());
    expect(group.sharedSettings?.remoteGatewaySubnets).to.deep.equal(["10.20.0.0/16", "10.30.0.0/16"]);
    expect(group.advancedSettings).to.deep.include({ ikeLifeTime: "8h", lifetime: "7200s" });
    expect(group.advancedSettings?.phase1?.encryption).to.deep.equal(["aes256", "aes128"]);
  });

  it("shows settings in the spelling of the program where state has none", () => {
    const declared = inputs({ advancedSettings: { ikeLifeTime: "480m" } });
    expect(completed(seen(), BLANK, declared).advancedSettings?.ikeLifeTime).to.equal("480m");
  });

  it("keeps what state knows of settings that are not shown", () => {
    const empty = { tunnels: [], names: [] };
    const group = completed(empty, state(), inputs());
    expect(group.sharedSettings).to.deep.equal(settings().sharedSettings);
    expect(group.tunnelName).to.equal("branch");
  });

  it("invents no setting out of the program", () => {
    const group = completed({ tunnels: [], names: [] }, BLANK, inputs());
    expect(group.sharedSettings).to.equal(undefined);
    expect(group.tunnelName).to.equal(undefined);
  });

  describe("right after a write", () => {
    const written = (passphrase: string | undefined) =>
      completed(
        seen({ tunnels: [present(1, { passphrase })] }),
        state({ tunnels: { primary: tunnel(1, { passphrase: "rotated.1" }) } }),
        inputs(),
        new Set(["Tn1"]),
      ).tunnels[0];

    for (const [title, shown] of [
      ["masked or lagging", "xxxxxxxxxxxx"],
      ["as before", "passphrase.1"],
      ["not at all", undefined],
    ] as const) {
      it(`has the secret that was sent where one is shown ${title}`, () => {
        expect(written(shown)).to.include({ passphrase: "rotated.1" });
      });
    }

    it("has what is shown of everything else", () => {
      const shown = seen({ tunnels: [present(1, { remotePublicIP: "198.51.100.1" })] });
      const [first] = completed(shown, state(), inputs(), new Set(["Tn1"])).tunnels;
      expect(first).to.include({ remotePublicIP: "198.51.100.1" });
    });

    it("has the secret that is shown where none was sent", () => {
      const shown = seen({ tunnels: [present(1, { passphrase: "elsewhere.1" })] });
      const silent = state({ tunnels: { primary: tunnel(1, { passphrase: undefined }) } });
      expect(completed(shown, silent, inputs(), new Set(["Tn1"])).tunnels[0]).to.include({ passphrase: "elsewhere.1" });
    });

    it("has the secret that is shown of a tunnel that was not written", () => {
      const shown = seen({ tunnels: [present(1, { passphrase: "elsewhere.1" })] });
      expect(completed(shown, state(), inputs(), new Set(["Tn2"])).tunnels[0]).to.include({
        passphrase: "elsewhere.1",
      });
    });
  });

  it("keeps the spelling of a certificate", () => {
    const certified = { customerRootCA: "-----BEGIN A-----\nMIIB\n-----END A-----\n" };
    const [first] = completed(
      seen({ tunnels: [present(1, { customerRootCA: certified.customerRootCA.trim() })] }),
      state({ tunnels: { primary: certified } }),
      inputs(),
    ).tunnels;
    expect(first).to.include(certified);
  });

  const NAMES: readonly {
    readonly title: string;
    readonly names: readonly string[];
    readonly known: string | undefined;
    readonly desired: string;
    readonly is: string;
  }[] = [
    { title: "the name in state", names: ["branch01", "branch02"], known: "branch", desired: "office", is: "branch" },
    {
      title: "the declared name where state has none",
      names: ["branch01"],
      known: undefined,
      desired: "branch",
      is: "branch",
    },
    {
      title: "a name that ends like a decoration",
      names: ["edge0101"],
      known: "edge01",
      desired: "edge01",
      is: "edge01",
    },
    {
      title: "a name in state that ends like a decoration",
      names: ["edge01"],
      known: "edge01",
      desired: "office",
      is: "edge01",
    },
    { title: "an undecorated name", names: ["branch"], known: "branch", desired: "branch", is: "branch" },
    {
      title: "another name, without its decoration",
      names: ["office01"],
      known: "branch",
      desired: "branch",
      is: "office",
    },
    {
      title: "a name on whose tenth tunnel the service has counted",
      names: ["branch01", "branch010"],
      known: "branch",
      desired: "branch",
      is: "branch",
    },
    {
      title: "another name whose only tunnel is the tenth that was counted",
      names: ["office012"],
      known: "branch",
      desired: "branch",
      is: "office",
    },
    {
      title: "the first of names at odds",
      names: ["branch01", "office02"],
      known: "office",
      desired: "office",
      is: "branch",
    },
  ];
  for (const { title, names, known, desired, is } of NAMES) {
    it(`recognises ${title}`, () => {
      const group = completed(seen({ names }), named(known), inputs({ tunnelName: desired }));
      expect(group.tunnelName).to.equal(is);
    });
  }

  const USED: readonly (readonly [string, readonly string[], string | undefined, string | undefined])[] = [
    ["state's where all tunnels can have it", ["edge01", "edge02"], "edge", "edge"],
    ["the one on which all tunnels agree", ["office01", "office02"], "branch", "office"],
    ["one that ends like a decoration", ["edge0101", "edge0102"], "branch", "edge01"],
    ["unknown where tunnels are at odds", ["office01", "branch02"], "branch", undefined],
    ["state's where no tunnel shows one", [], "branch", "branch"],
    ["unknown where state has none either", [], undefined, undefined],
  ];
  for (const [title, names, known, is] of USED) {
    it(`knows the name of an existing group: ${title}`, () => {
      const { tunnelName: _, ...rest } = inputs();
      expect(completed(seen({ names }), { ...named(known), origin: "adopted" }, rest).tunnelName).to.equal(is);
    });
  }
});

describe("believed", () => {
  const change: Change = {
    body: {
      tunnelName: "branch",
      updateTunnels: [{ id: "Tn1", remoteASN: 7 }],
      addTunnels: [tunnel(3)],
      removeTunnels: [{ id: "Tn2" }],
    },
    addedKeys: ["third"],
  };
  const knowing = state({
    tunnels: { ...inputs().tunnels, third: { regionID: "RgAAAAAAA1" } },
    tunnelIds: { ...state().tunnelIds, third: "Tn3" },
  });

  it("knows an added tunnel as it was sent, hidden fields and passphrase included", () => {
    expect(believed(knowing, change, () => true).tunnels.third).to.deep.equal(tunnel(3));
  });

  it("knows an updated tunnel as before, with what was sent and no id among its fields", () => {
    expect(believed(knowing, change, () => true).tunnels.primary).to.deep.equal(tunnel(1, { remoteASN: 7 }));
  });

  it("knows what is not proven as before", () => {
    expect(believed(knowing, change, () => false)).to.deep.equal(knowing);
    expect(believed(knowing, change, (id) => id === "Tn3").tunnels.primary).to.deep.equal(tunnel(1));
  });

  it("knows nothing of a tunnel whose id nobody has seen", () => {
    const { third: _, ...tunnelIds } = knowing.tunnelIds;
    expect(believed({ ...knowing, tunnelIds }, change, (id) => id !== "").tunnels.third).to.deep.equal({
      regionID: "RgAAAAAAA1",
    });
  });

  it("leaves the state that it was given as it was", () => {
    const before = JSON.stringify(knowing);
    believed(knowing, change, () => true);
    expect(JSON.stringify(knowing)).to.equal(before);
  });
});

describe("believedSettings", () => {
  it("knows the settings and the name that were sent, the others as before", () => {
    const { inputs: known } = believedSettings(state(), {
      body: { tunnelName: "office", description: "", advancedSettings: { lifetime: "2h" } },
      addedKeys: [],
    });
    expect(known).to.deep.equal({
      ...state().inputs,
      tunnelName: "office",
      description: "",
      advancedSettings: { ...settings().advancedSettings, lifetime: "2h" },
    });
  });
});
