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
  let current: { readonly value: string; readonly renewAtMs: number } | undefined;
  let fetching: Promise<string> | undefined;

  async function fetch(): Promise<string> {
    const { value, expiresAtMs } = await authorize();
    // Where this machine's clock is fast every token looks expired; a 401 tells when one really is.
    const renewAtMs = Math.max(expiresAtMs - MARGIN_MS, clock.now() + MARGIN_MS);
    current = { value, renewAtMs };
    return value;
  }

  function fetchOnce(): Promise<string> {
    fetching ??= fetch().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  return {
    get: async () => (!fetching && current && clock.now() < current.renewAtMs ? current.value : fetchOnce()),
    renew: async (refused) => (!fetching && current && current.value !== refused ? current.value : fetchOnce()),
  };
}
