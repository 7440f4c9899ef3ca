import { expect } from "chai";
import {
  believing,
  believingSettings,
  currentOf,
  doubting,
  type Knowledge,
  knowledgeOf,
  NOTHING_KNOWN,
  ownValue,
} from "../../../provider/converge/current";
import { inputs, present, seen, settings, state, tunnel } from "../builders";

const knowledge = (overrides: Partial<Knowledge> = {}): Knowledge => ({ ...knowledgeOf(state()), ...overrides });

describe("knowledgeOf", () => {
  it("knows tunnels by id, settings and the name", () => {
    const { description: _, ...rest } = settings();
    expect(knowledgeOf(state())).to.deep.equal({
      tunnelName: "branch",
      ids: { primary: "Tn1", backup: "Tn2" },
      tunnels: new Map([
        ["Tn1", tunnel(1)],
        ["Tn2", tunnel(2)],
      ]),
      settings: { description: "", ...rest },
    });
  });

  it("knows an id without a tunnel as a tunnel of which nothing is known", () => {
    expect(knowledgeOf(state({ tunnels: {} })).tunnels.get("Tn1")).to.deep.equal({});
  });

  it("knows nothing of a tunnel without an id", () => {
    expect(knowledgeOf(state({ tunnelIds: {} })).tunnels.size).to.equal(0);
  });
});

describe("ownValue", () => {
  it("is the value of a key, and of no inherited one", () => {
    expect(ownValue({ constructor: 1 } as Record<string, number>, "constructor")).to.equal(1);
    expect(ownValue<number>({}, "constructor")).to.equal(undefined);
  });
});

describe("currentOf", () => {
  it("completes what the service does not show by what is known of the same id", () => {
    const [first] = currentOf(seen(), knowledge(), inputs()).tunnels;
    expect(first).to.deep.equal(present(1));
  });

  it("knows hidden fields of no other id", () => {
    const [first] = currentOf(seen({ tunnels: [{ ...present(1), id: "Anew" }] }), NOTHING_KNOWN, inputs()).tunnels;
    expect(first?.id).to.equal("Anew");
    const { remoteASN: _, ...visible } = present(1);
    const anew = currentOf(seen({ tunnels: [{ ...visible, id: "Anew" }] }), knowledge(), inputs()).tunnels[0];
    expect(anew).not.to.have.property("remoteASN");
  });

  it("shows what the service shows where state says otherwise", () => {
    const [first] = currentOf(seen({ tunnels: [present(1, { remoteASN: 7 })] }), knowledge(), inputs()).tunnels;
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
    const current = currentOf(shown, knowledge(), inputs());
    expect(current.sharedSettings?.remoteGatewaySubnets).to.deep.equal(["10.20.0.0/16", "10.30.0.0/16"]);
    expect(current.advancedSettings).to.deep.include({ ikeLifeTime: "8h", lifetime: "7200s" });
    expect(current.advancedSettings?.phase1?.encryption).to.deep.equal(["aes256", "aes128"]);
  });

  it("shows settings in the spelling of the program where state has none", () => {
    const desired = inputs({ advancedSettings: { ikeLifeTime: "480m" } });
    expect(currentOf(seen(), NOTHING_KNOWN, desired).advancedSettings?.ikeLifeTime).to.equal("480m");
  });

  it("keeps what state knows of settings that are not shown", () => {
    const empty = { tunnels: [], names: [] };
    const current = currentOf(empty, knowledge(), inputs());
    expect(current.sharedSettings).to.deep.equal(settings().sharedSettings);
    expect(current.tunnelName).to.equal("branch");
  });

  it("invents no setting out of the program", () => {
    const current = currentOf({ tunnels: [], names: [] }, NOTHING_KNOWN, inputs());
    expect(current.sharedSettings).to.equal(undefined);
    expect(current.tunnelName).to.equal(undefined);
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
      title: "the first of names at odds",
      names: ["branch01", "office02"],
      known: "office",
      desired: "office",
      is: "branch",
    },
  ];
  for (const { title, names, known, desired, is } of NAMES) {
    it(`recognises ${title}`, () => {
      const current = currentOf(seen({ names }), knowledge({ tunnelName: known }), inputs({ tunnelName: desired }));
      expect(current.tunnelName).to.equal(is);
    });
  }
});

describe("doubting", () => {
  const request = {
    tunnelName: "branch",
    updateTunnels: [{ id: "Tn1", remoteASN: 7 }],
    removeTunnels: [{ id: "Tn2" }],
    advancedSettings: { lifetime: "2h" },
  };
  const doubtful = doubting(knowledge(), request);

  it("knows the fields that were sent no longer", () => {
    const { remoteASN: _, ...rest } = tunnel(1);
    expect(doubtful.tunnels.get("Tn1")).to.deep.equal(rest);
    expect(doubtful.settings.advancedSettings).not.to.have.property("lifetime");
  });

  it("knows everything else as before", () => {
    expect(doubtful.tunnels.get("Tn2")).to.deep.equal(tunnel(2));
    expect(doubtful.settings.sharedSettings).to.deep.equal(settings().sharedSettings);
    expect(doubtful.settings.advancedSettings?.phase1).to.deep.equal(settings().advancedSettings?.phase1);
    expect(doubtful.ids).to.deep.equal({ primary: "Tn1", backup: "Tn2" });
  });

  it("leaves the knowledge that it was given as it was", () => {
    const before = knowledge();
    doubting(before, request);
    expect(before).to.deep.equal(knowledge());
  });
});

describe("believing", () => {
  it("knows an added tunnel as it was sent, hidden fields included", () => {
    const known = believing(NOTHING_KNOWN, new Map([["Tn3", tunnel(3)]]));
    expect(known.tunnels.get("Tn3")).to.deep.equal(tunnel(3));
  });

  it("knows an updated tunnel as before, with what was sent and no id among its fields", () => {
    const known = believing(knowledge(), new Map([["Tn1", { id: "Tn1", remoteASN: 7 }]]));
    expect(known.tunnels.get("Tn1")).to.deep.equal(tunnel(1, { remoteASN: 7 }));
  });
});

describe("believingSettings", () => {
  it("knows the settings and the name that were sent, the others as before", () => {
    const known = believingSettings(knowledge(), {
      tunnelName: "office",
      description: "",
      advancedSettings: { lifetime: "2h" },
    });
    expect(known.tunnelName).to.equal("office");
    expect(known.settings).to.deep.equal({
      ...settings(),
      description: "",
      advancedSettings: { ...settings().advancedSettings, lifetime: "2h" },
    });
  });
});
