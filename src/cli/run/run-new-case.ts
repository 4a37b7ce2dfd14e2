/** Drafts a regression case as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { basename, join } from 'node:path';
import { builtInScript, locateScript } from '../../config/locate.js';
import { byReason } from '../../regression/compare/left-out.js';
import { newCase } from '../../regression/draft/new-case.js';
import { counted } from '../../regression/reporters/words.js';
import { testCase } from '../../regression/test-case.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import type { NewCaseArguments } from '../commands/judgements.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { releaseNamed } from '../common/read-script.js';
import { print } from '../print.js';

export async function draftCase(given: NewCaseArguments): Promise<number> {
  const { capture, config, output, title, expectSent: expectsSent, fixChecksums } = given;
  const captures = capture.map(parseCaptureArgument);
  if (captures.some(({ path }) => path === '-')) throw new UsageError('a case is made from files, not standard input');
  const name = basename(captures[0].path)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '');
  const folder = (output ?? join('expectations', name)).replace(/\/+$/, '');
  const release = releaseNamed(given.release);
  const script = locateScript({ config, release: release?.name });
  cleanUpOnSignals();
  const { replay, sentBy } = await newCase({
    folder,
    title: title ?? name,
    captures,
    fixChecksums,
    configFile: script === builtInScript(release?.name) ? null : script,
    release,
    lenient: given.lenient,
    expectsSent,
  });
  const { verdicts, sent, leftOut } = replay;
  const ended = verdicts.filter(({ drop }) => drop !== null).length;
  print(
    `${folder}: ${counted(verdicts.length, 'frame')} received, ${counted(sent.length, 'packet')} sent, ${ended} dropped or punted`,
  );
  for (const [reason, { length }] of byReason(leftOut))
    print(`${counted(length, 'frame')} left out of the case: ${reason}`);
  if (expectsSent) {
    print(
      `What it expects of ${sentBy.join(' and ')} is what the node sent; all else is what vppcap made of the captures.`,
    );
    print(await stateOf(folder));
    return EXIT_SUCCESS;
  }
  print(`What it expects is what vppcap made of them, so it proves only that nothing has changed since.`);
  print(`Read ${join(folder, 'case.yaml')}, and set origin once you know where else the expectation comes from.`);
  return EXIT_SUCCESS;
}

/** Whether vppcap makes of the case what the node did. */
async function stateOf(folder: string): Promise<string> {
  const found = { name: basename(folder), folder };
  const { result } = await testCase(found, { allowed: [], needsDetail: false });
  const { length } = result.differences;
  return length === 0
    ? 'The case passes.'
    : `The case does not pass: ${counted(length, 'difference')}, which vppcap test ${folder} tells.`;
}
