import { expect } from "chai";
import fc from "fast-check";
import { engineValue, failureOutputsOf, outputsOf, readState } from "../../../provider/model/state";
import { inputs, pendingWrite, tunnel, UNKNOWN } from "../builders";

/** The engine's mark for a secret, as the SDK defines it. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const GROUP = {
  inputs: { ...inputs() },
  groupId: "TgAAAAAAA1",
  tunnelIds: { primary: "Tn1", backup: "Tn2" },
  origin: "created",
} as const;
const OPERATION = { statusId: "StAAAAAAA1", kind: "update", startedAtMs: 1_700_000_000_000 } as const;

/** What the engine hands back later: the same, with secrets in clear. */
function handedBack(outputs: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(outputs), (_name, value: unknown) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, Object.keys(SECRET)[0] as string)
      ? (value as { value: unknown }).value
      : value,
  ) as Record<string, unknown>;
}

describe("outputsOf", () => {
  it("has every input, the group's id, the tunnels' ids and the origin", () => {
    expect(handedBack(outputsOf(GROUP))).to.deep.equal({
      ...inputs(),
      dynamicTunnelId: "TgAAAAAAA1",
      tunnelIds: { primary: "Tn1", backup: "Tn2" },
      __origin: "created",
    });
  });

  it("marks every passphrase as a secret", () => {
    const outputs = outputsOf(GROUP) as { tunnels: { primary: { passphrase: unknown } } };
    expect(outputs.tunnels.primary.passphrase).to.deep.equal({ ...SECRET, value: "passphrase.1" });
    expect(JSON.stringify(outputs).match(/passphrase\.\d/g)).to.have.length(2);
    expect(JSON.stringify(outputs).match(/1b47061264138c4ac30d75fd1eb44270/g)).to.have.length(2);
  });

  it("marks a passphrase of whatever type once, and no tunnel for its key", () => {
    const tunnels = {
      number: { passphrase: 8_675_309_123 },
      list: { passphrase: ["hunter2.hunter2", { passphrase: "again" }] },
      object: { passphrase: { psk: "hunter2.hunter2" } },
      flag: { passphrase: true },
      open: { passphrase: UNKNOWN },
      passphrase: { regionID: "Rg1" },
    };
    const marked = engineValue({ tunnels, __secrets: ["tunnels.list"] }).tunnels as Record<string, object>;
    for (const [key, { passphrase }] of Object.entries(tunnels as Record<string, { passphrase?: unknown }>)) {
      const isOpen = passphrase === undefined || passphrase === UNKNOWN;
      expect(marked[key]).to.deep.equal(
        isOpen ? tunnels[key as "open"] : { passphrase: { ...SECRET, value: passphrase } },
      );
    }
  });

  it("marks the identifier of a tunnel whose address is a secret, though it be the address that is read", () => {
    const of = (remoteID: string) => ({ primary: tunnel(1, { remoteID }), backup: tunnel(2, { remoteID }) });
    const hidden = { __secrets: ["tunnels.primary.remotePublicIP"], tunnels: of("203.0.113.1") };
    const { tunnels } = outputsOf({ ...GROUP, inputs: hidden }) as { tunnels: Record<string, { remoteID: unknown }> };
    expect(tunnels.primary?.remoteID).to.deep.equal({ ...SECRET, value: "203.0.113.1" });
    expect(tunnels.backup?.remoteID).to.equal("203.0.113.1");
    const open = engineValue({ ...hidden, tunnels: of(UNKNOWN) }) as { tunnels: Record<string, { remoteID: unknown }> };
    expect(open.tunnels.primary?.remoteID).to.equal(UNKNOWN);
  });

  it("marks what else is a secret of a tunnel, though the tunnel stand under its key and its id", () => {
    const hidden = { __secrets: ["tunnels.a.remoteASN", "tunnels.b"], tunnels: { "a (Tn1)": tunnel(1), b: tunnel(2) } };
    const { tunnels } = outputsOf({ ...GROUP, inputs: hidden }) as { tunnels: Record<string, object> };
    expect(tunnels["a (Tn1)"]).to.deep.include({ remoteASN: { ...SECRET, value: 65_001 }, regionID: "RgAAAAAAA1" });
    expect(tunnels.b).to.deep.include({ regionID: { ...SECRET, value: "RgAAAAAAA1" } });
  });

  it("marks the writes that are not proven where a secret of a tunnel may stand in them", () => {
    const pending = [pendingWrite()];
    const pendingOf = (__secrets: string[]) =>
      outputsOf({ ...GROUP, inputs: inputs({ __secrets }), pending }).__pending;
    expect(pendingOf(["tunnels.primary.remotePublicIP"])).to.deep.equal({ ...SECRET, value: pending });
    for (const path of ["networkId", "tunnelName"]) {
      expect(pendingOf([path])).to.deep.equal({ ...SECRET, value: pending });
    }
    expect(pendingOf(["description", "tunnels.primary.passphrase"])).to.deep.equal(pending);
  });

  it("keeps what was sent and is not proven, and that the group is gone", () => {
    expect(outputsOf({ ...GROUP, pending: [pendingWrite()], isGone: true })).to.deep.include({
      __pending: [pendingWrite()],
      __gone: true,
    });
    expect(outputsOf({ ...GROUP, pending: [], isGone: false })).not.to.have.any.keys("__pending", "__gone");
  });

  it("leaves out what is undefined", () => {
    const outputs = outputsOf({ ...GROUP, inputs: { ...inputs(), description: undefined } });
    expect(outputs).not.to.have.property("description");
  });
});

