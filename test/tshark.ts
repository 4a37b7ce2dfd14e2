/** tshark as an independent reader of what the program writes, where it is installed. */

import { spawnSync } from 'node:child_process';

export const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** Fields of the packets that pass a display filter, one row each; throws for anything that tshark complains about. */
export function tsharkFields(
  file: string,
  fields: readonly string[],
  filter = '',
  options: readonly string[] = [],
): string[][] {
  const columns = fields.flatMap((field) => ['-e', field]);
  const shown = filter === '' ? [] : ['-Y', filter];
  const { stdout, stderr } = spawnSync('tshark', ['-n', '-r', file, ...options, '-T', 'fields', ...columns, ...shown], {
    encoding: 'utf8',
  });
  const complaints = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'));
  if (complaints.length > 0) throw new Error(`tshark: ${complaints.join('\n')}`);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** Options with which the comments of a frame, or other values of one field, stand behind each other with | between. */
export const BARS = ['-E', 'aggregator=|'];

/** What capinfos, which comes with tshark, says of a capture as a whole. */
export const capinfos = (file: string): string => spawnSync('capinfos', [file], { encoding: 'utf8' }).stdout;
