import type { Unwrap } from "@pulumi/pulumi";
import { expect } from "chai";
import type { z } from "zod";
import type { DynamicTunnelGroupArgs } from "../../provider/args";
import { groupArgs } from "../../provider/group/schema";

/** The names of a type's members at every depth, whatever their values are. */
type Names<T> = T extends readonly unknown[]
  ? "list"
  : T extends object
    ? { [K in keyof T]-?: Names<NonNullable<T[K]>> }
    : "value";
type Equal<A, B> = [A, B] extends [B, A] ? true : false;

// Does not compile when an argument is documented and not checked, or checked and not documented.
const areTheSame: Equal<Names<Unwrap<DynamicTunnelGroupArgs>>, Names<z.input<typeof groupArgs>>> = true;

describe("DynamicTunnelGroupArgs", () => {
  it("has the members that check knows, at every depth", () => {
    expect(areTheSame).to.equal(true);
    expect(Object.keys(groupArgs.shape)).to.include.members(["networkId", "tunnels", "unmanagedTunnels"]);
  });
});
