import type { Unwrap } from "@pulumi/pulumi";
import { expect } from "chai";
import type { z } from "zod";
import type { DynamicTunnelGroupArgs } from "../../provider/args";
import type { AuthAlgorithm, EncryptionAlgorithm, KeyExchangeMethod } from "../../provider/model/algorithms";
import { groupArgs } from "../../provider/model/schema";

/** What a type's members hold at every depth, whether optional or not; lists of text are open, since check knows the entries. */
type Members<T> = T extends readonly (infer Entry)[]
  ? (Entry extends string ? string : Entry)[]
  : T extends object
    ? { [K in keyof T]-?: Members<NonNullable<T[K]>> }
    : T;
type Equal<A, B> = [A, B] extends [B, A] ? true : false;

// Does not compile when an argument is documented and not checked, or checked and not documented, or of another type.
const areTheSame: Equal<Members<Unwrap<DynamicTunnelGroupArgs>>, Members<z.input<typeof groupArgs>>> = true;

type Phase = NonNullable<NonNullable<z.input<typeof groupArgs>["advancedSettings"]>["phase1"]>;
type EntryOf<Name extends keyof Phase> = NonNullable<Phase[Name]>[number];
type OfferedLists = [AuthAlgorithm, EncryptionAlgorithm, KeyExchangeMethod];

// Does not compile when editors offer an algorithm that check refuses, or hide one that it takes.
const areOffered: Equal<OfferedLists, [EntryOf<"auth">, EntryOf<"encryption">, EntryOf<"keyExchangeMethod">]> = true;

describe("DynamicTunnelGroupArgs", () => {
  it("has the members that check knows, at every depth", () => {
    expect(areTheSame).to.equal(true);
    expect(Object.keys(groupArgs.shape)).to.include.members(["networkId", "tunnels", "unmanagedTunnels"]);
  });

  it("offers the algorithms that check takes", () => {
    expect(areOffered).to.equal(true);
  });
});
