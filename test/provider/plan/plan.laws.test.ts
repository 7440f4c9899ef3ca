import { expect } from "chai";
import fc from "fast-check";
import type { SharedSettings } from "../../../provider/model/fields";
import type { PresentGroup, PresentTunnel } from "../../../provider/model/present";
import { PlanError } from "../../../provider/plan/error";
import { isEmpty, mandateOf, type Plan, plan } from "../../../provider/plan/plan";
import { requestsOf, type UpdateBody } from "../../../provider/plan/requests";
import { applyRequest, freshIds } from "../simulation";
import { applied, KEYS, RUNS, type Scenario, scenario } from "./scenario";

const IMMUTABLE = ["regionID", "p81GWInternalIP", "remoteGWInternalIP"] as const;

const SECONDS = new Map([
  ["8h", 28_800],
  ["480m", 28_800],
  ["28800s", 28_800],
  ["9h", 32_400],
]);

/** A value in a form in which equal meaning is equality: written apart from the provider's own comparison. */
function meaning(name: string, value: unknown): unknown {
  if (name === "ikeLifeTime") return SECONDS.get(value as string);
  return name.endsWith("Subnets") ? [...(value as string[])].sort() : value;
}

function expectWithin(actual: unknown, declared: object): void {
  for (const [name, value] of Object.entries(declared)) {
    const there = (actual as Record<string, unknown>)[name];
    if (typeof value === "object" && !Array.isArray(value)) expectWithin(there, value);
    else expect(meaning(name, there), name).to.deep.equal(meaning(name, value));
  }
}

/** Every declared field holds; the immutable ones that were unknown count as equal. */
function expectReached({ desired, current, mandate }: Scenario, after: PresentGroup): void {
  const { networkId: _, tunnels, tunnelName, sharedSettings, ...rest } = desired;
  const { leftASN: __, ...shared }: SharedSettings = sharedSettings ?? {};
  expect(after.tunnelName).to.equal(tunnelName);
  expectWithin(after, { ...rest, sharedSettings: shared });
  const matches = presentIn(plan(desired, after, mandate));
  expect([...matches.keys()].sort()).to.deep.equal(Object.keys(tunnels).sort());
  for (const [key, tunnel] of Object.entries(tunnels)) {
    const there = matches.get(key);
    const before = current.tunnels.find(({ id }) => id === there?.id);
    const unverified = before ? IMMUTABLE.filter((name) => before[name] === undefined) : [];
    expectWithin(there, Object.fromEntries(Object.entries(tunnel).filter(([name]) => !isOneOf(unverified, name))));
  }
}

/** The tunnels that a plan goes on with, by key. */
const presentIn = ({ tunnels }: Plan) =>
  new Map(tunnels.flatMap(({ key, present: there }) => (there ? [[key, there] as const] : [])));

const isOneOf = (names: readonly string[], name: string) => names.includes(name);

/** The service's own rules for the form of a request, from its page. */
function expectValid(body: UpdateBody): void {
  expect(body.tunnelName).to.match(/^[A-Za-z0-9]{3,15}$/);
  const { addTunnels = [], updateTunnels = [], removeTunnels = [], sharedSettings, advancedSettings } = body;
  for (const list of [addTunnels, updateTunnels, removeTunnels]) expect(list).to.have.length.at.most(8);
  for (const tunnel of addTunnels) {
    expect(tunnel).to.include.keys("regionID", "authType", "remoteID");
    expect(tunnel).to.include.keys(tunnel.authType === "psk" ? "passphrase" : "customerRootCA");
    expect(tunnel).not.to.have.property("id");
  }
  for (const tunnel of updateTunnels) {
    expect(tunnel)
      .to.include.keys("id")
      .and.not.include.any.keys(...IMMUTABLE);
    const credentials = Object.keys(tunnel).filter((name) => ["passphrase", "customerRootCA"].includes(name));
    expect(credentials).to.have.length("authType" in tunnel ? 1 : 0);
  }
  for (const tunnel of removeTunnels) expect(Object.keys(tunnel)).to.deep.equal(["id"]);
  const touched = [...updateTunnels, ...removeTunnels].map(({ id }) => id);
  expect(new Set(touched).size).to.equal(touched.length);
  if (sharedSettings) {
    expect(sharedSettings).to.include.keys("p81GatewaySubnets", "remoteGatewaySubnets");
    expect(sharedSettings).not.to.have.property("leftASN");
    if (sharedSettings.features)
      expect(sharedSettings.features).to.have.keys("symmetricInnerMesh", "cloudSecurity", "DNSServices");
  }
  for (const name of ["phase1", "phase2"] as const) {
    const part = advancedSettings?.[name];
    if (part) expect(part).to.have.keys("auth", "encryption", "keyExchangeMethod");
  }
  expect(JSON.stringify(body)).not.to.contain("null");
}

/** Every request but the first only removes; each can be cut off before any of them. */
const sent = ({ desired, current, mandate }: Scenario) =>
  requestsOf(desired, current, plan(desired, current, mandate)).map(({ body }) => body);

const law = (title: string, check: (given: Scenario) => void) =>
  it(title, () => fc.assert(fc.property(scenario, check), RUNS));

