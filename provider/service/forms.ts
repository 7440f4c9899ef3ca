import { isMap } from "../model/compare";
import type { ShownGroup } from "./wire";

/** Which forms of a group in a list show all that a read of it shows. */
export interface Forms {
  /**
   * The group as the list shows it, or as a read does.
   * @param read reads the group itself
   */
  settle(listed: ShownGroup, read: () => Promise<ShownGroup>): Promise<ShownGroup>;
}

/**
 * Creates a memory of forms. What lists leave out is not documented: the first group of each form is read besides, and where
 * both show the same, lists serve all others of that form.
 */
export function createForms(): Forms {
  const whole = new Map<string, Promise<boolean>>();
  return {
    settle: async (listed, read) => {
      const form = formOf(listed);
      const known = whole.get(form);
      if (known !== undefined && (await known)) return listed;
      const group = read();
      if (known === undefined) {
        const isSame = group.then(
          (shown) => JSON.stringify(shown) === JSON.stringify(listed),
          () => false,
        );
        whole.set(form, isSame);
        // It may have changed between list and read: the next one is another try.
        if (!(await isSame)) whole.delete(form);
      }
      return group;
    },
  };
}

/** The paths of what is shown, not its values. */
function formOf({ tunnels, names, storedNames: _, ...settings }: ShownGroup): string {
  const paths = new Set([...pathsOf(settings), ...tunnels.flatMap(pathsOf), ...(names.length > 0 ? ["names"] : [])]);
  return [...paths].toSorted().join(" ");
}

function pathsOf(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (member === undefined) return [];
    return isMap(member) ? pathsOf(member).map((path) => `${name}.${path}`) : [name];
  });
}
