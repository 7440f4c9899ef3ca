import { expect } from "chai";
import { type Deed, deedsInWords } from "../../../provider/converge/deeds";
import type { UpdateBody } from "../../../provider/plan/requests";
import { tunnel } from "../builders";

const put = (body: Partial<UpdateBody>): Deed => ({ method: "PUT", body: { tunnelName: "branch", ...body } });
const post: Deed = {
  method: "POST",
  body: { tunnelName: "branch", tunnels: [tunnel()], sharedSettings: {}, advancedSettings: {} },
};
const two = { addTunnels: [tunnel(1)], updateTunnels: [{ id: "Tn2", remoteASN: 65_002 }, { id: "Tn3" }] };

describe("deedsInWords", () => {
  const table: readonly (readonly [string, readonly Deed[], number, string])[] = [
    ["nothing", [], 300, "nothing had to be sent; read in 0.3 s"],
    ["a creation", [post], 3_100, "created in 3.1 s"],
    ["a deletion", [{ method: "DELETE" }], 12_400, "deleted in 12 s"],
    ["one change", [put(two)], 4_200, "one PUT: 1 added, 2 updated in 4.2 s"],
    ["settings", [put({ description: "new" })], 1_000, "one PUT: settings in 1.0 s"],
    ["a name alone", [put({})], 1_000, "one PUT: the name in 1.0 s"],
    [
      "removals in two requests",
      [put({ removeTunnels: [{ id: "Tn1" }] }), put({ removeTunnels: [{ id: "Tn2" }] })],
      61_000,
      "2 PUTs: 2 removed in 61 s",
    ],
    ["a change that was sent again", [put(two), put(two)], 4_200, "2 PUTs: 1 added, 2 updated in 4.2 s"],
    ["a creation that is completed", [post, put(two)], 9_000, "created, then one PUT: 1 added, 2 updated in 9.0 s"],
  ];
  for (const [title, deeds, elapsedMs, words] of table) {
    it(`says what came of it: ${title}`, () => {
      expect(deedsInWords(deeds, elapsedMs)).to.equal(words);
    });
  }
});
