const WIDTH = 120;
const INDENT = 2;

/** TypeScript that stands in a value as it is: a name, a call. */
export class Code {
  constructor(readonly text: string) {}
}

/** In place of a member's value: the member's name says all, as in `{ networkId }` and `{ ...sharedSettings }`. */
export const AS_NAMED = Symbol("as named");

/**
 * A value as TypeScript; members that are undefined are left out.
 * @param column where the text begins
 * @param depth how deep the line is indented that it begins in
 */
export function printed(value: unknown, column = 0, depth = 0): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) {
    return wrapped(
      "[",
      value.map((entry) => (at, deeper) => printed(entry, at, deeper)),
      "]",
      column,
      depth,
    );
  }
  if (typeof value !== "object" || value === null) return literal(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const texts = members.map(([name, member]: [string, unknown]) => (at: number, deeper: number) => {
    if (member === AS_NAMED) return name;
    const start = `${isIdentifier(name) ? name : JSON.stringify(name)}: `;
    return start + printed(member, at + start.length, deeper);
  });
  return wrapped("{ ", texts, " }", column, depth);
}

/** Parts between brackets: on one line where they fit, else each on its own. */
function wrapped(
  open: string,
  parts: readonly ((column: number, depth: number) => string)[],
  close: string,
  column: number,
  depth: number,
): string {
  const [start, end] = [open.trim(), close.trim()];
  if (parts.length === 0) return start + end;
  const line = `${open}${parts.map((part) => part(0, 0)).join(", ")}${close}`;
  if (!line.includes("\n") && column + line.length < WIDTH) return line;
  const indent = " ".repeat((depth + 1) * INDENT);
  const lines = parts.map((part) => `${indent}${part(indent.length, depth + 1)},\n`);
  return `${start}\n${lines.join("")}${" ".repeat(depth * INDENT)}${end}`;
}

/** Ends of lines to older compilers, and what has an editor show a text in another order than it has. */
const UNSEEN = /[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function literal(value: unknown): string {
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16)}`;
  return JSON.stringify(value).replace(new RegExp(UNSEEN, "g"), escaped);
}

/** Whether a name can stand in a program without quotes. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

/** A text of several lines as one literal that keeps its lines, where nothing in it stands against that. */
export function lines(text: string): Code {
  return new Code(/[`\\\r]|\$\{/.test(text) || UNSEEN.test(text) ? literal(text) : `\`${text}\``);
}
