import type { Tunnel } from "../../provider/model/fields";
import type { PendingWrite } from "../../provider/model/pending";
import type { PresentGroup, PresentTunnel } from "../../provider/model/present";
import type { GroupInputs, OwnedInputs, Settings } from "../../provider/model/schema";
import type { State } from "../../provider/model/state";
import type { Mandate } from "../../provider/plan/plan";
import type { ShownGroup } from "../../provider/service/wire";

/** The engine's mark for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A certificate of an authority that nobody else knows; no key of it exists any more. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfDCCASGgAwIBAgIUIOlVjcYcFVkzrF6OwdqsMnnZblEwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjUwMDA0MTNaGA8yMTI2MTEwMTAw
MDQxM1owEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABMV2G4SGgu39xVo+76RAKGQNmY1W/yCxz9wE0GGJt4IlTVIpmkeEzehHG6Gz
euKSAUtknMuwOjN3ssvuSkj2HtijUzBRMB0GA1UdDgQWBBQRgJKzF1oxKz4AE5ZW
W3Fkn3qO1TAfBgNVHSMEGDAWgBQRgJKzF1oxKz4AE5ZWW3Fkn3qO1TAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCYphHVvB9hek6+uacDlFieQ3db
NyBIvDr/6KV94y9g+wIhAN9wAfbrli3o3BDzuzdAiPDM4XZR2AfGzl6FqfH6sbYR
-----END CERTIFICATE-----
`;

/** What the engine hands over has no `undefined`: an override with it takes the member out. */
function given<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** A declared tunnel with every member that creating a group demands; `n` makes it one of its own. */
export function tunnel(n = 1, overrides: Partial<Tunnel> = {}): Tunnel {
  return given({
    regionID: "RgAAAAAAA1",
    remotePublicIP: `203.0.113.${n}`,
    remoteASN: 65_000 + n,
    p81GWInternalIP: `169.254.${n}.1`,
    remoteGWInternalIP: `169.254.${n}.2`,
    passphrase: `passphrase.${n}`,
    ...overrides,
  });
}

/** The same tunnel as the group holds it, all its members known. */
export function present(n = 1, overrides: Partial<PresentTunnel> = {}): PresentTunnel {
  return given({
    ...tunnel(n),
    remoteID: `203.0.113.${n}`,
    routingType: "route",
    authType: "psk",
    id: `Tn${n}`,
    ...overrides,
  });
}

/** Settings with every member given. */
export function settings(overrides: Settings = {}): Settings {
  return {
    description: "branch",
    sharedSettings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.20.0.0/16", "10.30.0.0/16"],
      leftASN: 64_600,
      peakBandwidth: 1000,
      features: {
        symmetricInnerMesh: { enabled: false },
        cloudSecurity: { enabled: false },
        DNSServices: { redirectToResolver: { enabled: true } },
      },
    },
    advancedSettings: {
      keyExchange: "ikev2",
      ikeLifeTime: "8h",
      lifetime: "1h",
      dpdDelay: "10s",
      dpdTimeout: "30s",
      phase1: { auth: ["sha512"], encryption: ["aes256", "aes128"], keyExchangeMethod: ["ecp521"] },
      phase2: { auth: ["sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
    },
    ...overrides,
  };
}

/** Inputs that create a group of two tunnels. */
export function inputs(overrides: Partial<GroupInputs> = {}): OwnedInputs {
  return given({
    networkId: "NwAAAAAAA1",
    tunnelName: "branch",
    tunnels: { primary: tunnel(1), backup: tunnel(2) },
    sharedSettings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.20.0.0/16", "10.30.0.0/16"],
      leftASN: 64_600,
    },
    ...overrides,
  } as OwnedInputs);
}

/** The group that {@link inputs} describe, as it is. */
export function presentGroup(overrides: Partial<PresentGroup> = {}): PresentGroup {
  return { ...settings(), tunnelName: "branch", tunnels: [present(1), present(2)], ...overrides };
}

/** The same group as one GET shows it: hidden fields absent, names decorated. */
export function seen(overrides: Partial<ShownGroup> = {}): ShownGroup {
  const tunnels = [1, 2].map((n) => {
    const { remoteASN: _, p81GWInternalIP: __, remoteGWInternalIP: ___, ...visible } = present(n);
    return visible;
  });
  const { leftASN: _, ...sharedSettings } = settings().sharedSettings ?? {};
  return { ...settings(), sharedSettings, tunnels, names: ["branch01", "branch02"], ...overrides };
}

/** State of the group that {@link inputs} describe, right after it was created. */
export function state(overrides: Partial<State> = {}): State {
  const { tunnels, ...rest } = inputs();
  return {
    inputs: { ...rest, ...settings(), description: "" },
    tunnels,
    tunnelIds: { primary: "Tn1", backup: "Tn2" },
    origin: "created",
    pending: [],
    isGone: false,
    ...overrides,
  };
}

/** A write to the group that {@link inputs} describe, sent and not proven yet. */
export function pendingWrite(overrides: Partial<PendingWrite> = {}): PendingWrite {
  return {
    kind: "update",
    networkId: "NwAAAAAAA1",
    groupId: "TgAAAAAAA1",
    startedAtMs: 1_700_000_000_000,
    before: ["Tn1", "Tn2"],
    added: [],
    changed: {},
    ...overrides,
  };
}

/** A mandate that knows the two tunnels of {@link presentGroup} and allows nothing to be removed. */
export function mandate(overrides: Partial<Mandate> = {}): Mandate {
  return { ids: { primary: "Tn1", backup: "Tn2" }, rebuilds: new Set(), removals: new Set(), ...overrides };
}
