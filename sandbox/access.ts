import { z } from "zod";
import type { Chance } from "./ids";
import { Refusal } from "./refusal";

/** What a key may do: all, read only, nothing since the plan has no API access, or nothing here since it is of another region. */
export const accessKind = z.enum(["full", "read", "none", "otherRegion"]);

/** A key to the API of an account. */
export interface ApiKey {
  readonly key: string;
  readonly account: string;
  /** @default "full" */
  readonly access?: z.output<typeof accessKind>;
}

/** A token, and who holds it. */
export interface Session {
  readonly token: string;
  readonly holder: ApiKey;
  readonly expiresAtMs: number;
}

/** Keys and the tokens they were exchanged for. */
export interface Access {
  authorize(key: string): Session;
  /** @throws Refusal 401 unless the header holds a token that is still good */
  sessionOf(authorization: string | undefined): Session;
  /** @throws Refusal 404 when there is no such account */
  addKey(key: ApiKey): void;
  /**
   * Ends a key and its tokens.
   * @throws Refusal 404 when there is no such key
   */
  revokeKey(key: string): void;
  /**
   * Replaces the keys of an account, and ends them.
   * @throws Refusal 404 when there is no such account
   */
  rotateKey(account: string, next: string): void;
  expireTokens(): void;
}

/** Creates the access control of a sandbox. */
export function createAccess(
  keys: readonly ApiKey[],
  chance: Chance,
  clock: { readonly now: () => number; readonly tokenLifetimeMs: number },
): Access {
  const known = new Map(keys.map((key) => [key.key, key]));
  const accounts = new Set(keys.map(({ account }) => account));
  const sessions = new Map<string, Session>();

  function checkAccount(account: string): void {
    if (!accounts.has(account)) throw new Refusal(404, `Account ${account} not found.`);
  }
  function revokeKey(key: string): void {
    if (!known.delete(key)) throw new Refusal(404, "API key not found.");
    for (const [token, { holder }] of sessions) if (holder.key === key) sessions.delete(token);
  }

  return {
    authorize: (key) => {
      const holder = known.get(key);
      if (holder === undefined) throw new Refusal(401, "Unauthorized");
      if (holder.access === "none") throw new Refusal(402, "API access is not part of this plan");
      const session = { token: chance.id("token", 45), holder, expiresAtMs: clock.now() + clock.tokenLifetimeMs };
      sessions.set(session.token, session);
      return session;
    },
    sessionOf: (authorization) => {
      const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
      const session = token === undefined ? undefined : sessions.get(token);
      if (session === undefined || session.expiresAtMs <= clock.now()) throw new Refusal(401, "Unauthorized");
      return session;
    },
    addKey: (key) => {
      checkAccount(key.account);
      known.set(key.key, key);
    },
    revokeKey,
    rotateKey: (account, next) => {
      checkAccount(account);
      for (const { key } of [...known.values()].filter((each) => each.account === account)) revokeKey(key);
      known.set(next, { key: next, account });
    },
    expireTokens: () => sessions.clear(),
  };
}
