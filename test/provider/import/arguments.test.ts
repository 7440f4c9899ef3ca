import { expect } from "chai";
import { readArguments, UsageError } from "../../../provider/import/arguments";
import { importCommand } from "../../../provider/model/adoption";
import { bin } from "../../../provider/package.json";

const read = (line: string) => readArguments(line.split(" ").filter(Boolean));

describe("readArguments", () => {
  it("reads what the command takes", () => {
    expect(read("import --network branches --out infra")).to.deep.equal({
      network: "branches",
      groups: [],
      out: "infra",
      answers: undefined,
      stack: undefined,
      isForced: false,
    });
    expect(
      read("import --network=Nw1 --group a --group b --out infra --answers a.json --stack dev --force"),
    ).to.deep.equal({
      network: "Nw1",
      groups: ["a", "b"],
      out: "infra",
      answers: "a.json",
      stack: "dev",
      isForced: true,
    });
  });

  it("reads the command that a create names whose group is there already", () => {
    const [npx, name, ...words] = importCommand("NwAAAAAAA1", "TgAAAAAAA1").split(" ");
    expect([npx, name]).to.deep.equal(["npx", Object.keys(bin)[0]]);
    expect(read(words.join(" "))).to.include({ network: "NwAAAAAAA1", out: "imported" });
    expect(read(words.join(" "))?.groups).to.deep.equal(["TgAAAAAAA1"]);
  });

  for (const line of ["--help", "import --help", "import -h", "import --network x --help", ""]) {
    it(`gives help for "${line}"`, () => expect(read(line)).to.equal(undefined));
  }

  const refused: [line: string, message: string][] = [
    ["imprt --network x --out y", 'There is no command "imprt"; did you mean import?'],
    ["import --netwrk x --out y", "There is no option --netwrk; did you mean --network?"],
    ["import --network x --out y -f", "There is no option -f; did you mean"],
    ["import --network x y --out z", '"import" does not take "y"'],
    ["import --network x", "Give --out <folder>."],
    ["import --out x", "Give --network <name|id>."],
    ["import --out x --network", "--network needs a value."],
    ["import --network x --out y --force=no", "--force takes no value."],
  ];
  for (const [line, message] of refused) {
    it(`refuses "${line}"`, () => expect(() => read(line)).to.throw(UsageError, message));
  }
});
