/** Takes secrets out of what is going to be shown. */
export interface Redactor {
  /** From now on this value is hidden wherever it stands, as it is or encoded. */
  addSecret(value: string): void;
  /** The same value with every secret replaced: members by their name, text by the secrets known. */
  redact<T>(value: T): T;
}

const HIDDEN = "[secret]";
const SECRET_NAMES =
  /^(passphrase|psk|presharedkey|customerrootca|apikey|accesstoken|authorization|token|password|secret)$/;
/** Shorter values would take ordinary words out of messages; they are hidden by the names of their members only. */
const SHORTEST_SECRET = 4;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  let forms: readonly string[] = [];

  function text(value: string): string {
    const shown = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), value);
    return shown.replace(BEARER, `Bearer ${HIDDEN}`);
  }

  function walk(value: unknown, copies: Map<object, unknown>): unknown {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (copies.has(value)) return copies.get(value);
    if (Array.isArray(value)) {
      const copy: unknown[] = [];
      copies.set(value, copy);
      for (const entry of value) copy.push(walk(entry, copies));
      return copy;
    }
    const copy = Object.create(Object.getPrototypeOf(value)) as object;
    copies.set(value, copy);
    for (const name of namesOf(value)) {
      const member: unknown = (value as Record<string, unknown>)[name];
      // Defined rather than assigned: a member may be called `__proto__`.
      Object.defineProperty(copy, text(name), {
        value: isSecretName(name) ? HIDDEN : walk(member, copies),
        configurable: true,
        enumerable: Object.prototype.propertyIsEnumerable.call(value, name),
        writable: true,
      });
    }
    return copy;
  }

  return {
    addSecret(value) {
      if (value.length < SHORTEST_SECRET) return;
      // The longest first: a secret can be a part of another.
      forms = [...new Set([...forms, ...formsOf(value)])].sort((a, b) => b.length - a.length);
    },
    redact: <T>(value: T) => walk(value, new Map()) as T,
  };
}

/** An error keeps its message and stack where no enumeration finds them. */
function namesOf(value: object): readonly string[] {
  return value instanceof Error ? Object.getOwnPropertyNames(value) : Object.keys(value);
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name.replace(/[^A-Za-z]/g, "").toLowerCase());
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
