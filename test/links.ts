/** A link of a document to another file, or to a heading. */
export interface Link {
  /** Relative to the document's folder; empty for the document itself. */
  readonly file: string;
  readonly anchor?: string;
}

/** The links of a text in Markdown that stay in the repository; pictures are links too. */
export function linksIn(markdown: string): readonly Link[] {
  return [...markdown.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    .map(([, file = "", anchor]): Link => (anchor === undefined ? { file } : { file, anchor }))
    .filter(({ file }) => !/^\w+:/.test(file));
}

/** What headings of a text in Markdown can be linked by. */
export function anchorsIn(markdown: string): readonly string[] {
  const headings = markdown.replaceAll(/^```.*?^```/gms, "").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
}
