/**
 * The name of a resource, out of its URN.
 * @param own the URN of the resource that speaks: one of the same name is told from it by its URN
 */
export function nameIn(urn: string | undefined, own?: string): string {
  const name = urn?.split("::").at(-1) ?? "<resource name>";
  return urn !== undefined && urn !== own && name === own?.split("::").at(-1) ? urn : name;
}
