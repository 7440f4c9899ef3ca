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
  let forms: readonly string[] = [];
  return {
    addSecret(value) {
      if (value.length < SHORTEST_SECRET) return;
      // The longest first: a secret can be a part of another.
      forms = [...new Set([...forms, ...formsOf(value)])].sort((a, b) => b.length - a.length);
    },
    redact(text) {
      const shown = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
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
