import { z } from "zod";

/** One page of a list. */
export interface Page {
  readonly data: readonly unknown[];
  readonly totalPage?: number | undefined;
  readonly itemsTotal?: number | undefined;
  /** How many entries it was asked for. @default {@link PAGE_SIZE} */
  readonly size?: number;
}

/** How many entries a page is asked for at first: bounds are not documented. */
export const PAGE_SIZE = 100;
/** What is tried once where a list has more than two pages. */
const LARGE_SIZE = 1000;
const SMALL_SIZE = 20;
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
 * Reads pages of the size that the service takes: a larger one where that is worth a try, a smaller one where it refuses.
 * @param read reads a page of a size
 * @param isRefused whether an error says that the service does not take such a request
 */
export function sizedPages<Options>(
  read: (number: number, size: number, options: Options) => Promise<Page>,
  isRefused: (error: unknown) => boolean,
): (number: number, options: Options) => Promise<Page> {
  let size = PAGE_SIZE;
  let isTried = false;

  const readAt = async (number: number, ofSize: number, options: Options) => ({
    ...(await read(number, ofSize, options)),
    size: ofSize,
  });

  async function largerThan(page: Page, options: Options): Promise<Page> {
    isTried = true;
    try {
      const larger = await readAt(1, LARGE_SIZE, options);
      if (larger.data.length <= page.data.length || isCut(larger)) return page;
      size = LARGE_SIZE;
      return larger;
    } catch (error) {
      if (!isRefused(error)) throw error;
      return page;
    }
  }

  return async (number, options) => {
    try {
      const page = await readAt(number, size, options);
      return number === 1 && !isTried && (page.totalPage ?? 0) > 2 ? await largerThan(page, options) : page;
    } catch (error) {
      if (!isRefused(error) || size === SMALL_SIZE || number > 1) throw error;
      size = SMALL_SIZE;
      return readAt(number, size, options);
    }
  };
}

/** True if all pages of this length hold fewer entries than there are: the service counts pages by more than it gives. */
function isCut({ data, totalPage = Number.POSITIVE_INFINITY, itemsTotal = 0 }: Page): boolean {
  return data.length * totalPage < itemsTotal;
}

/** The result of reading all pages once: each entry once; null is no entry. */
export interface Pass {
  readonly entries: readonly unknown[];
  readonly pages: number;
  /**
   * True if the list proves absence: no entry can have moved between pages meanwhile, since one page held all or another pass
   * agrees, and no entry that the service counts, or shows as null, is missing.
   */
  readonly isSure: boolean;
}

/** How a list is read. */
export interface Reading {
  /** Whether a list of several pages is read until two passes on end show the same, since entries move between pages when others come and go. */
  readonly isSure: boolean;
  /** Asked after the first page, of how many there are, whether the rest is to be read. @default always */
  readonly isWorth?: (pages: number) => boolean;
}

/**
 * Reads a whole list.
 * @param read reads the page of a number, from 1
 * @returns undefined where it is not worth it
 */
export async function readList(
  read: (number: number) => Promise<Page>,
  { isSure, isWorth = () => true }: Reading,
): Promise<Pass | undefined> {
  let last: Entries | undefined;
  for (let passes = 0; passes < MOST_PASSES; passes++) {
    const pass = await readPages(read, passes === 0 ? isWorth : () => true);
    if (pass === undefined) return undefined;
    const isAgreed = pass.isWhole || (last !== undefined && isSameList(last, pass));
    last = pass;
    if (isAgreed || !isSure) return { ...passOf(pass), isSure: isAgreed && !pass.isShort };
  }
  return last && { ...passOf(last), isSure: false };
}

/** As {@link readList}, for sure, as far as that goes. */
export async function listAll(read: (number: number) => Promise<Page>): Promise<readonly unknown[]> {
  return (await readList(read, { isSure: true }))?.entries ?? [];
}

interface Entries {
  readonly byKey: ReadonlyMap<string, unknown>;
  readonly pages: number;
  readonly isWhole: boolean;
  /** True if a page was told to be one of more entries than were shown, or held null in place of one. */
  readonly isShort: boolean;
}

async function readPages(
  read: (number: number) => Promise<Page>,
  isWorth: (pages: number) => boolean,
): Promise<Entries | undefined> {
  const byKey = new Map<string, unknown>();
  let [nulls, most] = [0, 0];
  const found = (pages: number, isWhole: boolean) => ({
    byKey,
    pages,
    isWhole,
    isShort: nulls > 0 || byKey.size < most,
  });
  for (let number = 1; number <= MOST_PAGES; number++) {
    const { data, totalPage, itemsTotal, size = PAGE_SIZE } = await read(number);
    const before = byKey.size;
    most = Math.max(most, itemsTotal ?? 0);
    for (const entry of data) {
      if (entry === null) nulls += 1;
      else byKey.set(keyOf(entry), entry);
    }
    // A full page without a count of entries, or entries still missing, belie a count of pages that says that this is the last one.
    const isComplete = itemsTotal === undefined ? data.length < size : byKey.size + nulls >= itemsTotal;
    const isLast = totalPage !== undefined && number >= totalPage && isComplete;
    if (isLast || byKey.size === before) return found(number, isLast && number === 1);
    if (number === 1 && !isWorth(Math.max(2, totalPage ?? 2))) return undefined;
  }
  return found(MOST_PAGES, false);
}

function passOf({ byKey, pages }: Entries): Pick<Pass, "entries" | "pages"> {
  return { entries: [...byKey.values()], pages };
}

function isSameList(a: Entries, b: Entries): boolean {
  return a.byKey.size === b.byKey.size && [...a.byKey.keys()].every((key) => b.byKey.has(key));
}

function keyOf(entry: unknown): string {
  return identified.safeParse(entry).data?.id ?? JSON.stringify(entry);
}
