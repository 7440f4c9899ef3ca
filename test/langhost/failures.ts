import type { PlainProgram } from "./plainCli";

const GROUP = `{
  networkId: network.id,
  tunnelName: "branch",
  tunnels: {
    only: {
      regionID: region.id,
      remotePublicIP: "203.0.113.10",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.10.1",
      remoteGWInternalIP: "169.254.10.2",
      passphrase: "Some.passphrase",
    },
  },
  sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64600 },
}`;

/** A form of a lookup that the SDK awaits for an input: it names that property before the message. */
export const AS_INPUT = "getNetwork as an input";

/** Programs that look a network up, by the form of the lookup. */
export const FORMS: Readonly<Record<string, string>> = {
  getNetworkOutput: `const { Config } = require("@pulumi/pulumi");
const { DynamicTunnelGroup, getNetworkOutput, getRegionOutput } = require("pulumi-harmony-sase");

const network = getNetworkOutput({ name: new Config().require("network") });
const region = getRegionOutput({ networkId: network.id, name: "Dublin" });
const group = new DynamicTunnelGroup("branch", ${GROUP});
exports.dynamicTunnelId = group.dynamicTunnelId;
`,
  [AS_INPUT]: `const { Config } = require("@pulumi/pulumi");
const { DynamicTunnelGroup, getNetwork, getRegionOutput } = require("pulumi-harmony-sase");

const network = { id: getNetwork({ name: new Config().require("network") }).then(({ id }) => id) };
const region = getRegionOutput({ networkId: network.id, name: "Dublin" });
const group = new DynamicTunnelGroup("branch", ${GROUP});
exports.dynamicTunnelId = group.dynamicTunnelId;
`,
  "await getNetwork": `const { Config } = require("@pulumi/pulumi");
const { DynamicTunnelGroup, getNetwork, getRegion } = require("pulumi-harmony-sase");

module.exports = async () => {
  const network = await getNetwork({ name: new Config().require("network") });
  const region = await getRegion({ networkId: network.id, name: "Dublin" });
  const group = new DynamicTunnelGroup("branch", ${GROUP});
  return { dynamicTunnelId: group.dynamicTunnelId };
};
`,
};

/** Makes a group of a network given by its id, and looks up what is not there when it finds the file `fail`. */
export const FAILING_MEANWHILE = `const { existsSync } = require("node:fs");
const { DynamicTunnelGroup, getNetworkOutput } = require("pulumi-harmony-sase");

exports.dynamicTunnelId = new DynamicTunnelGroup("branch", JSON.parse(process.env.GROUP)).dynamicTunnelId;
const timer = setInterval(() => {
  if (!existsSync("fail")) return;
  clearInterval(timer);
  getNetworkOutput({ name: "brnches" });
}, 50);
`;

/** A reason for which a lookup fails. */
export interface Cause {
  readonly message: RegExp;
  readonly configuration?: PlainProgram["configuration"];
  readonly environment?: PlainProgram["environment"];
}

/** The usual reasons, each with the message that the user is to see. */
export const CAUSES: Readonly<Record<string, Cause>> = {
  "a mistyped network name": {
    message: /Cannot find network "brnches": there is none of that name\. There are "branches"/g,
    configuration: { "plain:network": "brnches" },
  },
  "a wrong key": {
    message: /Cannot find network "branches": The API key was refused/g,
    environment: { HARMONY_SASE_API_KEY: "no-such-key" },
  },
  "a mistyped setting": {
    message: /harmony-sase:timeot in the stack's configuration is not a setting; did you mean harmony-sase:timeout\?/g,
    configuration: { "harmony-sase:timeot": "5m" },
  },
};
