import { expect } from "chai";
import { decodePage, listAll, PAGE_SIZE, type Page, readList, sizedPages } from "../../../provider/service/pages";

const entry = (n: number) => ({ id: `Tn${n}` });
const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));

/** Lists what the pages of a script hold; beyond its end pages are empty. */
async function list(script: readonly Page[], { isRepeated = false } = {}) {
  const asked: number[] = [];
  const found = await listAll(async (number) => {
    asked.push(number);
    return script[isRepeated ? 0 : number - 1] ?? { data: [] };
  });
  return { found, asked };
}

describe("listAll", () => {
  const full = entries(1, PAGE_SIZE);
  const rest = entries(PAGE_SIZE + 1, PAGE_SIZE + 5);

  it("asks once for what fits one page", async () => {
    expect(await list([{ data: [entry(1)], totalPage: 1, itemsTotal: 1 }])).to.deep.equal({
      found: [entry(1)],
      asked: [1],
    });
  });

  it("asks once for an empty list", async () => {
    expect(await list([{ data: [], totalPage: 0, itemsTotal: 0 }])).to.deep.equal({ found: [], asked: [1] });
  });

  it("reads all pages, twice, since entries may move between them meanwhile", async () => {
    const { found, asked } = await list([
      { data: full, totalPage: 2, itemsTotal: PAGE_SIZE + 5 },
      { data: rest, totalPage: 2, itemsTotal: PAGE_SIZE + 5 },
    ]);
    expect(found).to.deep.equal([...full, ...rest]);
    expect(asked).to.deep.equal([1, 2, 1, 2]);
  });

  it("goes on after a full page that claims to be the last", async () => {
    const { found } = await list([
      { data: full, totalPage: 1 },
      { data: rest, totalPage: 1 },
    ]);
    expect(found).to.have.length(PAGE_SIZE + 5);
  });

  it("goes on while entries that were announced are missing", async () => {
    const { found } = await list([{ data: [entry(1)], totalPage: 1, itemsTotal: 2 }, { data: [entry(2)] }]);
    expect(found).to.deep.equal([entry(1), entry(2)]);
  });

  it("stops at an empty page, whatever number of pages is claimed", async () => {
    const { asked } = await list([{ data: [entry(1)], totalPage: 50 }]);
    expect(asked).to.deep.equal([1, 2, 1, 2]);
  });

  it("stops when a service that knows no pages repeats itself", async () => {
    const { found, asked } = await list([{ data: full, totalPage: 50 }], { isRepeated: true });
    expect(found).to.have.length(PAGE_SIZE);
    expect(asked).to.deep.equal([1, 2, 1, 2]);
  });

  it("stops after 200 pages of a list without end", async () => {
    let number = 0;
    const found = await listAll(async () => ({ data: [entry(number++)] }));
    expect(found).to.have.length(200);
  });

  it("gives an entry once that was met on two pages, as it was last seen", async () => {
    const { found } = await list([{ data: [entry(1), entry(2)] }, { data: [{ ...entry(2), name: "new" }, entry(3)] }]);
    expect(found).to.deep.equal([entry(1), { ...entry(2), name: "new" }, entry(3)]);
  });

  /** Lists what every pass over the pages shows in turn; the last is repeated. */
  async function listMoving(passes: readonly (readonly Page[])[]) {
    let pass = -1;
    const found = await listAll(async (number) => {
      if (number === 1) pass += 1;
      return passes[Math.min(pass, passes.length - 1)]?.[number - 1] ?? { data: [] };
    });
    return { found, passes: pass + 1 };
  }
  const pageOf = (...numbers: readonly number[]): Page => ({ data: numbers.map(entry), totalPage: 2, itemsTotal: 3 });

  it("finds the entry that moved to a page that was read already, when another went", async () => {
    // While the second page was asked for the first entry went, and the third moved up.
    const { found, passes } = await listMoving([
      [pageOf(1, 2), { ...pageOf(4) }],
      [pageOf(2, 3), pageOf(4)],
      [pageOf(2, 3), pageOf(4)],
    ]);
    expect(found).to.have.deep.members([entry(2), entry(3), entry(4)]);
    expect(passes).to.equal(3);
  });

  it("does not agree with a pass of as many other entries", async () => {
    const { found } = await listMoving([
      [pageOf(1, 2), pageOf(4)],
      [pageOf(2, 3), pageOf(4)],
    ]);
    expect(found).to.have.deep.members([entry(2), entry(3), entry(4)]);
  });

  it("gives what it saw last when entries come and go without end", async () => {
    const all = Array.from({ length: 9 }, (_, n) => [pageOf(n, n + 1), pageOf(n + 2)]);
    const { found, passes } = await listMoving(all);
    expect(passes).to.equal(6);
    expect(found).to.deep.equal([entry(5), entry(6), entry(7)]);
  });

  it("keeps entries without an id", async () => {
    expect((await list([{ data: [{ a: 1 }, { a: 2 }, 7], totalPage: 1 }])).found).to.deep.equal([
      { a: 1 },
      { a: 2 },
      7,
    ]);
  });
});

