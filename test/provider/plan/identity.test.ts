import { expect } from "chai";
import type { Tunnel } from "../../../provider/model/fields";
import type { GroupInputs } from "../../../provider/model/schema";
import { idsFromState } from "../../../provider/plan/identity";
import { inputs, state, tunnel, UNKNOWN } from "../builders";

type Tunnels = Readonly<Record<string, Partial<Tunnel>>>;

/** The ids that declared tunnels get where state holds others, each under the id `T-<its key>`. */
function idsOf(before: Tunnels, after: unknown, more: Partial<GroupInputs> = {}): Readonly<Record<string, string>> {
  const tunnelIds = Object.fromEntries(Object.keys(before).map((key) => [key, `T-${key}`]));
  return idsFromState(
    state({ tunnels: before, tunnelIds }),
    inputs({ tunnels: after as GroupInputs["tunnels"], ...more }),
  );
}

const [one, two, three] = [1, 2, 3].map((n) => tunnel(n)) as [Tunnel, Tunnel, Tunnel];
const moved = { regionID: "RgAAAAAAA2" };
const { remotePublicIP: _, ...addressless } = one;
/** Tunnels of a group that exists, of which the program says only where they are. */
const place = (n: number, changes: Partial<Tunnel> = {}) => ({
  regionID: "RgAAAAAAA1",
  remotePublicIP: `203.0.113.${n}`,
  ...changes,
});
const adopting = { dynamicTunnelId: "TgAAAAAAA1" };

describe("idsFromState", () => {
  const cases: readonly {
    readonly title: string;
    readonly before: Tunnels;
    readonly after: unknown;
    readonly more?: Partial<GroupInputs>;
    readonly ids: Readonly<Record<string, string>>;
  }[] = [
    {
      title: "leaves each tunnel its key where nothing has changed",
      before: { a: one, b: two },
      after: { b: two, a: one },
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "follows tunnels whose keys are swapped",
      before: { a: one, b: two },
      after: { a: two, b: one },
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "follows tunnels that move up where the first key is taken out",
      before: { t0: one, t1: two, t2: three },
      after: { t0: two, t1: three },
      ids: { t0: "T-t1", t1: "T-t2" },
    },
    {
      title: "follows tunnels that make room for a new one",
      before: { t0: one, t1: two },
      after: { t0: three, t1: one, t2: two },
      ids: { t1: "T-t0", t2: "T-t1" },
    },
    {
      title: "gives a tunnel that is as before under another key to that one, before its own key is tried",
      before: { a: place(1), b: place(2) },
      after: { a: place(2, { passphrase: "rotated.1" }), b: place(1) },
      more: adopting,
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "leaves a tunnel its key where it changes in place, though another key would fit its address",
      before: { a: place(1), b: place(2) },
      after: { a: place(2, { passphrase: "rotated.1" }), c: place(3) },
      more: adopting,
      ids: { a: "T-a" },
    },
    {
      title: "tells two tunnels of one place apart by the passphrase alone",
      before: { a: { ...addressless, passphrase: "passphrase.1" }, b: { ...addressless, passphrase: "passphrase.2" } },
      after: { a: { ...addressless, passphrase: "passphrase.2" }, b: { ...addressless, passphrase: "passphrase.1" } },
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "follows a tunnel that changes in place under another key where its own key would rebuild another",
      before: { a: one, b: two },
      after: { a: { ...two, passphrase: "rotated.2" }, b: { ...one, passphrase: "rotated.1" } },
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "follows it by the identity that was given where an identifier is the address by default",
      before: { a: { ...one, remoteID: "peer1" }, b: { ...two, remoteID: "peer2" } },
      after: { a: { ...two, remoteID: two.remotePublicIP }, b: { ...one, remoteID: one.remotePublicIP } },
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "does not follow it where the identifier that was given is another",
      before: { a: { ...one, remoteID: "peer1" }, b: { ...two, remoteID: "peer2" } },
      after: { a: { ...two, remoteID: "peer1" }, b: { ...one, remoteID: "peer2" } },
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "leaves a tunnel its key where under another it would be rebuilt as well",
      before: { a: one, b: two },
      after: { a: { ...two, p81GWInternalIP: "169.254.9.1" }, b: { ...one, p81GWInternalIP: "169.254.9.5" } },
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "leaves a tunnel its key where two others could be it",
      before: { a: one, b: { ...place(3), remoteID: "x" }, c: { ...place(3), remoteID: "y" } },
      after: { a: { ...moved, remotePublicIP: "203.0.113.9" }, d: place(3) },
      more: adopting,
      ids: { a: "T-a" },
    },
    {
      title: "gives a tunnel to neither of two keys that could both be it",
      before: { a: place(3) },
      after: { b: place(3, { remoteID: "x" }), c: place(3, { remoteID: "y" }) },
      more: adopting,
      ids: {},
    },
    {
      title: "knows of no tunnel under a new key with another identity",
      before: { a: one },
      after: { b: two },
      ids: {},
    },
    {
      title: "takes a field that state never learned for no rebuild under the own key",
      before: { a: place(1), b: place(2) },
      after: { a: { ...one, ...place(2) }, b: { ...two, ...place(1) } },
      more: adopting,
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "takes a field that state never learned for no rebuild under another key",
      before: { a: { ...place(1), ...moved }, b: place(2) },
      after: { a: two, b: { ...one, ...moved } },
      more: adopting,
      ids: { a: "T-b", b: "T-a" },
    },
    {
      title: "takes a field that state never learned for a difference where all have to be equal",
      before: { a: place(1), b: place(2) },
      after: { a: place(2, { routingType: "route" }), b: place(1, { routingType: "route" }) },
      more: adopting,
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "lets a value that is not known yet equal nothing, so that another key may have the tunnel",
      before: { a: one },
      after: { a: { ...one, regionID: UNKNOWN }, b: one },
      ids: { b: "T-a" },
    },
    {
      title: "leaves a tunnel its key where a value is not known yet, and nothing else fits",
      before: { a: one, b: two },
      after: { a: { ...one, p81GWInternalIP: UNKNOWN }, b: UNKNOWN },
      ids: { a: "T-a", b: "T-b" },
    },
    {
      title: "follows no tunnel by an identifier that is not known yet",
      before: { a: place(1, moved), b: place(2) },
      after: { a: place(2, { remoteID: UNKNOWN }) },
      more: adopting,
      ids: { a: "T-a" },
    },
    {
      title: "leaves all keys where none of the tunnels is known yet",
      before: { a: one, b: two },
      after: UNKNOWN,
      ids: { a: "T-a", b: "T-b" },
    },
  ];
  for (const { title, before, after, more, ids } of cases)
    it(title, () => expect(idsOf(before, after, more)).to.deep.equal(ids));
});
