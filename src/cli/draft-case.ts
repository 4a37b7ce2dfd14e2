/** Drafts a regression case as the command line asks for it. */

import { basename, join } from 'node:path';
import { builtInScript, locateScript } from '../config/locate.js';
import { newCase } from '../regression/new-case.js';
import { counted } from '../regression/reporters/words.js';
import { parseCaptureArgument } from './capture-argument.js';
import { EXIT_SUCCESS, UsageError } from './exit-codes.js';
import { cleanUpOnSignals } from './interrupt.js';
import { print } from './print.js';

export interface NewCaseArguments {
  capture: string[];
  config: string | undefined;
  output: string | undefined;
  title: string | undefined;
  'fix-checksums': boolean;
}

export async function draftCase({
  capture,
  config,
  output,
  title,
  'fix-checksums': fixChecksums,
}: NewCaseArguments): Promise<number> {
  const captures = capture.map(parseCaptureArgument);
  if (captures.some(({ path }) => path === '-')) throw new UsageError('a case is made from files, not standard input');
  const name = basename(captures[0].path)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '');
  const folder = (output ?? join('expectations', name)).replace(/\/+$/, '');
  const script = locateScript(config);
  cleanUpOnSignals();
  const { verdicts, sent } = await newCase({
    folder,
    title: title ?? name,
    captures,
    fixChecksums,
    configFile: script === builtInScript() ? null : script,
  });
  const ended = verdicts.filter(({ drop }) => drop !== null).length;
  print(
    `${folder}: ${counted(verdicts.length, 'frame')} received, ${counted(sent.length, 'packet')} sent, ${ended} dropped or punted`,
  );
  print(`What it expects is what vppcap made of them, so it proves only that nothing has changed since.`);
  print(`Read ${join(folder, 'case.yaml')}, and set origin once you know where else the expectation comes from.`);
  return EXIT_SUCCESS;
}
