/** Takes secrets out of what is going to be shown. */
export interface Redactor {
  /** From now on this value is hidden wherever it stands, as it is or encoded. */
  addSecret(value: string): void;
  /** The same value with every secret replaced: members by their name, text by the secrets known. */
  redact<T>(value: T): T;
}

const HIDDEN = "[secret]";
const SECRET_NAMES = /^(passphrase|apikey|accesstoken|authorization|token|password|secret)$/i;
/** Shorter values would take ordinary words out of messages. */
const SHORTEST_SECRET = 4;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();

  function text(value: string): string {
    let result = value;
    for (const secret of secrets) result = result.replaceAll(secret, HIDDEN);
    return result;
  }

  function walk(value: unknown, seen: ReadonlySet<unknown>): unknown {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "[circular]";
    const within = new Set(seen).add(value);
    if (Array.isArray(value)) return value.map((entry) => walk(entry, within));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        text(name),
        SECRET_NAMES.test(name) ? HIDDEN : walk(member, within),
      ]),
    );
  }

  return {
    addSecret(value) {
      if (value.length < SHORTEST_SECRET) return;
      const forms = [
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value),
        Buffer.from(value).toString("base64"),
      ];
      for (const form of forms) secrets.add(form);
    },
    redact: <T>(value: T) => walk(value, new Set()) as T,
  };
}
