import { expect } from "chai";
import { downtimeOf } from "../../sandbox/health/downtime";
import { born, ended, peerChanged, type Span, toldUntil, touched, upSpans, type Wire } from "../../sandbox/health/wire";

const ALL = { isAgreed: true, isKept: true };
const KEY_DIFFERS = { isAgreed: false, isKept: true };
const NOTHING = { isAgreed: false, isKept: false };
const durations = { negotiationMs: 3, lifetimeMs: 100 };

type Step = (wire: Wire) => Wire;
const touch =
  (atMs: number, match: typeof ALL): Step =>
  (wire) =>
    touched(wire, atMs, match);
const change =
  (atMs: number, match: typeof ALL): Step =>
  (wire) =>
    peerChanged(wire, atMs, match);
const remove =
  (atMs: number): Step =>
  (wire) =>
    ended(wire, atMs);

/** What was up of a tunnel that is made at 0 and looked at when 1,000 has come; an open end stands as `undefined`. */
function upTimes(first: typeof ALL, steps: readonly Step[], lookMs = 1000): (number | undefined)[][] {
  const wire = steps.reduce((given, step) => step(given), born(0, first, durations));
  return upSpans(toldUntil(wire, lookMs)).map(({ fromMs, untilMs }) => [fromMs, untilMs]);
}

describe("a wire", () => {
  const TABLE: readonly [string, typeof ALL, readonly Step[], (number | undefined)[][]][] = [
    ["comes up when its ends have negotiated, and stays up over lifetimes", ALL, [], [[3, undefined]]],
    ["never comes up where nobody stands at the other end", NOTHING, [], []],
    ["never comes up where the keys differ", KEY_DIFFERS, [], []],
    ["comes up when the peer comes later", NOTHING, [change(50, ALL)], [[53, undefined]]],
    [
      "goes down for a negotiation when the gateway touches it",
      ALL,
      [touch(50, ALL)],
      [
        [3, 50],
        [53, undefined],
      ],
    ],
    ["stays down when the gateway has a key that the peer has not", ALL, [touch(50, KEY_DIFFERS)], [[3, 50]]],
    [
      "comes up again when the peer has followed",
      ALL,
      [touch(50, KEY_DIFFERS), change(90, ALL)],
      [
        [3, 50],
        [93, undefined],
      ],
    ],
    ["stays up when only the peer's key changes, until its lifetime ends", ALL, [change(50, KEY_DIFFERS)], [[3, 103]]],
    ["counts lifetimes from the last authentication", ALL, [change(250, KEY_DIFFERS)], [[3, 303]]],
    [
      "stays up when only the peer's key changes, until the peer begins anew",
      ALL,
      [change(50, KEY_DIFFERS), touch(60, KEY_DIFFERS)],
      [[3, 60]],
    ],
    [
      "is down for a negotiation only, where the peer's key changes first",
      ALL,
      [change(50, KEY_DIFFERS), touch(60, ALL)],
      [
        [3, 60],
        [63, undefined],
      ],
    ],
    [
      "is as before where the peer's key comes back in time",
      ALL,
      [change(50, KEY_DIFFERS), change(60, ALL)],
      [[3, undefined]],
    ],
    ["goes down at once when the peer goes or changes anything else", ALL, [change(50, NOTHING)], [[3, 50]]],
    ["begins its negotiation anew with each touch", ALL, [touch(1, ALL), touch(2, ALL)], [[5, undefined]]],
    ["goes on negotiating when the peer changes what suits as well", ALL, [change(1, ALL)], [[3, undefined]]],
    ["gives a negotiation up when the peer's key changes in it", ALL, [change(1, KEY_DIFFERS)], []],
    ["ends when the tunnel is removed", ALL, [remove(50)], [[3, 50]]],
    [
      "takes what comes late for what comes last",
      ALL,
      [touch(50, NOTHING), change(40, ALL)],
      [
        [3, 50],
        [53, undefined],
      ],
    ],
  ];
  for (const [title, first, steps, expected] of TABLE) {
    it(title, () => expect(upTimes(first, steps)).to.deep.equal(expected));
  }

  it("is never down for a touch where negotiations take no time", () => {
    const wire = touched(born(0, ALL, { ...durations, negotiationMs: 0 }), 50, ALL);
    expect(downtimeOf([{ tunnelId: "a", remotePublicIP: undefined, wire: toldUntil(wire, 60) }], 60)).to.deep.equal({
      outages: [],
      withoutAny: [],
      longestWithoutAnyMs: 0,
    });
  });
});

describe("downtimeOf", () => {
  const named = (tunnelId: string, wire: Wire) => ({ tunnelId, remotePublicIP: undefined, wire: toldUntil(wire, 90) });
  const up = born(0, ALL, durations);
  const withoutAny = (wires: readonly Wire[], sinceMs?: number): readonly Span[] =>
    downtimeOf(
      wires.map((wire, at) => named(`${at}`, wire)),
      90,
      sinceMs,
    ).withoutAny;

  it("has each time that a tunnel was down, its making included, by their beginning", () => {
    const other = born(20, NOTHING, durations);
    expect(downtimeOf([named("a", touched(up, 50, ALL)), named("b", other)], 90).outages).to.deep.equal([
      { tunnelId: "a", remotePublicIP: undefined, fromMs: 0, untilMs: 3 },
      { tunnelId: "b", remotePublicIP: undefined, fromMs: 20 },
      { tunnelId: "a", remotePublicIP: undefined, fromMs: 50, untilMs: 53 },
    ]);
  });

  const TABLE: readonly [string, readonly Wire[], Span[]][] = [
    ["is never without any before the first came up", [born(0, NOTHING, durations)], []],
    ["is without any while all are down", [touched(up, 50, ALL), touched(up, 51, ALL)], [{ fromMs: 51, untilMs: 53 }]],
    ["always has one where they go down by turns", [touched(up, 50, ALL), touched(up, 53, ALL)], []],
    ["goes on being without any", [touched(up, 50, NOTHING), touched(up, 60, KEY_DIFFERS)], [{ fromMs: 60 }]],
    [
      "is without any between a tunnel and its successor",
      [ended(up, 50), born(50, ALL, durations)],
      [{ fromMs: 50, untilMs: 53 }],
    ],
    ["ends with the last tunnel", [ended(up, 50), ended(touched(up, 40, NOTHING), 70)], [{ fromMs: 50, untilMs: 70 }]],
  ];
  for (const [title, wires, expected] of TABLE) {
    it(title, () => expect(withoutAny(wires)).to.deep.equal(expected));
  }

  it("counts from a time on, and measures what still goes on", () => {
    const wires = [touched(touched(up, 40, ALL), 50, NOTHING)];
    expect(withoutAny(wires, 42)).to.deep.equal([{ fromMs: 42, untilMs: 43 }, { fromMs: 50 }]);
    expect(withoutAny(wires, 43)).to.deep.equal([{ fromMs: 50 }]);
    expect(
      downtimeOf(
        wires.map((wire) => named("a", wire)),
        90,
        60,
      ).longestWithoutAnyMs,
    ).to.equal(30);
  });
});
