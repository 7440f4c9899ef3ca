import * as pulumi from "@pulumi/pulumi";
import { configKey, EXPLICIT_MARK } from "./engine/settings";

/**
 * An account of Harmony SASE, and how to use it. What is left out is taken from the environment, else it has its default;
 * the API key is taken from nowhere else, and a change of it takes effect with the next `up`.
 */
export interface ProviderArgs {
  /** The API key of the account; always secret. */
  apiKey: pulumi.Input<string>;
  /** `us`, `eu`, `au` or `in`; not together with `baseUrl`. @default "us" */
  region?: pulumi.Input<"us" | "eu" | "au" | "in">;
  /** The API's address, ending in `/rest`: https, or http on loopback. */
  baseUrl?: pulumi.Input<string>;
  /** Deadline of one operation, such as `30m`; `customTimeouts` of a resource wins. @default "30m" */
  timeout?: pulumi.Input<string>;
  /** How long a write whose outcome is unknown is looked for, and a successful one may take to show. @default "5m" */
  settlingTime?: pulumi.Input<string>;
  /** Requests in any five minutes, 1..500: the service allows 500 to an address. @default 480 */
  requestsPerWindow?: pulumi.Input<number>;
  /** Writes under way on one network at once, 1..5: the service refuses more. @default 5 */
  writesPerNetwork?: pulumi.Input<number>;
}

/** Under this a `Provider` keeps what it was configured with, for lookups; a copy of this package finds it too. */
const SETTINGS = Symbol.for("pulumi-harmony-sase/settings");

/** Settings by their keys, as the engine hands them to providers. */
export type ProviderSettings = Readonly<Record<string, string | undefined>>;

/** What an explicit `Provider` was configured with; undefined for another package's. */
export function settingsOf(provider: pulumi.ProviderResource): pulumi.Output<ProviderSettings> | undefined {
  return (provider as { readonly [SETTINGS]?: pulumi.Output<ProviderSettings> })[SETTINGS];
}

/** An account of its own for the resources that name it as `{ provider }`: several accounts in one program, each its own process. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const settings: Record<string, pulumi.Input<unknown>> = {
      ...args,
      apiKey: pulumi.secret(args.apiKey),
      [EXPLICIT_MARK]: "true",
    };
    const texts = Object.fromEntries(Object.entries(settings).map(([key, value]) => [configKey(key), asText(value)]));
    super("pulumi-nodejs", name, texts, opts);
    Object.defineProperty(this, SETTINGS, { value: pulumi.output(texts) });
  }
}

/** Providers are configured with text. */
function asText(value: pulumi.Input<unknown>): pulumi.Input<unknown> {
  return value === undefined
    ? undefined
    : pulumi.output(value).apply((known) => (known === undefined ? undefined : String(known)));
}
