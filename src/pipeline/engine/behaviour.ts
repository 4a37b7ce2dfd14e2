/** What nodes do differently in different releases: values that a release declares (src/releases). Each plugin adds its own part. */

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- plugins add to it
export interface Behaviour {}
