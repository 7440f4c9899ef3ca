import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { createRedactor } from "../../provider/service/redact";

const PROVIDER = join(__dirname, "..", "..", "provider");

/** The packages that a module loads with itself, directly or by way of others of this package. */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const [, from = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm,
  )) {
    if (!from.startsWith(".")) packages.add(from);
    else {
      const next = join(dirname(file), `${from}.ts`);
      expect(existsSync(next), next).to.equal(true);
      for (const each of packagesOf(next, seen)) packages.add(each);
    }
  }
  return packages;
}

describe("What is loaded", () => {
  it("is neither zod nor axios on the program's side", () => {
    const packages = packagesOf(join(PROVIDER, "index.ts"));
    expect(packages).to.include("@pulumi/pulumi");
    expect(packages).not.to.include.any.keys("zod", "axios");
  });

  it("is what a lookup takes with the first lookup only", () => {
    const packages = packagesOf(join(PROVIDER, "lookups", "run.ts"));
    expect(packages).to.include("zod");
    expect(packages).not.to.include("axios");
    expect(packagesOf(join(PROVIDER, "lookups", "lookups.ts"))).not.to.include.any.keys("zod", "axios");
  });

  it("is axios with the first request only on the provider's side", () => {
    const packages = packagesOf(join(PROVIDER, "lifecycle.ts"));
    expect(packages).to.include("zod");
    expect(packages).not.to.include("axios");
  });
});

describe("createRedactor, with the secrets of thousands of tunnels", () => {
  it("learns them in a moment", () => {
    const redactor = createRedactor();
    const began = process.cpuUsage();
    for (let n = 0; n < 5000; n++) redactor.addSecret(`Footprint.secret_${n}`);
    // Sorted with each of them, they took a minute.
    expect(process.cpuUsage(began).user / 1e6).to.be.below(3);
    expect(redactor.redact("It is Footprint.secret_4711, not Footprint.secret_9")).not.to.contain("Footprint");
  });
});
