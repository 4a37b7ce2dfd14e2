/**
 * What mocha loads before any test: takes from the environment what changes words, colours or decisions of the commands
 * that tests start, so that a suite passes or fails alike in a terminal and in CI. A test that is about one of these
 * variables sets it itself.
 */

const CHANGING = /^(FORCE_COLOR|NO_COLOR|CI|GITHUB_ACTIONS|COLUMNS|LINES|TZ|LANG|LANGUAGE|LC_.*|VPPCAP_DEBUG)$/;

for (const name of Object.keys(process.env)) if (CHANGING.test(name)) Reflect.deleteProperty(process.env, name);
