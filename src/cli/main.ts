#!/usr/bin/env node
/** The `vppcap` command as tsc made it. The package starts the same command from a script (scripts/launcher.cjs). */

import { runVppcap } from './command-line.js';

void runVppcap(process.argv.slice(2), async (command) => (await import('./help.js')).helpOf(command));
