/** Takes secrets out of text that is going to be shown. */
export interface Redactor {
  /** From now on this value is hidden wherever it stands, as it is or encoded. */
  addSecret(value: string): void;
  /** The text with every known secret, and every bearer token, replaced. */
  redact(text: string): string;
}

const HIDDEN = "[secret]";
/** Shorter values would take ordinary words out of messages. */
const SHORTEST_SECRET = 4;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const known = new Set<string>();
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
      for (const form of formsOf(value)) known.add(form);
      forms = undefined;
    },
    redact(text) {
      const shown = sorted().reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
      return shown.replace(BEARER, `Bearer ${HIDDEN}`);
    },
  };
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
