import { expect } from "chai";
import type { Plain } from "../../provider/process";
import { AS_TERRAFORM_USERS_SAW, type Normalisation, type SandboxOptions } from "../../sandbox";
import { plain, type Rig, startRig } from "./rig";

/** Inputs of which each normalisation makes something. */
const telling = (rig: Rig): Plain =>
  rig.args({
    description: "  branch office ",
    sharedSettings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.20.0.9/17", "10.30.0.0/16"],
      leftASN: 64_600,
      peakBandwidth: 500,
    },
    advancedSettings: { ikeLifeTime: "8h", lifetime: "3600s", dpdTimeout: "60s" },
  });

/** Each alone makes no difference. */
const HARMLESS: readonly Normalisation[] = [
  "clearedHostBits",
  "dottedMasks",
  "hostMasks",
  "numbersAsText",
  "otherUnits",
  "seconds",
  "enumCase",
  "textForOne",
  "trimmedDescription",
  "nullForEmpty",
  "nameCase",
];

/** A value that is set by hand: where, what a refresh holds of it, and what a message says. */
interface ByHand {
  readonly title: string;
  readonly path: string;
  readonly values: Plain;
  /** Of the tunnel `primary`, not of the group. */
  readonly isOfTunnel?: true;
  readonly text: string;
}

const BY_HAND: readonly ByHand[] = [
  {
    title: "an algorithm that is not in the schema",
    path: "advancedSettings.phase1.keyExchangeMethod",
    values: { advancedSettings: { phase1: { keyExchangeMethod: ["modp4096"] } } },
    text: '["modp4096"]',
  },
  {
    title: "a duration out of range",
    path: "advancedSettings.lifetime",
    values: { advancedSettings: { lifetime: "36h" } },
    text: '"36h"',
  },
  { title: "a number for a text", path: "description", values: { description: 7 }, text: "7" },
  {
    title: "a FQDN as identifier",
    path: "tunnels.primary.remoteID",
    values: { remoteID: "vpn.example.com" },
    isOfTunnel: true,
    text: '"vpn.example.com"',
  },
  {
    title: "a passphrase of other characters",
    path: "tunnels.primary.passphrase",
    values: { passphrase: "with space!" },
    isOfTunnel: true,
    text: "",
  },
  {
    title: "an IPv6 subnet",
    path: "sharedSettings.remoteGatewaySubnets",
    values: { sharedSettings: { remoteGatewaySubnets: ["2001:db8::/32"] } },
    text: '["2001:db8::/32"]',
  },
  {
    title: "emptied subnets",
    path: "sharedSettings.remoteGatewaySubnets",
    values: { sharedSettings: { remoteGatewaySubnets: [] } },
    text: "[]",
  },
  {
    title: "a bandwidth out of range",
    path: "sharedSettings.peakBandwidth",
    values: { sharedSettings: { peakBandwidth: 20_000 } },
    text: "20000",
  },
];