describe("plan, by law", () => {
  law("leads from what is there to what is declared", (given) => {
    expectReached(given, applied(given.current, sent(given)));
  });

  law("has nothing to send once it was carried out", (given) => {
    const after = applied(given.current, sent(given));
    expect(sent({ ...given, current: after })).to.deep.equal([]);
    expect(isEmpty(plan(given.desired, after, given.mandate))).to.equal(true);
  });

  law("carries the whole change of a group within its limit in one request", (given) => {
    expect(sent(given)).to.have.length.at.most(1);
  });

  law("sends only what the service takes", (given) => {
    for (const request of sent(given)) expectValid(request);
  });

  law("removes only what state or a preview has named, and leaves every other undeclared tunnel as it is", (given) => {
    const { current, mandate } = given;
    const after = applied(current, sent(given));
    const named = new Set([...Object.values(mandate.ids), ...mandate.removals]);
    const claimed = new Set([...presentIn(plan(given.desired, current, mandate)).values()].map(({ id }) => id));
    for (const tunnel of current.tunnels.filter(({ id }) => !named.has(id) && !claimed.has(id)))
      expect(after.tunnels).to.deep.include(tunnel);
  });

  law("removes every tunnel that was named for removal and that no key claims", (given) => {
    const { mandate } = given;
    const after = applied(given.current, sent(given));
    for (const id of mandate.removals) expect(after.tunnels.map((tunnel) => tunnel.id)).not.to.include(id);
  });

  law("never removes a declared tunnel without a rebuild that was announced", (given) => {
    const cautious = { ...given.mandate, rebuilds: new Set<string>() };
    let requests: readonly UpdateBody[] = [];
    try {
      requests = sent({ ...given, mandate: cautious });
    } catch (error) {
      expect(error).to.be.instanceOf(PlanError);
    }
    const removed = requests.flatMap(({ removeTunnels = [] }) => removeTunnels.map(({ id }) => id));
    for (const id of removed) expect(cautious.removals.has(id)).to.equal(true);
  });

  law("removes and rebuilds nothing for what is unknown", (given) => {
    const blank = given.current.tunnels.map(({ id, regionID, remotePublicIP, remoteID }) => ({
      id,
      ...(given.desired.tunnels[KEYS[Number(id.slice(2)) - 1] as string]?.regionID === regionID ? { regionID } : {}),
      remotePublicIP,
      remoteID,
    }));
    const current = { ...given.current, tunnels: blank as readonly PresentTunnel[] };
    const mandate = { ...given.mandate, rebuilds: new Set<string>(), removals: new Set<string>() };
    for (const { removeTunnels } of sent({ desired: given.desired, current, mandate }))
      expect(removeTunnels).to.equal(undefined);
  });

  law("does not depend on the order of keys and of tunnels", (given) => {
    const { desired, current, mandate } = given;
    const reversed = {
      desired: { ...desired, tunnels: Object.fromEntries(Object.entries(desired.tunnels).reverse()) },
      current: { ...current, tunnels: current.tunnels.toReversed() },
      mandate,
    };
    const asSets = (requests: readonly UpdateBody[]) =>
      requests.map(({ addTunnels = [], updateTunnels = [], removeTunnels = [], ...rest }) => ({
        ...rest,
        tunnels: [...addTunnels, ...updateTunnels, ...removeTunnels].map((entry) => JSON.stringify(entry)).sort(),
      }));
    expect(asSets(sent(reversed))).to.deep.equal(asSets(sent(given)));
  });

  it("sends nothing for keys with other names", () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { desired } = given;
        const after = applied(given.current, sent(given));
        const tunnels = Object.fromEntries(
          Object.entries(desired.tunnels).map(([key, tunnel]) => [`${key}New`, tunnel]),
        );
        expect(sent({ ...given, desired: { ...desired, tunnels }, current: after })).to.deep.equal([]);
      }),
      RUNS,
    );
  });

  law("needs no mandate but its own", (given) => {
    const { desired, current, mandate } = given;
    const whole = plan(desired, current, mandate);
    expect(plan(desired, current, mandateOf(whole))).to.deep.equal(whole);
  });

  law("says of every declared tunnel what becomes of it, and of no other", (given) => {
    const { tunnels } = plan(given.desired, given.current, given.mandate);
    expect(tunnels.map(({ key }) => key)).to.deep.equal(Object.keys(given.desired.tunnels));
    for (const { action, present: there, fields } of tunnels) {
      expect(there === undefined).to.equal(action === "add");
      expect(fields.length > 0).to.equal(action === "update" || action === "rebuild");
    }
  });

  it("ends in the same state when planned again after any part of a request was carried out", () => {
    const parts = fc.array(fc.boolean(), { minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(scenario, parts, (given, carriedOut) => {
        const [request] = sent(given);
        fc.pre(request !== undefined);
        const freshId = freshIds();
        const halfway = applyRequest(given.current, part(request as UpdateBody, carriedOut), freshId);
        const rest = sent({ ...given, current: halfway });
        const after = rest.reduce((group, body) => applyRequest(group, body, freshId), halfway);
        expectReached(given, after);
        expect(after.tunnels).to.have.length(applied(given.current, [request as UpdateBody]).tunnels.length);
      }),
      RUNS,
    );
  });
});

/** What a service that stops half-way has carried out of a request: it removes before it adds. */
function part(request: UpdateBody, carriedOut: readonly boolean[]): UpdateBody {
  const { addTunnels = [], updateTunnels = [], removeTunnels = [], tunnelName, ...rest } = request;
  const some = <T>(list: readonly T[], offset: number) => list.filter((_, index) => carriedOut[offset + index]);
  const removed = some(removeTunnels, 1);
  return {
    tunnelName,
    ...(carriedOut[0] ? rest : {}),
    removeTunnels: removed,
    updateTunnels: some(updateTunnels, 5),
    addTunnels: removed.length === removeTunnels.length ? some(addTunnels, 9) : [],
  };
}
