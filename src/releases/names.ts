/** Names of releases, for command lines that have not loaded what a release is made of. A test compares them. */

/** Those that are modelled, the default first. */
export const RELEASE_NAMES: readonly string[] = ['19.08', '26.06'];

/** Those whose wording of traces is known, the default first. */
export const WORDING_NAMES: readonly string[] = ['19.08', '26.06', '18.04'];
