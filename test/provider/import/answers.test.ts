import { expect } from "chai";
import { answersText, type Question, readAnswers } from "../../../provider/import/answers";

const question = (changes: Partial<Question> = {}): Question => ({
  resource: "branch",
  key: "dublin",
  tunnelId: "Tn1",
  remotePublicIP: "203.0.113.1",
  fields: ["remoteASN", "passphrase"],
  ...changes,
});
const asked = (tunnels: readonly Question[], earlier?: string, isAsnWanted = false) =>
  answersText({ isAsnWanted, tunnels }, earlier);
const fileOf = (groups: object, more: object = {}) => JSON.stringify({ ...more, groups });

describe("answersText", () => {
  it("has a blank for each question, and nothing else to fill in", () => {
    expect(JSON.parse(asked([question()], undefined, true))).to.deep.equal({
      leftASN: null,
      groups: { branch: { dublin: { id: "Tn1", remotePublicIP: "203.0.113.1", remoteASN: null, passphrase: null } } },
    });
  });

  it("keeps what was answered, also of tunnels that nobody asks for now, and asks for the rest", () => {
    const earlier = fileOf(
      {
        branch: { dublin: { id: "Tn1", remoteASN: 65_010 } },
        office: { oslo: { id: "Tn9", passphrase: "Kept.secret" } },
      },
      { leftASN: 64_600 },
    );
    const text = asked([question(), question({ tunnelId: "Tn2", key: "oslo", fields: ["remoteASN"] })], earlier);
    expect(JSON.parse(text)).to.deep.equal({
      leftASN: 64_600,
      groups: {
        branch: {
          dublin: { id: "Tn1", remotePublicIP: "203.0.113.1", remoteASN: 65_010, passphrase: null },
          oslo: { id: "Tn2", remotePublicIP: "203.0.113.1", remoteASN: null },
        },
        office: { oslo: { id: "Tn9", passphrase: "Kept.secret" } },
      },
    });
    expect(asked([question()], asked([question()], earlier))).to.equal(asked([question()], earlier));
  });

  it("loses none of two tunnels that have had the same key", () => {
    const text = asked([question({ tunnelId: "Tn2" })], fileOf({ branch: { dublin: { id: "Tn1", remoteASN: 1 } } }));
    expect([...readAnswers(text).tunnels]).to.deep.equal([
      ["Tn1", { remoteASN: 1 }],
      ["Tn2", { remotePublicIP: "203.0.113.1" }],
    ]);
  });

  it("takes names that every object has for names", () => {
    const text = asked([question({ resource: "constructor", key: "toString" })]);
    expect(JSON.parse(text).groups.constructor.toString.id).to.equal("Tn1");
  });
});

describe("readAnswers", () => {
  it("reads by the tunnels' ids, whatever they stand under; blanks say nothing, and numbers may be texts", () => {
    const text = fileOf({
      any: {
        thing: {
          id: "Tn1",
          remoteASN: "65010",
          p81GWInternalIP: " 169.254.1.1 ",
          remoteGWInternalIP: "",
          passphrase: null,
        },
      },
    });
    expect([...readAnswers(text).tunnels]).to.deep.equal([
      ["Tn1", { remoteASN: 65_010, p81GWInternalIP: "169.254.1.1" }],
    ]);
    expect(readAnswers(fileOf({}, { leftASN: 64_600 })).leftASN).to.equal(64_600);
    expect(readAnswers(fileOf({}, { leftASN: " 64600 " })).leftASN).to.equal(64_600);
    for (const leftASN of [null, "", " "]) expect(readAnswers(fileOf({}, { leftASN })).leftASN).to.equal(undefined);
    const blank = { id: "Tn1", remoteASN: " ", p81GWInternalIP: "\n" };
    expect([...readAnswers(fileOf({ any: { blank } })).tunnels]).to.deep.equal([["Tn1", {}]]);
    expect(readAnswers(`\uFEFF${fileOf({}, { leftASN: 1 })}`).leftASN).to.equal(1);
  });

  it("loses nothing of a tunnel that is there twice, the one a blank", () => {
    const groups = { old: { oslo: { id: "Tn1", remoteASN: 1 } }, fresh: { oslo: { id: "Tn1", remoteASN: null } } };
    expect([...readAnswers(fileOf(groups)).tunnels]).to.deep.equal([["Tn1", { remoteASN: 1 }]]);
  });

  const refused: [title: string, text: string, message: RegExp][] = [
    ["no JSON", "{", /^it is not JSON$/],
    ["a list", "[]", /^it: /],
    ["a word for a number", fileOf({}, { leftASN: "mine" }), /^leftASN: must be a number$/],
    ["another member", fileOf({}, { asn: 1 }), /Unrecognized key: "asn"/],
    ["a tunnel without an id", fileOf({ branch: { dublin: {} } }), /^groups\.branch\.dublin\.id: /],
    [
      "a list for a value",
      fileOf({ branch: { dublin: { id: "Tn1", remoteASN: [] } } }),
      /^groups\.branch\.dublin\.remoteASN: /,
    ],
    [
      "a misspelt member",
      fileOf({ branch: { dublin: { id: "Tn1", remoteAsn: 1 } } }),
      /remoteAsn is not a member of a tunnel; did you mean remoteASN\?$/,
    ],
  ];
  for (const [title, text, message] of refused) {
    it(`refuses ${title}, saying where`, () => expect(() => readAnswers(text)).to.throw(message));
  }
});
