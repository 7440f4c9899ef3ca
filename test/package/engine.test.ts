import { useFixture } from "../e2e/fixture";
import { expectWholeLife } from "./life";
import { emptyProject } from "./project";

describe("The packed provider in an empty project", () => {
  const fixture = useFixture();

  it("takes a group through its life on the real engine", async () => {
    await expectWholeLife(fixture, { recipe: emptyProject() });
  });
});
