/** What the package holds beside the compiled sources. It is kept once, at the root of the repository. */
export declare const COMPANIONS: readonly string[];

/** README without what only a clone of the repository has. */
export declare function withoutRepository(readme: string): string;
