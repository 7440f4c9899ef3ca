import { expect } from "chai";
import type { Tunnel } from "../../../provider/model/fields";
import type { PresentGroup } from "../../../provider/model/present";
import type { GroupInputs } from "../../../provider/model/schema";
import type { State } from "../../../provider/model/state";
import { planFromState } from "../../../provider/plan/changes";
import { driftNotes, driftWarnings } from "../../../provider/plan/drift";
import { mandateOf, plan } from "../../../provider/plan/plan";
import { inputs, present, presentGroup, settings, state, tunnel } from "../builders";

interface Case {
  readonly title: string;
  readonly desired?: Partial<GroupInputs>;
  readonly current?: Partial<PresentGroup>;
  readonly state?: Partial<State>;
  readonly warnings: readonly string[];
}

const there = (first: Parameters<typeof present>[1]) => ({ tunnels: [present(1, first), present(2)] });
const advanced = (overrides: object) => ({ advancedSettings: { ...settings().advancedSettings, ...overrides } });
const only = (first: Tunnel) => ({ tunnels: { primary: first, backup: tunnel(2) } });
const psk = tunnel(1, { authType: "psk" });
const cert = tunnel(1, { authType: "cert", passphrase: undefined, customerRootCA: "PEM" });
const SET_BACK = "was changed by somebody else; it is set back.";

const CASES: readonly Case[] = [
  {
    title: "nothing of a change that the program makes",
    desired: { tunnels: { primary: tunnel(1, { remoteASN: 7 }), backup: tunnel(2) } },
    warnings: [],
  },
  { title: "nothing of a setting that the program changes", desired: advanced({ lifetime: "2h" }), warnings: [] },
  {
    title: "a field that is set back",
    current: there({ remotePublicIP: "9.9.9.9" }),
    warnings: [`tunnels.primary: remotePublicIP ${SET_BACK}`],
  },
  {
    title: "several fields of one tunnel",
    current: there({ remotePublicIP: "9.9.9.9", remoteASN: 9 }),
    warnings: [`tunnels.primary: remotePublicIP, remoteASN ${SET_BACK}`],
  },
  {
    title: "only the field that the program did not change",
    current: there({ remotePublicIP: "9.9.9.9" }),
    desired: { tunnels: { primary: tunnel(1, { remoteASN: 7 }), backup: tunnel(2) } },
    warnings: [`tunnels.primary: remotePublicIP ${SET_BACK}`],
  },
  {
    title: "a passphrase, unquoted",
    current: there({ passphrase: "elsewhere.1" }),
    warnings: [`tunnels.primary: passphrase ${SET_BACK}`],
  },
  {
    title: "nothing of the authType that goes along with a new passphrase",
    desired: { tunnels: { primary: tunnel(1, { passphrase: "rotated.1" }), backup: tunnel(2) } },
    warnings: [],
  },
  { title: "nothing of a field that nobody declared", current: there({ routingType: "policy" }), warnings: [] },
  {
    title: "a tunnel that vanished",
    current: { tunnels: [present(2)] },
    warnings: ["tunnels.primary was removed by somebody else; it is added again."],
  },
  {
    title: "settings",
    current: advanced({ lifetime: "3h", dpdDelay: "20s" }),
    warnings: [`advancedSettings.lifetime, advancedSettings.dpdDelay ${SET_BACK}`],
  },
  { title: "the name", current: { tunnelName: "renamed" }, warnings: [`tunnelName ${SET_BACK}`] },
  {
    title: "the name beside settings",
    current: { tunnelName: "renamed", ...advanced({ lifetime: "3h" }) },
    warnings: [`tunnelName, advancedSettings.lifetime ${SET_BACK}`],
  },
  {
    title: "nothing of a name that the program changes itself",
    current: { tunnelName: "renamed" },
    desired: { tunnelName: "office" },
    warnings: [],
  },
  {
    title: "nothing of settings that mean the same",
    current: advanced({ lifetime: "60m" }),
    desired: { tunnelName: "office" },
    warnings: [],
  },
  {
    title: "nothing of a declared authType that goes along with a new passphrase",
    state: only(psk),
    desired: only({ ...psk, passphrase: "rotated.1" }),
    warnings: [],
  },
  {
    title: "nothing of a declared authType that goes along with a new certificate",
    state: only(cert),
    current: there({ ...cert, id: "Tn1" }),
    desired: only({ ...cert, customerRootCA: "PEM2" }),
    warnings: [],
  },
  {
    title: "a passphrase without the authType that goes along",
    state: only(psk),
    current: there({ passphrase: "elsewhere.1" }),
    desired: only(psk),
    warnings: [`tunnels.primary: passphrase ${SET_BACK}`],
  },
  {
    title: "an authType that somebody has changed",
    state: only(psk),
    current: there({ authType: "cert", passphrase: undefined, customerRootCA: "PEM" }),
    desired: only(psk),
    warnings: [`tunnels.primary: authType, passphrase ${SET_BACK}`],
  },
];

