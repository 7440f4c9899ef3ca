/** A key of a tunnel may have 63 characters, some of which a number takes. */
const MOST_LETTERS = 40;

/**
 * A name that people know, as a key of a program: `Frankfurt` as `frankfurt`, `US East 2` as `usEast2`.
 * @param fallback stands for a name of which no letter is left
 */
export function keyNamed(name: string, fallback: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const [first = "", ...rest] = plain.match(/[A-Za-z0-9]+/g) ?? [];
  const words = [isShouted(first) ? first.toLowerCase() : lowered(first), ...rest.map(raised)];
  const key = words.join("").slice(0, MOST_LETTERS);
  // The compiler takes a key that every object has for another thing than a tunnel.
  return /^[A-Za-z]/.test(key) && !(key in {}) ? key : `${fallback}${raised(key)}`;
}

const isShouted = (word: string) => word === word.toUpperCase();
const lowered = (word: string) => word.slice(0, 1).toLowerCase() + word.slice(1);
const raised = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

/** The same names in the same order, with a number behind each that is there more than once: `dublin1`, `dublin2`. */
export function distinct(names: readonly string[]): readonly string[] {
  const isRepeated = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const taken = new Set(names);
  return names.map((name) => {
    if (!isRepeated(name)) return name;
    const start = /\d$/.test(name) ? `${name}-` : name;
    let n = 1;
    while (taken.has(`${start}${n}`)) n += 1;
    taken.add(`${start}${n}`);
    return `${start}${n}`;
  });
}
