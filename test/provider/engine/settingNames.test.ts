import { expect } from "chai";
import { checkSettingNames } from "../../../provider/engine/settingNames";

const findings = (keys: readonly string[], { project = "office", secrets = ["harmony-sase:apiKey"] } = {}) =>
  checkSettingNames({ keys, project, isSecret: (key) => secrets.includes(key) });

describe("checkSettingNames", () => {
  it("finds nothing wrong with settings that exist and with other packages' keys", () => {
    const keys = ["harmony-sase:apiKey", "harmony-sase:region", "aws:regoin", "office:apiKye", "pulumi-nodejs:x"];
    expect(findings(keys)).to.deep.equal({ failures: [], warnings: [] });
  });

  const misspelt: [string, string][] = [
    ["regoin", "region"],
    ["apikey", "apiKey"],
    ["baseURL", "baseUrl"],
    ["requestPerWindow", "requestsPerWindow"],
    ["explicit", "region"],
  ];
  for (const [name, meant] of misspelt) {
    it(`fails for ${name}${name === "explicit" ? "" : `, and asks for ${meant}`}`, () => {
      const { failures } = findings([`harmony-sase:${name}`]);
      expect(failures).to.have.length(1);
      expect(failures[0]).to.contain(`harmony-sase:${name} in the stack's configuration is not a setting`);
      if (name !== "explicit") expect(failures[0]).to.contain(`did you mean harmony-sase:${meant}?`);
    });
  }

  describe("in a project that is named as the package's namespace", () => {
    const ours = (keys: readonly string[]) => findings(keys, { project: "harmony-sase" });

    it("takes other names for the project's own", () => {
      expect(ours(["harmony-sase:networkId", "harmony-sase:primaryRegion", "harmony-sase:backupPsk"])).to.deep.equal({
        failures: [],
        warnings: [],
      });
    });

    it("warns of a near miss", () => {
      const { failures, warnings } = ours(["harmony-sase:regoin"]);
      expect(failures).to.deep.equal([]);
      expect(warnings.join()).to.match(/^harmony-sase:regoin .*Did you mean harmony-sase:region\?$/);
    });
  });

  it("warns of an API key that is stored in clear, and says how to repair it", () => {
    const { warnings } = findings(["harmony-sase:apiKey"], { secrets: [] });
    expect(warnings.join()).to.match(
      /harmony-sase:apiKey is stored in clear.*new API key.*pulumi config set --secret harmony-sase:apiKey/,
    );
  });
});
