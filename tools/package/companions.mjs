/** What the package holds beside the compiled sources. It is kept once, at the root of the repository. */
export const COMPANIONS = [
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "docs/behaviour.md",
  "docs/cost.svg",
  "docs/demo.svg",
  "docs/guarantees.md",
  "docs/health.md",
  "docs/import.md",
  "docs/measurements.md",
  "docs/notice.svg",
  "docs/reference.md",
  "docs/troubleshooting.md",
];

/** README without what only a clone of the repository has. */
export function withoutRepository(readme) {
  return readme.replaceAll(/<!-- repository -->.*?<!-- \/repository -->\n/gs, "");
}
