/** The reporters, by the name that --reporter takes. Each is loaded only where it is asked for. */

import type { ReporterDeclaration } from './reporter.js';

export const REPORTERS: Readonly<Record<string, () => Promise<ReporterDeclaration>>> = {
  human: async () => (await import('./human.js')).human,
  junit: async () => (await import('./junit.js')).junit,
  tap: async () => (await import('./tap.js')).tap,
  json: async () => (await import('./json.js')).json,
  html: async () => (await import('./html.js')).html,
  github: async () => (await import('./github.js')).github,
};
