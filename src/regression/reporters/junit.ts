/** JUnit XML in the form that Jenkins, GitLab and the usual GitHub actions read. */

import { create } from 'xmlbuilder2';
import type { CaseResult } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';
import { counted, seconds } from './words.js';

export const junit: ReporterDeclaration = {
  create: ({ write }) => {
    const cases: CaseResult[] = [];
    let suiteName = 'vppcap';
    return {
      start: ({ folders }) => void (suiteName = folders.join(' ')),
      result: (result) => void cases.push({ ...result, detail: null }),
      end: ({ failed, errors, skipped, milliseconds }) => {
        const counts = { tests: cases.length, failures: failed, errors, time: seconds(milliseconds) };
        // Characters that XML 1.0 cannot hold, not even escaped, may come from captures and file names.
        const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' });
        const suites = document.ele('testsuites', { name: 'vppcap', ...counts });
        const suite = suites.ele('testsuite', { name: suiteName, ...counts, skipped });
        for (const result of cases) {
          const { name, folder, title, status, milliseconds: took } = result;
          const testCase = suite.ele('testcase', { name, classname: suiteName, time: seconds(took) });
          if (status === 'skipped') testCase.ele('skipped', { message: 'not run: --bail' });
          if (status === 'failed' || status === 'error') {
            const message = `${counted(result.differences.length, 'difference')}: ${result.differences[0]?.message ?? ''}`;
            const type = status === 'failed' ? 'failure' : 'error';
            testCase.ele(type, { message: message.replaceAll(/\n */g, '; '), type }).txt(textOf(result));
          }
          const notes = result.notes.map((note) => `${note}\n`).join('');
          const accepted = status === 'accepted' ? `accepted:\n${textOf(result)}\n` : '';
          testCase.ele('system-out').txt(`${title}\n${folder}\n${notes}${accepted}`);
        }
        write(`${document.end({ prettyPrint: true })}\n`);
      },
    };
  },
};

const textOf = ({ differences, tolerances }: CaseResult): string =>
  [
    ...differences.map(({ message, file }) => `${message} (${file})`),
    ...tolerances.map((tolerance) => `tolerated: ${tolerance}`),
  ].join('\n');
