import semver from "semver";
import { useFixture } from "../e2e/fixture";
import { expectWholeLife } from "./life";
import { pathOfNode } from "./node";
import { emptyProject } from "./project";

/** What the peer range begins with. */
const OLDEST_SDK = "3.216.0";
/** By the major version of Node, the newest SDK that it can run. */
const NEWEST_SDK: Readonly<Record<number, string>> = { 20: "3.248.0", 22: "3", 24: "3", 26: "3" };

// A table of the long tests; `npm test` runs a sample of it in engine.test.ts.
if (process.env.PACKAGE === "all") {
  describe("Versions of Node and of the SDK on the real engine", () => {
    const fixture = useFixture();

    for (const [major, newest] of Object.entries(NEWEST_SDK)) {
      for (const sdk of [OLDEST_SDK, newest]) {
        const shown = semver.valid(sdk) ?? `the newest ${sdk}`;
        it(`a group comes up and goes with Node ${major} and SDK ${shown}`, async () => {
          await expectWholeLife(fixture, { recipe: emptyProject(sdk), node: await pathOfNode(Number(major)) });
        });
      }
    }
  });
}
