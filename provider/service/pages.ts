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
const MOST_PASSES = 2;

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
 * Reads a whole list, each entry once. Entries move between pages when others come and go meanwhile: a list that came
 * out shorter than announced is read once more.
 * @param read reads the page of a number, from 1
 */
export async function listAll(read: (number: number) => Promise<Page>): Promise<readonly unknown[]> {
  const found = new Map<string, unknown>();
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const announced = await readPages(read, found);
    if (found.size >= announced) break;
  }
  return [...found.values()];
}

/** @returns how many entries the service said there are */
async function readPages(read: (number: number) => Promise<Page>, found: Map<string, unknown>): Promise<number> {
  const seen = new Set<string>();
  let announced = 0;
  for (let number = 1; number <= MOST_PAGES; number++) {
    const { data, totalPage, itemsTotal } = await read(number);
    announced = itemsTotal ?? 0;
    const before = seen.size;
    for (const entry of data) {
      const key = keyOf(entry);
      seen.add(key);
      found.set(key, entry);
    }
    // A full page, or entries still missing, belie a count of pages that says that this is the last one.
    const isComplete = data.length < PAGE_SIZE && seen.size >= announced;
    const isLast = totalPage !== undefined && number >= totalPage && isComplete;
    if (isLast || seen.size === before) break;
  }
  return announced;
}

function keyOf(entry: unknown): string {
  return identified.safeParse(entry).data?.id ?? JSON.stringify(entry);
}
