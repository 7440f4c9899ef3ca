import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { DynamicTunnelGroupArgs } from "../../provider/args";
import { validate } from "../../provider/validate";
import { inputs, tunnel } from "./builders";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("validate", () => {
  before(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "x", state: {} }), call: () => ({}) }));

  const args = (changes: object = {}) => ({ ...inputs(), ...changes }) as DynamicTunnelGroupArgs;

  it("finds nothing in what the preview takes, without a key", async () => {
    expect(await validate(args())).to.deep.equal([]);
    expect(await validate(args({ description: undefined }))).to.deep.equal([]);
  });

  it("finds what the preview refuses, wherever outputs, promises and secrets stand", async () => {
    const broken = pulumi.secret("a.b.c");
    for (const tunnels of [
      { primary: { ...tunnel(1), remotePublicIP: broken } },
      { primary: pulumi.output({ ...tunnel(1), remotePublicIP: broken }) },
      Promise.resolve({ primary: { ...tunnel(1), remotePublicIP: "a.b.c" } }),
      { primary: { ...tunnel(1), remotePublicIP: { ...SECRET, value: "a.b.c" } } },
    ]) {
      expect(await validate(args({ tunnels }))).to.deep.equal([
        "tunnels.primary.remotePublicIP: must be an IPv4 address",
      ]);
    }
  });

  it("quotes what is refused, unless the program gave it as a secret", async () => {
    const of = (remotePublicIP: unknown) => validate(args({ tunnels: { primary: { ...tunnel(1), remotePublicIP } } }));
    const refused = "tunnels.primary.remotePublicIP: must be an IPv4 address";
    expect(await of("300.1.1.1")).to.deep.equal([`${refused}; got "300.1.1.1"`]);
    for (const secret of [pulumi.secret("300.1.1.1"), { ...SECRET, value: "300.1.1.1" }]) {
      expect(await of(secret)).to.deep.equal([refused]);
    }
  });

  it("takes a secret in a mock's wrapping for what it is", async () => {
    const passphrase = { ...SECRET, value: "passphrase.1" };
    expect(await validate(args({ tunnels: { primary: { ...tunnel(1), passphrase } } }))).to.deep.equal([]);
  });

  it("passes over what is not known yet", async () => {
    const unknown = new (pulumi.Output as unknown as new (...given: unknown[]) => pulumi.Output<string>)(
      new Set(),
      Promise.resolve(undefined),
      Promise.resolve(false),
      Promise.resolve(false),
      Promise.resolve(new Set()),
    );
    expect(await validate(args({ networkId: unknown, tunnelName: "?" }))).to.deep.equal([
      "tunnelName: must be 3..15 letters and digits",
    ]);
  });
});