describe("readState", () => {
  it("reads what outputsOf made of a group of ours", () => {
    const { tunnels, ...rest } = inputs({ __secrets: [] });
    const write = pendingWrite({ statusId: "St1", added: [["third", { regionID: "RgAAAAAAA1" }]] });
    const outcome = { ...GROUP, inputs: inputs({ __secrets: [] }), pending: [write], isGone: true };
    expect(readState(handedBack(outputsOf(outcome)))).to.deep.equal({
      inputs: rest,
      tunnels,
      tunnelIds: GROUP.tunnelIds,
      origin: "created",
      pending: [write],
      isGone: true,
    });
  });

  describe("with state of an earlier version, which left out the defaults of tunnels", () => {
    const read = (changes: object) => readState(handedBack(outputsOf({ ...GROUP, ...changes }))).tunnels.primary;
    const implied = { remoteID: "203.0.113.1", routingType: "route", authType: "psk" };

    it("presumes that they were in force in a group that was created", () => {
      expect(read({})).to.deep.equal({ ...tunnel(1), ...implied });
    });

    it("presumes nothing in a group that was adopted, nor of what this version has left out", () => {
      expect(read({ origin: "adopted" })).to.deep.equal(tunnel(1));
      expect(read({ inputs: inputs({ __secrets: [] }) })).to.deep.equal(tunnel(1));
    });
  });

  describe("with an operation as version 0.1.0 kept it", () => {
    const props = (operation: object) => ({
      ...handedBack(outputsOf({ ...GROUP, tunnelIds: { primary: "Tn1" } })),
      __operation: operation,
    });
    const { passphrase: _, ...visible } = tunnel(2);

    it("takes what it added for the tunnels that have no id, without their passphrases", () => {
      expect(readState(props(OPERATION)).pending).to.deep.equal([
        {
          ...OPERATION,
          networkId: "NwAAAAAAA1",
          groupId: "TgAAAAAAA1",
          before: ["Tn1"],
          added: [["backup", visible]],
          changed: {},
        },
      ]);
    });

    it("takes a creation for one of the group's name", () => {
      const [write] = readState(props({ ...OPERATION, kind: "create" })).pending;
      expect(write).to.include({ kind: "create", tunnelName: "branch" }).and.not.have.property("groupId");
    });

    it("waits for it before what has been sent since", () => {
      const { pending } = readState({ ...props(OPERATION), __pending: [pendingWrite({ statusId: "St2" })] });
      expect(pending.map(({ statusId }) => statusId)).to.deep.equal(["StAAAAAAA1", "St2"]);
    });
  });

  it("reads what outputsOf made of an adopted group, its dynamicTunnelId as an input", () => {
    const state = readState(handedBack(outputsOf({ ...GROUP, origin: "adopted" })));
    expect(state.origin).to.equal("adopted");
    expect(state.inputs.dynamicTunnelId).to.equal("TgAAAAAAA1");
  });

  it("takes a group of unknown origin as adopted, which deletes least", () => {
    expect(readState({ tunnels: {}, tunnelIds: {} }).origin).to.equal("adopted");
    expect(readState({ __origin: "found" }).origin).to.equal("adopted");
  });

  it("takes what is garbled as absent", () => {
    const state = readState({
      networkId: "NwAAAAAAA1",
      tunnels: { primary: tunnel(1), backup: "text", third: null },
      tunnelIds: [],
      __operation: { statusId: "", kind: "unknown" },
      more: 1,
    });
    expect(state).to.deep.equal({
      inputs: { networkId: "NwAAAAAAA1" },
      tunnels: { primary: tunnel(1) },
      tunnelIds: {},
      origin: "adopted",
      pending: [],
      isGone: false,
    });
  });

  it("keeps every tunnel id beside one that is garbled", () => {
    expect(readState({ tunnelIds: { primary: "Tn1", backup: 7, third: "" } }).tunnelIds).to.deep.equal({
      primary: "Tn1",
    });
  });

  it("reads keys such as constructor for what they are", () => {
    const outputs = outputsOf({
      ...GROUP,
      inputs: { ...inputs(), tunnels: { constructor: tunnel(1) } },
      tunnelIds: { constructor: "Tn1" },
    });
    expect(Object.keys(readState(handedBack(outputs)).tunnels)).to.deep.equal(["constructor"]);
  });

  it("never throws, whatever JSON stands in state", () => {
    const name = fc.constantFrom(
      "tunnels",
      "tunnelIds",
      "__origin",
      "__operation",
      "__pending",
      "__gone",
      "networkId",
      "dynamicTunnelId",
    );
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(name, fc.string()), fc.jsonValue()), (props) => {
        const state = readState(props);
        for (const known of Object.values(state.tunnels)) expect(known).to.be.an("object");
        for (const id of Object.values(state.tunnelIds)) expect(id).to.be.a("string");
        expect(state.origin).to.be.oneOf(["created", "adopted"]);
      }),
      { numRuns: 500, seed: 2_300 },
    );
  });
});

