/** Annotations for GitHub Actions (workflow commands `::error`): each difference at the file that expects otherwise. */

import { posix, relative, resolve, sep } from 'node:path';
import type { CaseResult } from '../result.js';
import type { ReporterDeclaration, ReportOutput } from './reporter.js';
import { summaryWords } from './words.js';

/** GitHub shows at most 10 error annotations of a step; the rest would push other cases out. */
const ANNOTATIONS_PER_CASE = 3;

export const github: ReporterDeclaration = {
  sharesOutput: true,
  create: (output) => {
    let title = 'vppcap test';
    return {
      start: (suite) => void (title = suite.command ?? title),
      result: (result) => {
        if (result.status !== 'failed' && result.status !== 'error') return;
        for (const annotation of annotationsOf(result, output.root)) output.write(`${annotation}\n`);
      },
      end: (summary) => {
        const level = summary.failed + summary.errors > 0 ? 'error' : 'notice';
        output.write(`${command(level, { title }, summaryWords(summary))}\n`);
      },
    };
  },
};

function annotationsOf({ name, differences }: CaseResult, root: ReportOutput['root']): string[] {
  return differences.slice(0, ANNOTATIONS_PER_CASE).map(({ message, file, line = 1 }, i) => {
    const more = differences.length - ANNOTATIONS_PER_CASE;
    const rest = i === ANNOTATIONS_PER_CASE - 1 && more > 0 ? `\nand ${more} more` : '';
    const path = relative(root, resolve(root, file)).replaceAll(sep, posix.sep);
    return command('error', { title: name, file: path, line: String(line) }, message + rest);
  });
}

/** `::error title=…,file=…::message`, escaped as actions/toolkit does it (packages/core/src/command.ts). */
function command(level: string, properties: Readonly<Record<string, string>>, message: string): string {
  const words = Object.entries(properties).map(
    ([key, value]) => `${key}=${escape(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${level} ${words.join(',')}::${escape(message)}`;
}

const escape = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
