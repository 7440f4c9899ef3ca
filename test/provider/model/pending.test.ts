import { expect } from "chai";
import fc from "fast-check";
import {
  awaitingIn,
  isSameWrite,
  joined,
  readPending,
  touchedBy,
  unprovenIn,
  withoutCredential,
} from "../../../provider/model/pending";
import { pendingWrite, tunnel } from "../builders";

const KEPT = pendingWrite({
  statusId: "St1",
  added: [["third", { regionID: "RgAAAAAAA1", remoteASN: 7 }]],
  changed: { Tn1: ["remoteASN"] },
});

describe("readPending", () => {
  it("reads what was kept", () => {
    expect(readPending(JSON.parse(JSON.stringify([KEPT])))).to.deep.equal([KEPT]);
  });

  it("passes over entries that cannot be read, and keeps the others", () => {
    expect(readPending([null, 7, {}, { ...KEPT, kind: "none" }, { ...KEPT, networkId: 7 }, KEPT])).to.deep.equal([
      KEPT,
    ]);
  });

  it("keeps a write of which a list is garbled", () => {
    const garbled = { ...KEPT, before: 7, added: "x", changed: [7] };
    expect(readPending([garbled])).to.deep.equal([{ ...KEPT, before: [], added: [], changed: {} }]);
  });

  for (const source of [undefined, null, {}, "text", 7]) {
    it(`reads nothing from ${JSON.stringify(source)}`, () => {
      expect(readPending(source)).to.deep.equal([]);
    });
  }

  it("never throws, whatever JSON is kept", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.constantFrom(...Object.keys(KEPT)), fc.jsonValue()), (any, odd) => {
        readPending(any);
        for (const write of readPending([{ ...KEPT, ...odd }])) expect(write.startedAtMs).to.be.a("number");
      }),
      { numRuns: 300, seed: 2_300 },
    );
  });
});

describe("a write that is proven but for the health of its tunnels", () => {
  const awaiting = pendingWrite({ awaiting: ["Tn1"] });

  it("is read from state, and told from those that are not proven", () => {
    const kept = readPending(JSON.parse(JSON.stringify([KEPT, awaiting])));
    expect(awaitingIn(kept)).to.deep.equal([awaiting]);
    expect(unprovenIn(kept)).to.deep.equal([KEPT]);
  });
});

describe("touchedBy", () => {
  it("names what was changed, and what was added by the ids that its keys have by now", () => {
    const write = { ...KEPT, added: [...KEPT.added, ["lost", {}] as const] };
    expect(touchedBy(write, { third: "Tn3", other: "Tn4" })).to.deep.equal(["Tn1", "Tn3"]);
  });
});

describe("withoutCredential", () => {
  it("leaves out what a tunnel authenticates with, and nothing else", () => {
    const { passphrase: _, ...rest } = tunnel(1);
    expect(withoutCredential(tunnel(1, { authType: "psk", customerRootCA: "PEM" }))).to.deep.equal({
      ...rest,
      authType: "psk",
    });
  });
});

describe("isSameWrite", () => {
  it("is so of one write at different times of its life", () => {
    expect(isSameWrite(pendingWrite(), KEPT)).to.equal(true);
  });

  for (const other of [{ kind: "delete" }, { networkId: "Nw2" }, { groupId: "Tg2" }, { startedAtMs: 1 }] as const) {
    it(`is not so of one with another ${Object.keys(other).join()}`, () => {
      expect(isSameWrite(pendingWrite(), pendingWrite(other))).to.equal(false);
    });
  }
});

describe("joined", () => {
  it("has writes of several lists, oldest first", () => {
    const [first, second] = [pendingWrite({ startedAtMs: 1 }), pendingWrite({ startedAtMs: 2 })];
    expect(joined([second], [first])).to.deep.equal([first, second]);
  });

  it("has of two that are the same the one that names its operation, wherever it stands", () => {
    expect(joined([pendingWrite()], [KEPT])).to.deep.equal([KEPT]);
    expect(joined([KEPT], [pendingWrite()])).to.deep.equal([KEPT]);
  });

  it("is empty of empty lists", () => {
    expect(joined([], [])).to.deep.equal([]);
  });
});
