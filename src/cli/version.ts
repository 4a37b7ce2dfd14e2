import { RELEASE_NAMES } from '../releases/names.js';
import { alternatives } from '../pipeline/command/suggest.js';

/** What `--version` says. A test compares the number with package.json. */
export const VERSION = '0.1.0';

export const VERSION_TEXT = `vppcap ${VERSION} (models VPP ${alternatives(RELEASE_NAMES, 'and')})`;
