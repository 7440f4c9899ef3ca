import { z } from "zod";

/** One page of a list. */
export interface Page {
  readonly data: readonly unknown[];
  readonly totalPage?: number | undefined;
  readonly itemsTotal?: number | undefined;
}

/** How many entries a page is asked for. */
export const PAGE_SIZE = 100;
const MOST_PAGES = 200;
const MOST_PASSES = 6;

const page = z.object({
  data: z.array(z.unknown()),
  totalPage: z.number().optional().catch(undefined),
  itemsTotal: z.number().optional().catch(undefined),
});
const identified = z.object({ id: z.string() });

/** Reads one page. @returns undefined when the answer is none */
export function decodePage(json: unknown): Page | undefined {
  return page.safeParse(json).data;
}

/**
 * Reads a whole list, each entry once. Entries move between pages when others come and go meanwhile: a list of several
 * pages is read until two passes on end show the same.
 * @param read reads the page of a number, from 1
 */
export async function listAll(read: (number: number) => Promise<Page>): Promise<readonly unknown[]> {
  let last: Pass | undefined;
  for (let passes = 0; passes < MOST_PASSES; passes++) {
    const pass = await readPages(read);
    if (pass.isWhole || (last && isSameList(last, pass))) return [...pass.entries.values()];
    last = pass;
  }
  return [...(last?.entries.values() ?? [])];
}

/** What one reading of all pages has found. */
interface Pass {
  readonly entries: ReadonlyMap<string, unknown>;
  /** Whether one page held everything, so that nothing can have moved. */
  readonly isWhole: boolean;
}

async function readPages(read: (number: number) => Promise<Page>): Promise<Pass> {
  const entries = new Map<string, unknown>();
  for (let number = 1; number <= MOST_PAGES; number++) {
    const { data, totalPage, itemsTotal = 0 } = await read(number);
    const before = entries.size;
    for (const entry of data) entries.set(keyOf(entry), entry);
    // A full page, or entries still missing, belie a count of pages that says that this is the last one.
    const isComplete = data.length < PAGE_SIZE && entries.size >= itemsTotal;
    const isLast = totalPage !== undefined && number >= totalPage && isComplete;
    if (isLast || entries.size === before) return { entries, isWhole: isLast && number === 1 };
  }
  return { entries, isWhole: false };
}

function isSameList(a: Pass, b: Pass): boolean {
  return a.entries.size === b.entries.size && [...a.entries.keys()].every((key) => b.entries.has(key));
}

function keyOf(entry: unknown): string {
  return identified.safeParse(entry).data?.id ?? JSON.stringify(entry);
}
