import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";

/** How long an operation takes on the clock of these tests, which moves only with `advance`. */
export const OPERATION_MS = 1000;

/** An answer, as a visitor gets it. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Undefined unless the answer says that it is JSON. */
  readonly json: unknown;
  readonly headers: Headers;
}

/** Somebody who talks HTTP to a sandbox. */
export interface Visitor {
  readonly sandbox: Sandbox;
  /** Below the base URL, with a token. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Anywhere, without one. */
  ask(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** The answer of authorize. */
  authorize(apiKey: string): Promise<Reply>;
  /** Takes the token of another key from now on. */
  signIn(apiKey: string): Promise<void>;
  /** Sends a write, lets its operation end and returns the status. */
  carryOut(method: string, path: string, body?: unknown): Promise<{ completed: boolean; result?: Result }>;
}

/** The result in the status of an operation. */
export interface Result {
  readonly resource?: string;
  readonly statusCode?: number;
  readonly reason?: readonly string[];
}

/** Starts a sandbox whose time stands still, and signs in with its first key. */
export async function visitSandbox(options: SandboxOptions = {}): Promise<Visitor> {
  const clock = { now: () => 1_800_000_000_000 };
  const sandbox = await startSandbox({ clock, operationMs: OPERATION_MS, ...options });
  let token = "";

  const ask: Visitor["ask"] = async (method, url, body, headers = {}) => {
    const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const type = { "content-type": "application/json" };
    const init = { method, headers: { ...type, ...headers }, redirect: "manual", ...content } as const;
    const response = await fetch(url, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined, headers: response.headers };
  };
  const authorize = (apiKey: string) =>
    ask("POST", `${sandbox.baseUrl.replace(/\/rest$/, "")}/v1/auth/authorize`, { grantType: "api_key", apiKey });
  const signIn = async (apiKey: string) => {
    const { json } = await authorize(apiKey);
    token = (json as { data: { accessToken: string } }).data.accessToken;
  };
  const call: Visitor["call"] = (method, path, body) =>
    ask(method, `${sandbox.baseUrl}${path}`, body, { authorization: `Bearer ${token}` });

  await signIn(sandbox.accounts[0].apiKey);
  return {
    sandbox,
    call,
    ask,
    authorize,
    signIn,
    carryOut: async (method, path, body) => {
      const accepted = await call(method, path, body);
      if (accepted.status !== 202) throw new Error(`Expected 202, got ${accepted.status}: ${accepted.text}`);
      sandbox.advance(OPERATION_MS);
      const { json } = await call("GET", statusPath(accepted));
      return json as { completed: boolean; result?: Result };
    },
  };
}

/** The path below the base URL at which an accepted write can be watched. */
export function statusPath({ json }: Reply): string {
  const { statusUrl } = json as { statusUrl: string };
  return `/v2.3/networks/status/${statusUrl.split("/").at(-1)}`;
}

/** All complaints of a 400. */
export function complaintsOf({ json }: Reply): readonly string[] {
  return (json as { data?: { errors?: string[] } } | undefined)?.data?.errors ?? [];
}

/** The path of a network's groups. */
export function groupsPath(networkId: string): string {
  return `/v2.3/networks/enhanced/${networkId}/tunnels/ipsec/dynamic`;
}

/** The path of the foreign group. */
export function foreignPath({ foreignGroup }: Sandbox): string {
  return `${groupsPath(foreignGroup.networkId)}/${foreignGroup.id}`;
}
