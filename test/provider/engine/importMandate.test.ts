import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { importMandateFor } from "../../../provider/engine/importMandate";
import { ConfigurationError } from "../../../provider/engine/settings";

const URN = "urn:pulumi:dev::office::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::branch";

const forBranch = (text: string, urn: unknown = URN) => importMandateFor(urn, { HARMONY_SASE_IMPORT: text });

describe("importMandateFor", () => {
  const table: [string, string, string | undefined][] = [
    ["a resource by its name", "branch=Tg41", "Tg41"],
    ["a resource by its URN", `${URN}=Tg41`, "Tg41"],
    ["one of several", "hub=Tg40,branch=Tg41,lab=Tg42", "Tg41"],
    ["one with space around everything", "  hub = Tg40 , branch = Tg41 ", "Tg41"],
    ["a URN before a name", `branch=Tg40,${URN}=Tg41`, "Tg41"],
    ["another resource only", "hub=Tg40", undefined],
    ["a resource whose name ends like another's", "mybranch=Tg40,ranch=Tg42", undefined],
    ["nothing", "", undefined],
    ["nothing but space", "  ", undefined],
  ];
  for (const [title, text, groupId] of table) {
    it(`is ${groupId ?? "undefined"} where it names ${title}`, () => {
      expect(forBranch(text)).to.equal(groupId);
    });
  }

  it("is undefined where nothing is set, and for a state without a URN", () => {
    expect(importMandateFor(URN, {})).to.equal(undefined);
    expect(importMandateFor(undefined, { HARMONY_SASE_IMPORT: "branch=Tg41" })).to.equal(undefined);
  });

  it("takes a name with an equals sign in it", () => {
    expect(forBranch("a=b=Tg41", "urn:pulumi:dev::office::T::a=b")).to.equal("Tg41");
  });

  for (const text of ["branch=", "=Tg41", "branch=Tg41,", "branch=Tg 41", "branch=Tg41,hub", "hub=Tg40;branch=Tg41"]) {
    it(`refuses "${text}", saying what it must be`, () => {
      expect(() => forBranch(text)).to.throw(
        ConfigurationError,
        /^HARMONY_SASE_IMPORT must be <resource name>=<group id>, several with commas; got "/,
      );
    });
  }

  describe("with the path of a file", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "import-test-"));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function fileWith(content: string): Promise<string> {
      const path = join(folder, "import.json");
      await writeFile(path, content);
      return path;
    }

    it("reads names and URNs there", async () => {
      expect(forBranch(await fileWith('{ "branch": "Tg41", "hub": "Tg40" }'))).to.equal("Tg41");
      expect(forBranch(await fileWith(JSON.stringify({ [URN]: "Tg41" })))).to.equal("Tg41");
      expect(forBranch(await fileWith('{ "hub": "Tg40" }'))).to.equal(undefined);
    });

    for (const content of ["", "{", "[]", '{ "branch": 7 }', '{ "branch": "" }']) {
      it(`refuses a file that holds ${content || "nothing"}`, async () => {
        const path = await fileWith(content);
        expect(() => forBranch(path)).to.throw(ConfigurationError, `HARMONY_SASE_IMPORT names ${path}, which`);
      });
    }

    it("refuses one that is not there", () => {
      expect(() => forBranch(join(folder, "none.json"))).to.throw(ConfigurationError, "cannot be read as a JSON file");
    });
  });
});
