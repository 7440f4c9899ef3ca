import { expect } from "chai";
import { type Rig, startRig } from "./rig";
import { failureOf, groupsOf } from "./safety/scene";

const answer = (status: number, message = "no") => ({ kind: "answer", status, body: { message } }) as const;

/** Ids and the service's address differ from run to run. */
const withoutIds = (text: string) =>
  text.replace(/127\.0\.0\.1:\d+/g, "host").replace(/\b(Tg|Tn|Nw|St|Rg)(?!NotThere)\w{8}\b/g, "$1…");

describe("Messages", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());
  const cases: Record<string, readonly [message: string, run: () => Promise<string>]> = {
    "an operation fails": [
      'Cannot create tunnel group "branch": The operation to create tunnel group "branch" failed with 422; the API gave "no room". Correct what it names, then run the same command again: it goes on from what is there.',
      async () => {
        rig.sandbox.plan({ operation: "createGroup", statusCode: 422, reasons: ["no room"] });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a change is refused": [
      'Cannot update tunnel group "branch": The API answered 400 "remoteID must be a string" to the request to update tunnel group Tg…. Correct what it names, then run the same command again.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "updateGroup", action: answer(400, "remoteID must be a string") });
        return failureOf(rig.up(rig.args({ description: "new" })));
      },
    ],
    "the service is busy": [
      'Cannot create tunnel group "branch": The API answered 429 "too many" to the request to create a tunnel group in network Nw…. Run the same command again later; if others use the API too, lower harmony-sase:requestsPerWindow.',
      async () => {
        rig.sandbox.inject({ operation: "createGroup", times: "always", action: answer(429, "too many") });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "the network is not there": [
      'Cannot create tunnel group "branch": The API answered 404 "Network with Id NwNotThere not found." to the request to list the tunnels of network NwNotThere. Check networkId and every regionID; both must belong to the account.',
      () => failureOf(rig.up(rig.args({ networkId: "NwNotThere" }))),
    ],
    "the region is another": [
      "Cannot create tunnel group \"branch\": Cannot list the tunnels of network Nw…: host does not know the API's address; wrong region or base URL? Set harmony-sase:region (us, eu, au, in) or harmony-sase:baseUrl to the account's.",
      async () => {
        rig.sandbox.inject({
          times: "always",
          operation: "listTunnels",
          action: { kind: "answer", status: 404, body: "Cannot GET", contentType: "text/plain" },
        });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "the key lacks a permission": [
      'Cannot create tunnel group "branch": The API key may not create a tunnel group in network Nw… at host (403 "forbidden"): give it the permission, or use another key. The key came from HARMONY_SASE_API_KEY.',
      async () => {
        rig.sandbox.inject({ operation: "createGroup", action: answer(403, "forbidden") });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "an operation takes too long": [
      'Cannot create tunnel group "branch": Timed out after 1799 s waiting for operation St…; last status: running. The service goes on with it. Run the same command again, or raise customTimeouts.',
      async () => {
        rig.sandbox.plan({ operation: "createGroup", durationMs: 31 * 60_000 });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a destroy takes too long": [
      'Cannot delete tunnel group "branch": Timed out after 1799 s waiting for operation St…; last status: running. The service goes on with it. Run the same command again, or raise customTimeouts.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.plan({ operation: "deleteGroup", durationMs: 31 * 60_000 });
        return failureOf(rig.destroy());
      },
    ],
    "the service is away": [
      'Cannot create tunnel group "branch": Could not list the tunnels of network Nw…: the API answered 503 "maintenance". Run the same command again once that is put right.',
      async () => {
        rig.sandbox.inject({ operation: "listTunnels", times: "always", action: answer(503, "maintenance") });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a portal is between": [
      'Cannot create tunnel group "branch": Could not list the tunnels of network Nw…: the API\'s answer (200) cannot be read; a portal or a proxy may stand between this machine and the service. Run the same command again once that is put right.',
      async () => {
        rig.sandbox.inject({
          operation: "listTunnels",
          times: "always",
          action: { kind: "answer", status: 200, body: "<html>" },
        });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a POST is not answered": [
      'Cannot create tunnel group "branch": Whether the request to create a tunnel group in network Nw… was carried out is not known: the API answered 502. No such group has shown since. It was not sent again: run pulumi up again, which looks for it once more first.',
      async () => {
        rig.sandbox.inject({ operation: "createGroup", action: answer(502) });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a creation does not show": [
      'Cannot create tunnel group "branch": The API said that tunnel group "branch" was created in network Nw…, but it cannot be found. It was not sent again: run pulumi up again, which looks for it once more first.',
      async () => {
        rig.sandbox.plan({ operation: "createGroup", statusCode: null, applied: false });
        return failureOf(rig.up(rig.args()));
      },
    ],
    "a change does not show": [
      'Cannot update tunnel group "branch": The API said that the change of tunnel group Tg… was completed, but reading it back shows otherwise: the tunnel to 203.0.113.12 was not added. Run pulumi up again: it sends what is missing.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.plan({ operation: "updateGroup", statusCode: 200, applied: false });
        return failureOf(
          rig.up(rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } })),
        );
      },
    ],
    "nobody answers a change": [
      'Cannot update tunnel group "branch": Tunnel group Tg… still differs after 3 writes. Whether the request to update tunnel group Tg… was carried out is not known: the API answered 502. Run pulumi up again: it looks first, and sends what is missing.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "updateGroup", times: "always", action: answer(502) });
        return failureOf(rig.up(rig.args({ description: "new" })));
      },
    ],
    "nobody answers a deletion": [
      'Cannot delete tunnel group "branch": Whether the request to delete tunnel group Tg… was carried out is not known: the API answered 502. Tunnel group Tg… is still there, though its deletion was asked for several times. Run the same command again.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", times: "always", action: answer(502) });
        return failureOf(rig.destroy());
      },
    ],
    "a deletion does not show": [
      'Cannot delete tunnel group "branch": The API said that the request to delete tunnel group Tg… was carried out, but it is still there. Run the same command again.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.plan({ operation: "deleteGroup", statusCode: 200, applied: false });
        return failureOf(rig.destroy());
      },
    ],
    "the group is gone": [
      'Cannot update tunnel group "branch": There is no tunnel group Tg… in network Nw…. Run pulumi up again, and it is made anew.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
        return failureOf(rig.up(rig.args({ description: "new" })));
      },
    ],
    "the network is not visible": [
      'Cannot read tunnel group "branch": network Nw… is not visible to this key at host; wrong account or region? Check networkId, the API key and harmony-sase:region; nothing counts as deleted. If the network itself was deleted: pulumi state delete, or set retainOnDelete: true, run pulumi up, and take the resource out.',
      async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "readGroup", times: "always", action: answer(404) });
        rig.sandbox.inject({ operation: "readNetwork", times: "always", action: answer(404) });
        return failureOf(rig.refresh());
      },
    ],
    "the name is taken": [
      'Cannot create tunnel group "branch": Network Nw… has a tunnel group named "branch" already (Tg…). Nothing was sent. After a rename or a move give the resource an alias; a replacement that keeps the name needs deleteBeforeReplace: true; otherwise choose another tunnelName, adopt the group with dynamicTunnelId: "Tg…", or, if it is yours and nobody else\'s, own it: declare it as it is ("npx pulumi-harmony-sase import --network Nw… --group Tg… --out imported" writes that down) and run HARMONY_SASE_IMPORT="branch=Tg…" pulumi up.',
      async () => {
        await rig.up({ ...rig.args(), __urn: "urn:pulumi:other::rig::t::other" });
        rig.state = undefined;
        return failureOf(rig.up(rig.args()));
      },
    ],
    "state is broken": [
      'Cannot read tunnel group "branch": State names no networkId, so that nobody can tell where the group is: put it back with pulumi state edit, or let go of the resource with pulumi state delete.',
      async () => {
        await rig.up(rig.args());
        const { networkId: _, ...outputs } = rig.state?.outputs ?? {};
        rig.state = rig.state && { ...rig.state, outputs };
        return failureOf(rig.refresh());
      },
    ],
    "a group is full": [
      'Cannot update tunnel group "branch": A group holds at most 8 tunnels; this one would have 9, with the undeclared Tn… (Rg… 203.0.113.94), Tn… (Rg… 203.0.113.93), Tn… (Rg… 203.0.113.96), Tn… (Rg… 203.0.113.97), Tn… (Rg… 203.0.113.92), Tn… (Rg… 203.0.113.95). Declare fewer, or remove some of those.',
      async () => {
        await rig.up(rig.args());
        const groupId = groupsOf(rig)[0]?.id ?? "";
        for (let n = 2; n < 8; n++)
          rig.sandbox.edit({
            kind: "addTunnel",
            groupId,
            tunnel: {
              regionID: String(rig.tunnel(n).regionID),
              remotePublicIP: `203.0.113.${90 + n}`,
              passphrase: "Hand_made_1",
            },
          });
        return failureOf(
          rig.up(rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } })),
        );
      },
    ],
  };
  for (const [name, [message, run]] of Object.entries(cases)) {
    it(`say what, where, why and what to do when ${name}`, async () => {
      expect(withoutIds(await run())).to.equal(message);
    });
  }
});
