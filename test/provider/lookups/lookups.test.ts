import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  getNetwork,
  getNetworksOutput,
  getRegionOutput,
  getTunnelGroup,
  getTunnelGroupOutput,
} from "../../../provider/lookups/lookups";
import { Provider } from "../../../provider/provider";

const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
const isKnown = (output: unknown) => (output as { isKnown: Promise<boolean> }).isKnown;

const unknown = () =>
  new (pulumi.Output as unknown as new (...given: unknown[]) => pulumi.Output<string>)(
    new Set(),
    Promise.resolve(undefined),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve(new Set()),
  );

describe("Lookups under pulumi.runtime.setMocks", () => {
  let calls: pulumi.runtime.MockCallArgs[];
  const answers: Record<string, object> = {
    "harmony-sase:index:getNetwork": { id: "Nw1", name: "headquarters", asn: 64_600 },
    "harmony-sase:index:getNetworks": { networks: [{ id: "Nw1", name: "headquarters" }] },
    "harmony-sase:index:getRegion": { id: "Rg1", addresses: ["198.51.100.1"] },
    "harmony-sase:index:getTunnelGroup": { id: "Tg1", passphrases: { Tn1: "Some.secret" } },
  };

  beforeEach(async () => {
    calls = [];
    await pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
        call: (call) => {
          calls.push(call);
          return answers[call.token] ?? {};
        },
      },
      "project",
      "stack",
      true,
    );
  });

  it("ask the mocks by the function's name, with the arguments as they are", async () => {
    expect(await getNetwork({ name: "headquarters" })).to.deep.equal({ id: "Nw1", name: "headquarters", asn: 64_600 });
    expect(calls).to.deep.include({
      token: "harmony-sase:index:getNetwork",
      inputs: { name: "headquarters" },
      provider: "",
    });
    expect((await known(getNetworksOutput())).networks).to.have.length(1);
  });

  it("wait for outputs, and hand on what they were told", async () => {
    const region = getRegionOutput({ networkId: pulumi.output("Nw1"), name: Promise.resolve("Dublin") });
    expect(await known(region.addresses)).to.deep.equal(["198.51.100.1"]);
    expect(calls.map(({ inputs }) => inputs)).to.deep.equal([{ networkId: "Nw1", name: "Dublin" }]);
  });

  it("are not known, and not made, while an argument is not", async () => {
    const region = getRegionOutput({ networkId: unknown(), name: "Dublin" });
    expect(await isKnown(region)).to.equal(false);
    expect(calls).to.deep.equal([]);
  });

  it("are not known, and not made, while the configuration of the explicit Provider is not", async () => {
    const provider = new Provider("late", { apiKey: unknown() });
    expect(await isKnown(getNetworksOutput({ provider }))).to.equal(false);
    expect(calls).to.deep.equal([]);
  });

  it("keep passphrases secret, in the plain form too, and of secret arguments make a secret", async () => {
    const args = { networkId: "Nw1", id: "Tg1", includePassphrases: true };
    const { passphrases } = await getTunnelGroup(args);
    expect(passphrases && (await pulumi.isSecret(passphrases))).to.equal(true);
    expect(await pulumi.isSecret(getTunnelGroupOutput(args))).to.equal(true);
    expect(await pulumi.isSecret(getRegionOutput({ networkId: pulumi.secret("Nw1"), name: "a" }))).to.equal(true);
    expect(await pulumi.isSecret(getRegionOutput({ networkId: "Nw1", name: "a" }))).to.equal(false);
  });

  it("take no provider of another package", async () => {
    const provider = new (class extends pulumi.ProviderResource {})("aws", "other");
    expect(() => getNetworksOutput({ provider })).to.throw(/must be a Provider of pulumi-harmony-sase/);
  });

  it("do not make results secret because the API key is", async () => {
    const provider = new Provider("eu", { apiKey: "key-of-the-test" });
    const output = getNetworksOutput({ provider });
    expect(await pulumi.isSecret(output)).to.equal(false);
    expect((await known(output)).networks).to.have.length(1);
  });
});