const FOREIGN: readonly Case[] = [
  {
    title: "a field that is outside the schema, with its value",
    current: there({ remotePublicIP: undefined, foreign: { remotePublicIP: "2001:db8::1" } }),
    warnings: [`tunnels.primary: remotePublicIP (now "2001:db8::1") ${SET_BACK}`],
  },
  {
    title: "a passphrase that is outside the schema, without its value",
    current: there({ passphrase: undefined, foreign: { passphrase: "with space!" } }),
    warnings: [`tunnels.primary: passphrase ${SET_BACK}`],
  },
  {
    title: "a setting that is outside the schema, with its value",
    current: { ...advanced({ lifetime: undefined }), foreign: { "advancedSettings.lifetime": "36h" } },
    warnings: [`advancedSettings.lifetime (now "36h") ${SET_BACK}`],
  },
  {
    title: "a setting that is a secret, without its value",
    desired: { __secrets: ["advancedSettings.lifetime"] },
    current: { ...advanced({ lifetime: undefined }), foreign: { "advancedSettings.lifetime": "36h" } },
    warnings: [`advancedSettings.lifetime ${SET_BACK}`],
  },
  {
    title: "nothing of a field outside the schema that nobody declared",
    current: there({ routingType: undefined, foreign: { routingType: "bgp" } }),
    warnings: [],
  },
];

describe("driftWarnings", () => {
  const wanted = (overrides: Partial<GroupInputs> = {}) => inputs({ ...settings(), description: "", ...overrides });

  for (const test of [...CASES, ...FOREIGN]) {
    it(`tells ${test.title}`, () => {
      const declared = wanted(test.desired);
      const fromState = planFromState(state(test.state), declared);
      const current = presentGroup({ description: "", ...test.current });
      const fromService = plan(declared, current, mandateOf(fromState));
      expect(driftWarnings(fromState, fromService, { __secrets: [], ...declared }, current)).to.deep.equal(
        test.warnings,
      );
    });
  }
});

describe("driftNotes", () => {
  const stored = (overrides: Partial<GroupInputs> = {}) => ({
    ...inputs(),
    ...state().inputs,
    __secrets: [],
    ...overrides,
  });
  const found = (primary: Partial<Tunnel>, overrides: Partial<State["inputs"]> = {}) =>
    state({
      tunnels: { ...inputs().tunnels, primary: tunnel(1, primary) },
      inputs: { ...state().inputs, ...overrides },
    });

  it("says nothing of a group that is as state has it", () => {
    expect(driftNotes(stored(), found({}))).to.deep.equal([]);
  });

  it("names what is another now, with both values", () => {
    expect(driftNotes(stored(), found({ remotePublicIP: "203.0.113.99" }, { description: "new" }))).to.deep.equal([
      'tunnels.primary.remotePublicIP is "203.0.113.99", was "203.0.113.1".',
      'description is "new", was "".',
    ]);
  });

  it("shows no value of a passphrase, nor of what the program gave as a secret, alone or as part of a whole", () => {
    const now = found({ passphrase: "another.one", remotePublicIP: "203.0.113.99" });
    for (const secret of ["tunnels.primary.remotePublicIP", "tunnels.primary", "tunnels"]) {
      expect(driftNotes(stored({ __secrets: [secret] }), now)).to.deep.equal([
        "tunnels.primary.remotePublicIP is another now.",
        "tunnels.primary.passphrase is another now.",
      ]);
    }
  });

  it("shows no identifier where the address is a secret: they may be the same", () => {
    const now = found({ remoteID: "203.0.113.99" });
    expect(driftNotes(stored({ __secrets: ["tunnels.primary.remotePublicIP"] }), now)).to.deep.equal([
      "tunnels.primary.remoteID is another now.",
    ]);
  });

  it("shows the name, unless it is a secret", () => {
    const now = found({}, { tunnelName: "depot" });
    expect(driftNotes(stored(), now)).to.deep.equal(['tunnelName is "depot", was "branch".']);
    expect(driftNotes(stored({ __secrets: ["tunnelName"] }), now)).to.deep.equal(["tunnelName is another now."]);
  });

  it("shows no value that holds what is a secret elsewhere", () => {
    const now = found({ remoteID: "203.0.113.99" }, { description: "to 203.0.113.2" });
    expect(driftNotes(stored({ __secrets: ["tunnels.backup.remotePublicIP"] }), now)).to.deep.equal([
      'tunnels.primary.remoteID is "203.0.113.99", was not set.',
      "description is another now.",
    ]);
  });

  it("shows no value where an earlier version has not noted what is secret", () => {
    const { __secrets: _, ...old } = stored();
    expect(driftNotes(old, found({ remotePublicIP: "203.0.113.99" }))).to.deep.equal([
      "tunnels.primary.remotePublicIP is another now.",
    ]);
  });

  it("tells of a tunnel that is gone, and of one that nobody here declares", () => {
    const now = state({
      tunnels: { backup: tunnel(2) },
      inputs: { ...state().inputs, unmanaged: { Tn9: "Rg 9.9.9.9" } },
    });
    expect(driftNotes(stored(), now)).to.deep.equal([
      "tunnels.primary is gone.",
      "Tn9 (Rg 9.9.9.9) is a tunnel that this resource does not declare.",
    ]);
  });
});
