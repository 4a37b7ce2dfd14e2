/** TAP version 14 (testanything.org/tap-version-14-specification.html), differences as YAML diagnostics. */

import { stringify } from 'yaml';
import type { CaseResult } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';
import { counted } from './words.js';

export const tap: ReporterDeclaration = {
  create: ({ write }) => {
    let number = 0;
    return {
      start: ({ cases }) => write(`TAP version 14\n1..${cases.length}\n`),
      result: (result) => {
        const { name, title, status, notes } = result;
        const isOk = status !== 'failed' && status !== 'error';
        const words = title === name ? name : `${name}: ${title}`;
        const directive = status === 'skipped' ? ' # SKIP not run: --bail' : '';
        write(`${isOk ? 'ok' : 'not ok'} ${++number} - ${escape(words)}${directive}\n`);
        if (!isOk) write(diagnostics(result));
        for (const note of notes) write(`# ${escape(note)}\n`);
        if (status === 'accepted') write(`# accepted: ${counted(result.differences.length, 'difference')}\n`);
      },
      end: () => undefined,
    };
  },
};

/** Backslash and hash would be taken for an escape and a directive; a description is one line. */
const escape = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\#]/g, '\\$&');

function diagnostics({ status, differences, tolerances, milliseconds }: CaseResult): string {
  const block = {
    severity: status === 'error' ? 'error' : 'fail',
    differences: differences.map(({ kind, message, file }) => ({ kind, message, file })),
    ...(tolerances.length > 0 ? { tolerances } : {}),
    duration_ms: Math.round(milliseconds),
  };
  const lines = stringify(block, { lineWidth: 0 }).trimEnd().split('\n');
  return ['---', ...lines, '...'].map((line) => `  ${line}\n`).join('');
}