describe("A service that shows values in other forms", () => {
  let rig: Rig;
  const start = async (options: SandboxOptions) => {
    rig = await startRig({ isOrderStable: true, ...options });
  };
  afterEach(() => rig.close());

  const writes = () =>
    rig.sandbox.journal().filter(({ method, operation }) => method !== "GET" && operation !== "authorize");
  /** Both ways in which the next run may look: from state as it is, and after a refresh. */
  async function expectNothingSent(news: Plain): Promise<void> {
    for (const isRefreshed of [false, true]) {
      if (isRefreshed) await rig.refresh();
      rig.sandbox.clearJournal();
      await rig.up(news);
      expect(writes().map(({ body }) => body)).to.deep.equal([]);
    }
  }

  for (const kind of HARMLESS) {
    it(`finds no difference and sends nothing with ${kind}`, async () => {
      await start({ normalise: [kind] });
      await rig.up(telling(rig));
      await expectNothingSent(telling(rig));
      expect(rig.warnings.join()).to.equal("");
      const changed = {
        ...telling(rig),
        tunnels: { primary: rig.tunnel(0, { remoteASN: 65_020 }), backup: rig.tunnel(1) },
      };
      await rig.up(changed);
      await expectNothingSent(changed);
      expect(rig.warnings.join()).to.equal("");
      await rig.destroy();
    });
  }

  it("finds no difference and sends nothing with what users of Terraform saw", async () => {
    await start({ normalise: AS_TERRAFORM_USERS_SAW });
    await rig.up(telling(rig));
    await expectNothingSent(telling(rig));
    expect(rig.warnings.join()).to.equal("");
  });

  const siblings = {
    p81GatewaySubnets: ["0.0.0.0/0"],
    remoteGatewaySubnets: ["10.0.0.0/9", "10.128.0.0/9"],
    leftASN: 64_600,
  };

  it("believes aggregated subnets after a success, says so once, and takes them for what was sent", async () => {
    await start({ normalise: ["aggregatedSubnets"] });
    const news = rig.args({ sharedSettings: siblings });
    await rig.up(news);
    expect(rig.warnings.join()).to.match(/remoteGatewaySubnets .* the service made \["10\.0\.0\.0\/8"\] of it/);
    rig.warnings.length = 0;
    await expectNothingSent(news);
    await rig.up(rig.args({ sharedSettings: { ...siblings, peakBandwidth: 500 } }));
    await expectNothingSent(rig.args({ sharedSettings: { ...siblings, peakBandwidth: 500 } }));
    expect(rig.warnings.join()).to.equal("");
    const held = (rig.state?.inputs.sharedSettings as Plain).remoteGatewaySubnets;
    expect(held).to.deep.equal(siblings.remoteGatewaySubnets);
  });

  it("sees what somebody changes of aggregated subnets, and sets it back once", async () => {
    await start({ normalise: ["aggregatedSubnets"] });
    const news = rig.args({ sharedSettings: siblings });
    await rig.up(news);
    const groupId = rig.state?.id ?? "";
    const changes = { sharedSettings: { remoteGatewaySubnets: ["10.0.0.0/10"] } };
    rig.sandbox.edit({ kind: "changeGroup", groupId, changes });
    await rig.refresh();
    expect((rig.state?.inputs.sharedSettings as Plain).remoteGatewaySubnets).to.deep.equal(["10.0.0.0/10"]);
    rig.sandbox.clearJournal();
    await rig.up(news);
    expect(writes()).to.have.length(1);
    await expectNothingSent(news);
  });

  it("believes a region in another case after a success, and rebuilds no tunnel for it", async () => {
    await start({ normalise: ["regionCase"] });
    await rig.up(rig.args());
    await expectNothingSent(rig.args());
    const added = rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } });
    await rig.up(added);
    await expectNothingSent(added);
    expect(rig.sandbox.group(rig.state?.id ?? "")?.tunnels).to.have.length(3);
  });

  it("keeps what the service made of a secret as a secret, and quotes it nowhere", async () => {
    await start({ normalise: ["aggregatedSubnets"] });
    const news = rig.args({ sharedSettings: siblings, __secrets: ["sharedSettings.remoteGatewaySubnets"] });
    const inputs = plain((await rig.process().check({}, news)).inputs) as Plain;
    const { outs } = await rig.process().create(inputs);
    expect(outs.__echo).to.have.property("4dabf18193072939515e22adb298388d");
    expect(rig.warnings.join())
      .to.match(/remoteGatewaySubnets .* shows another value/)
      .and.not.to.contain("10.0.0.0/8");
  });

  it("holds without a status code that another value contradicts the success", async () => {
    await start({ normalise: ["aggregatedSubnets"], isSuccessCoded: false });
    const error = await rig.up(rig.args({ sharedSettings: siblings })).catch((failure: Error) => failure);
    expect(String((error as Error | undefined)?.message)).to.match(/sharedSettings\.remoteGatewaySubnets/);
  });

  const declared = () =>
    rig.args({
      description: "branch office",
      tunnels: { primary: rig.tunnel(0, { remoteID: "peer1" }), backup: rig.tunnel(1) },
    });

  for (const { title, path, values, isOfTunnel, text } of BY_HAND) {
    const setByHand = () => {
      const tunnelId = isOfTunnel ? { tunnelId: (rig.state?.outputs.tunnelIds as { primary: string }).primary } : {};
      rig.sandbox.edit({ kind: "setByHand", groupId: rig.state?.id ?? "", ...tunnelId, values });
    };

    it(`sets ${title} back without a refresh, with a warning, once`, async () => {
      await start({});
      await rig.up(declared());
      setByHand();
      rig.sandbox.clearJournal();
      const more = {
        ...declared(),
        tunnels: { ...(declared().tunnels as Plain), backup: rig.tunnel(1, { remoteASN: 65_020 }) },
      };
      await rig.up(more);
      expect(writes()).to.have.length(1);
      expect(rig.warnings.join())
        .to.contain(
          path
            .split(".")
            .slice(isOfTunnel ? 2 : 0)
            .join("."),
        )
        .and.to.contain(text);
      expect(rig.warnings.join()).not.to.contain("with space!");
      await expectNothingSent(more);
    });

    it(`shows ${title} as drift after a refresh, and sets it back once`, async () => {
      await start({});
      await rig.up(declared());
      setByHand();
      const { props, inputs } = await rig.process().read(rig.state?.id ?? "", rig.state?.outputs ?? {});
      expect(JSON.stringify(inputs)).to.contain(text);
      expect(await rig.process().diff(rig.state?.id ?? "", props, rig.state?.inputs ?? {})).to.have.property(
        "changes",
        true,
      );
      await rig.refresh();
      rig.sandbox.clearJournal();
      await rig.up(declared());
      expect(writes()).to.have.length(1);
      await expectNothingSent(declared());
    });

    it(`refuses to import a group with ${title}, with its path`, async () => {
      await start({});
      await rig.up(declared());
      setByHand();
      const groupId = rig.state?.id;
      const steps = rig.process({
        env: { HARMONY_SASE_IMPORT: `branch=${groupId}`, XDG_STATE_HOME: `${rig.folder}/other` },
      });
      rig.state = undefined;
      const error = await rig
        .up({ ...declared(), tunnels: rig.args().tunnels, ...(isOfTunnel ? {} : declared()) }, steps)
        .catch((failure: Error) => failure);
      expect((error as Error).message)
        .to.contain(path)
        .and.to.contain(text)
        .and.not.to.contain("with space!");
      expect(rig.state).to.equal(undefined);
    });
  }

  it("brings nothing to state that is foreign and was not declared", async () => {
    await start({});
    const { id: groupId, networkId, tunnels } = rig.sandbox.foreignGroup;
    const news = rig.args({
      networkId,
      dynamicTunnelId: groupId,
      tunnelName: undefined,
      tunnels: { only: { regionID: tunnels[0]?.regionID, remotePublicIP: tunnels[0]?.remotePublicIP } },
      sharedSettings: undefined,
    });
    rig.sandbox.edit({ kind: "setByHand", groupId, values: { advancedSettings: { lifetime: "36h" } } });
    await rig.up(news);
    await rig.refresh();
    expect(JSON.stringify(rig.state)).not.to.contain("36h");
    await expectNothingSent(news);
  });

  it("sends back verbatim what is foreign and undeclared, and fails naming what the API cannot take", async () => {
    await start({});
    const { id: groupId, networkId } = rig.sandbox.foreignGroup;
    const news = (advancedSettings: Plain, more: Plain = {}) =>
      rig.args({
        networkId,
        dynamicTunnelId: groupId,
        tunnelName: undefined,
        tunnels: {},
        sharedSettings: undefined,
        advancedSettings,
        ...more,
      });
    const byHand = {
      advancedSettings: { phase1: { keyExchangeMethod: ["modp4096"] } },
      sharedSettings: { remoteGatewaySubnets: [] },
    };
    rig.sandbox.edit({ kind: "setByHand", groupId, values: byHand });
    rig.sandbox.clearJournal();
    await rig.up(news({ phase1: { auth: ["sha384"] } })).catch(() => undefined);
    expect(JSON.stringify(writes()[0]?.body)).to.contain('"keyExchangeMethod":["modp4096"]');
    rig.state = undefined;
    rig.sandbox.clearJournal();
    const error = await rig.up(news({}, { sharedSettings: { peakBandwidth: 500 } })).catch((failure: Error) => failure);
    expect((error as Error).message).to.match(/sharedSettings\.remoteGatewaySubnets is empty/);
    expect(writes()).to.deep.equal([]);
  });

  it("reads settings off every tunnel, names both values where they disagree, and sets them back", async () => {
    await start({});
    await rig.up(rig.args());
    const ids = Object.values(rig.state?.outputs.tunnelIds as Record<string, string>).toSorted();
    rig.sandbox.edit({
      kind: "setByHand",
      groupId: rig.state?.id ?? "",
      tunnelId: ids[1] ?? "",
      values: { lifetime: "36h" },
    });
    await rig.refresh();
    expect(rig.infos.join()).to.contain('advancedSettings.lifetime: one shows "1h", another "36h"');
    expect((rig.state?.inputs.advancedSettings as Plain).lifetime).to.equal("36h");
    rig.sandbox.clearJournal();
    await rig.up(rig.args());
    expect(writes()).to.have.length(1);
    await expectNothingSent(rig.args());
  });

  it("does not reset keys for a mask, of whatever form", async () => {
    for (const maskedPassphrase of ["********", "xxxxxxxxxxxx", "<hidden>"]) {
      await start({ maskedPassphrase });
      await rig.up(rig.args());
      await expectNothingSent(rig.args());
      await rig.close();
    }
    await start({});
  });

  it("marks a passphrase as secret of whatever type", async () => {
    await start({});
    await rig.up(rig.args());
    const tunnelId = (rig.state?.outputs.tunnelIds as { primary: string }).primary;
    rig.sandbox.edit({
      kind: "setByHand",
      groupId: rig.state?.id ?? "",
      tunnelId,
      values: { passphrase: { value: "Leaked.secret" } },
    });
    const { props, inputs } = await rig.process().read(rig.state?.id ?? "", rig.state?.outputs ?? {});
    for (const each of [props, inputs]) {
      const { tunnels } = each as { tunnels: { primary: { passphrase: Plain } } };
      expect(tunnels.primary.passphrase).to.have.property("4dabf18193072939515e22adb298388d");
    }
    expect([...rig.warnings, ...rig.infos].join()).not.to.contain("Leaked.secret");
  });

  it("lets a foreign value pass that ignoreChanges holds", async () => {
    await start({});
    await rig.up(rig.args());
    const values = { advancedSettings: { lifetime: "36h" } };
    rig.sandbox.edit({ kind: "setByHand", groupId: rig.state?.id ?? "", values });
    await rig.refresh();
    const held = { ...rig.args(), advancedSettings: { lifetime: "36h" } };
    const ignoring = { ...held, __ignoreChanges: ["advancedSettings.lifetime"] };
    await rig.up(ignoring);
    await expectNothingSent(ignoring);
    const error = await rig.up(held).catch((failure: Error) => failure);
    expect((error as Error).message).to.contain("advancedSettings.lifetime");
  });
});
