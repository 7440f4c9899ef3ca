import { expect } from "chai";
import { listProofOf } from "../../../provider/converge/listProof";
import type { UpdateBody } from "../../../provider/plan/requests";
import type { ShownGroup } from "../../../provider/service/wire";
import { present, seen, tunnel } from "../builders";

const visible = (n: number, changes: object = {}) => {
  const { remoteASN: _, p81GWInternalIP: __, remoteGWInternalIP: ___, ...rest } = present(n);
  return { ...rest, ...changes };
};
const group = (changes: Partial<ShownGroup> = {}) =>
  seen({ tunnels: [visible(1), visible(2)], description: "old", ...changes });
const shared = (peakBandwidth: number) =>
  ({ ...group().sharedSettings, peakBandwidth }) as ShownGroup["sharedSettings"];

interface Case {
  readonly title: string;
  readonly sent: Partial<UpdateBody>;
  /** What the list shows. */
  readonly whole: Partial<ShownGroup>;
  /** What each tunnel shows, where they are not of one mind. @default as the group */
  readonly byTunnel?: readonly Partial<ShownGroup>[];
  readonly before?: Partial<ShownGroup>;
}

const PROVEN: readonly Case[] = [
  { title: "a description", sent: { description: "new" }, whole: { description: "new" } },
  {
    title: "a field of a tunnel",
    sent: { updateTunnels: [{ id: "Tn1", remoteID: "peer1" }] },
    whole: { tunnels: [visible(1, { remoteID: "peer1" }), visible(2)] },
  },
  { title: "a name", sent: { tunnelName: "office" }, whole: { names: ["office01", "office02"] } },
  {
    title: "a duration in another spelling",
    sent: { advancedSettings: { lifetime: "2h" } },
    whole: { advancedSettings: { lifetime: "120m" } },
  },
  {
    title: "a change beside fields that are sent as they were",
    sent: { description: "old", sharedSettings: shared(10) as NonNullable<UpdateBody["sharedSettings"]> },
    whole: { sharedSettings: shared(10) },
  },
];

const NOT_SHOWN: readonly Case[] = [
  { title: "the value from before", sent: { description: "new" }, whole: {} },
  { title: "a third value", sent: { description: "new" }, whole: { description: "theirs" } },
  { title: "no value", sent: { description: "new" }, whole: { description: undefined } },
  {
    title: "one of two changes",
    sent: { description: "new", updateTunnels: [{ id: "Tn1", remoteID: "peer1" }] },
    whole: { description: "new" },
  },
  {
    title: "a setting with some of the tunnels",
    sent: { description: "new" },
    whole: { description: "new" },
    byTunnel: [{ description: "new" }, {}],
  },
  {
    title: "a name with some of the tunnels",
    sent: { tunnelName: "office" },
    whole: { names: ["office01", "branch02"] },
  },
  { title: "fewer tunnels", sent: { description: "new" }, whole: { description: "new", tunnels: [visible(1)] } },
  {
    title: "the changed tunnel no more",
    sent: { updateTunnels: [{ id: "Tn1", remoteID: "peer1" }] },
    whole: { tunnels: [visible(2)] },
  },
];

const NEVER: readonly Pick<Case, "title" | "sent" | "before">[] = [
  { title: "an ASN, which is never shown", sent: { description: "new", updateTunnels: [{ id: "Tn1", remoteASN: 7 }] } },
  {
    title: "a passphrase, though it were shown",
    sent: { description: "new", updateTunnels: [{ id: "Tn1", authType: "psk", passphrase: "rotated.1" }] },
  },
  {
    title: "a passphrase that is sent as it was shown",
    sent: {
      description: "new",
      updateTunnels: [{ id: "Tn1", authType: "psk", passphrase: visible(1).passphrase ?? "" }],
    },
  },
  {
    title: "a certificate",
    sent: { description: "new", updateTunnels: [{ id: "Tn1", authType: "cert", customerRootCA: "PEM" }] },
  },
  { title: "a value that was there before", sent: { description: "old" } },
  { title: "what was not shown before", sent: { description: "new" }, before: { description: undefined } },
  { title: "a name where none was shown before", sent: { tunnelName: "office" }, before: { names: [] } },
  { title: "a tunnel that was not there", sent: { updateTunnels: [{ id: "Tn9", remoteID: "peer9" }] } },
  {
    title: "another order alone",
    sent: {
      description: "new",
      advancedSettings: {
        phase1: { auth: ["sha256", "sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
      },
    },
    before: {
      advancedSettings: {
        phase1: { auth: ["sha512", "sha256"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
      },
    },
  },
  { title: "an addition", sent: { description: "new", addTunnels: [tunnel(3)] } },
  { title: "a removal", sent: { description: "new", removeTunnels: [{ id: "Tn2" }] } },
];

function proofOf({ sent, before = {} }: Pick<Case, "sent" | "before">) {
  const body = { tunnelName: "branch", ...sent };
  return listProofOf({ body, addedKeys: (sent.addTunnels ?? []).map((_, n) => `added${n}`) }, group(before));
}

function isProven(test: Case): boolean | undefined {
  const whole = group(test.whole);
  return proofOf(test)?.(whole, (test.byTunnel ?? [test.whole, test.whole]).map(group));
}

describe("listProofOf", () => {
  for (const test of PROVEN) {
    it(`proves ${test.title} that a list shows`, () => expect(isProven(test)).to.equal(true));
  }

  for (const test of NOT_SHOWN) {
    it(`proves nothing by a list that shows ${test.title}`, () => expect(isProven(test)).to.equal(false));
  }

  for (const test of NEVER) {
    it(`has no proof of ${test.title}`, () => expect(proofOf(test)).to.equal(undefined));
  }
});