describe("readList", () => {
  const sureness = async (...pages: readonly Page[]) => {
    const pass = await readList(async (number) => pages[number - 1] ?? { data: [] }, { isSure: true });
    return [pass?.entries.length, pass?.isSure];
  };

  it("is sure of one page that holds all, and of two passes that show the same", async () => {
    expect(await sureness({ data: entries(1, 3), totalPage: 1, itemsTotal: 3 })).to.deep.equal([3, true]);
    const [first, second] = [entries(1, 100), entries(101, 105)].map((data) => ({
      data,
      totalPage: 2,
      itemsTotal: 105,
    }));
    expect(await sureness(first as Page, second as Page)).to.deep.equal([105, true]);
  });

  it("is not sure of fewer entries than itemsTotal says, though two passes show the same", async () => {
    const [first, second] = [entries(1, 500), entries(1001, 1200)].map((data) => ({
      data,
      totalPage: 2,
      itemsTotal: 1200,
    }));
    expect(await sureness(first as Page, second as Page)).to.deep.equal([700, false]);
  });

  it("is not sure where any page has counted more, and asks no more than twice for all", async () => {
    const asked: number[] = [];
    const pass = await readList(
      async (number) => {
        asked.push(number);
        return number === 1 ? { data: [entry(1)], totalPage: 1, itemsTotal: 2 } : { data: [], itemsTotal: 0 };
      },
      { isSure: true },
    );
    expect([pass?.isSure, asked]).to.deep.equal([false, [1, 2, 1, 2]]);
  });

  it("passes over null, which may stand for an entry, so that it is not sure", async () => {
    expect(await sureness({ data: [null, entry(1)], totalPage: 1, itemsTotal: 2 })).to.deep.equal([1, false]);
    expect(await sureness({ data: [null, entry(1)], totalPage: 1 })).to.deep.equal([1, false]);
  });
});

describe("sizedPages", () => {
  it("stays with pages that hold all, where larger ones are counted by what was asked for and cut", async () => {
    const all = entries(1, 1200);
    const read = sizedPages<undefined>(
      async (number, size) => ({
        data: all.slice((number - 1) * size, (number - 1) * size + Math.min(size, 500)),
        totalPage: Math.ceil(all.length / size),
        itemsTotal: all.length,
      }),
      () => false,
    );
    const pass = await readList((number) => read(number, undefined), { isSure: true });
    expect([pass?.entries.length, pass?.isSure]).to.deep.equal([1200, true]);
  });
});

describe("decodePage", () => {
  it("reads a page whose counts are missing or garbled", () => {
    expect(decodePage({ data: [1], totalPage: "x", itemsTotal: null })).to.deep.equal({
      data: [1],
      totalPage: undefined,
      itemsTotal: undefined,
    });
  });

  for (const answer of [null, [], {}, { data: {} }, "text", 5]) {
    it(`refuses ${JSON.stringify(answer)}`, () => {
      expect(decodePage(answer)).to.equal(undefined);
    });
  }
});