describe("failureOutputsOf", () => {
  const withCertificates = (...sizes: readonly number[]) => ({
    ...GROUP,
    inputs: {
      ...inputs(),
      tunnels: Object.fromEntries(
        sizes.map((size, n) => [`t${n}`, { ...tunnel(n + 1), customerRootCA: "x".repeat(size) }]),
      ),
    },
  });
  const certificatesOf = (outputs: Record<string, unknown>) =>
    Object.values(outputs.tunnels as Record<string, { customerRootCA?: string }>).map(
      ({ customerRootCA }) => customerRootCA?.length,
    );

  it("is as outputsOf while it is small enough", () => {
    const small = withCertificates(2000, 2000);
    expect(failureOutputsOf(small)).to.deep.equal(outputsOf(small));
  });

  it("leaves out certificates, the largest first, until it is small enough", () => {
    const outputs = failureOutputsOf(withCertificates(10_000, 30_000, 15_000));
    expect(certificatesOf(outputs)).to.deep.equal([10_000, undefined, 15_000]);
    expect(Buffer.byteLength(JSON.stringify(outputs))).to.be.at.most(40_000);
  });

  it("keeps every tunnel and id all the same", () => {
    const outputs = failureOutputsOf(withCertificates(50_000, 50_000));
    expect(certificatesOf(outputs)).to.deep.equal([undefined, undefined]);
    expect(outputs.tunnelIds).to.deep.equal(GROUP.tunnelIds);
    expect(outputs).to.have.nested.property("tunnels.t1.remotePublicIP", "203.0.113.2");
  });

  it("does not go on for ever where something else is too large", () => {
    const large = { ...GROUP, inputs: { ...inputs(), description: "x".repeat(50_000) } };
    expect(failureOutputsOf(large)).to.deep.equal(outputsOf(large));
  });

  it("counts bytes, not characters", () => {
    const outputs = failureOutputsOf({
      ...GROUP,
      inputs: { ...inputs(), tunnels: { a: { ...tunnel(1), customerRootCA: "ü".repeat(21_000) } } },
    });
    expect(certificatesOf(outputs)).to.deep.equal([undefined]);
  });
});

describe("engineValue", () => {
  it("marks passphrases at any depth, and nothing else", () => {
    expect(engineValue({ a: [{ passphrase: "topsecret" }], passphrase: null, b: undefined })).to.deep.equal({
      a: [{ passphrase: { ...SECRET, value: "topsecret" } }],
      passphrase: null,
    });
  });
});
