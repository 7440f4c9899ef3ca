import * as pulumi from "@pulumi/pulumi";

/** The router's end of a tunnel. */
export interface RouterEndArgs {
  /** Where the router takes it: PUT sets it up or changes it, DELETE takes it away. */
  url: pulumi.Input<string>;
  /** What it has to know, by the names that the tunnel's own members have. */
  setup: pulumi.Input<Record<string, pulumi.Input<string | number>>>;
}

interface Inputs {
  readonly url: string;
  readonly setup: object;
}

/** @throws Error when the router does not take it; nothing of what was sent is told */
async function send(method: string, url: string, setup?: object): Promise<void> {
  const content = setup === undefined ? {} : { body: JSON.stringify(setup) };
  const { ok, status } = await fetch(url, { method, headers: { "content-type": "application/json" }, ...content });
  if (!ok) throw new Error(`${method} ${url}: the router answered ${status}`);
}

/** How a router is spoken to: the API of yours takes its place. */
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs: Inputs) {
    await send("PUT", inputs.url, inputs.setup);
    return { id: inputs.url, outs: inputs };
  },
  async update(_id: string, _olds: Inputs, news: Inputs) {
    await send("PUT", news.url, news.setup);
    return { outs: news };
  },
  async delete(_id: string, { url }: Inputs) {
    await send("DELETE", url);
  },
};

/** The router's end of a tunnel, kept as the program has it. */
export class RouterEnd extends pulumi.dynamic.Resource {
  constructor(name: string, args: RouterEndArgs, options?: pulumi.CustomResourceOptions) {
    super(provider, name, args, { ...options, replaceOnChanges: ["url"] }, "router", "RouterEnd");
  }
}
