/** Takes secrets out of text that is going to be shown. */
export interface Redactor {
  /** From now on this value is hidden wherever it stands, as it is or encoded. */
  addSecret(value: string): void;
  /** The text with every known secret, and every bearer token, replaced. */
  redact(text: string): string;
}

const HIDDEN = "[secret]";
/** Shorter values stand in too many texts that have nothing to do with them. */
const SHORTEST_SECRET = 3;
/** Shorter values are a part of ordinary words: they are hidden where they stand alone. */
const SHORTEST_PART = 4;
/** A number of fewer digits, such as an ASN, is a part of ids and times: it is hidden where it is the whole number. */
const NUMBER = /^\d{1,7}$/;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const known = new Set<string>();
  const numbers = new Set<string>();
  const words = new Set<string>();
  let forms: readonly string[] | undefined;

  /** The longest first: a secret can be a part of another. Sorted when needed, not with each of thousands of secrets. */
  function sorted(): readonly string[] {
    forms ??= [...known].sort((a, b) => b.length - a.length);
    return forms;
  }

  return {
    addSecret(value) {
      if (value.length < SHORTEST_SECRET || secrets.has(value)) return;
      secrets.add(value);
      if (NUMBER.test(value)) {
        numbers.add(value);
      } else if (value.length < SHORTEST_PART) {
        words.add(value);
      } else {
        for (const form of formsOf(value)) known.add(form);
        forms = undefined;
      }
    },
    redact(text) {
      const whole = sorted().reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
      const counted = numbers.size === 0 ? whole : whole.replace(/\d+/g, (run) => (numbers.has(run) ? HIDDEN : run));
      const shown = [...words].reduce((rest, word) => rest.replace(standingAlone(word), HIDDEN), counted);
      return shown.replace(BEARER, `Bearer ${HIDDEN}`);
    },
  };
}

function standingAlone(word: string): RegExp {
  const literal = word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu");
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(bytes.toString()),
    new URLSearchParams({ secret }).toString().slice("secret=".length),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
}
