import type { Clock } from "./clock";

/** An access token and until when it is good. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** Hands out one token to all requests of a process. */
export interface TokenSource {
  /** The token, renewed before it expires. */
  get(): Promise<string>;
  /** A token other than `refused`: renewed, unless somebody else has done that already. */
  renew(refused: string): Promise<string>;
}

/** A token is renewed this long before it expires, so that no request is under way with one that does. */
const MARGIN_MS = 60_000;

/** Creates a source that fetches with `authorize`, never twice at once. */
export function createTokenSource(authorize: () => Promise<Token>, clock: Clock): TokenSource {
  let current: Token | undefined;
  let fetching: Promise<Token> | undefined;

  async function fetch(): Promise<string> {
    fetching ??= authorize().finally(() => {
      fetching = undefined;
    });
    current = await fetching;
    return current.value;
  }

  return {
    get: async () => (current && clock.now() < current.expiresAtMs - MARGIN_MS ? current.value : fetch()),
    renew: async (refused) => (current && current.value !== refused ? current.value : fetch()),
  };
}
