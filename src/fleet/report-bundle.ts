/** The page of one node of a fleet, and what of it is told beside those of others. */

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { outputError } from '../capture/output/output-error.js';
import type { ReportData } from '../report/report-data.js';
import { cameOff } from '../replay/replay-summary.js';
import { reportOn } from '../report/report.js';
import type { Bundle } from './bundle.js';
import { capturesOf, type BundleOptions } from './bundle-script.js';
import { judged, nodeOf, resultOf, tablesOf, type NodeResult } from './node-result.js';

/** How a node came off, the worst first. */
export const PAGE_VERDICTS = ['broken', 'with drops', 'nothing replayed', 'without drops'] as const;
export type PageVerdict = (typeof PAGE_VERDICTS)[number];

export interface NodeDrop {
  readonly cause: string;
  /** The same without places in the node's script: alike on several nodes. */
  readonly kind: string;
  readonly node: string;
  readonly count: number;
  readonly remedy: string | null;
  /** The command that decided so, and where it stands. */
  readonly command: string | null;
  readonly place: string | null;
}

export interface PageResult extends NodeResult<PageVerdict> {
  /** Path of its page in the folder of the pages, with '/'; null where there is none. */
  readonly page: string | null;
  readonly headline: string;
  readonly totals: Pick<ReportData['totals'], 'received' | 'transmitted' | 'dropped' | 'punted'>;
  readonly drops: readonly NodeDrop[];
}

export interface PageOptions extends BundleOptions {
  /** Folder of the pages. */
  readonly pages: string;
  /** What made them. */
  readonly program: string;
  readonly fixChecksums: boolean;
}

const NO_FRAMES = { received: 0, transmitted: 0, dropped: 0, punted: 0 };

export const brokenPage = (node: NodeResult<'broken'>): PageResult => ({
  ...{ ...node, page: null, headline: node.error ?? '', totals: NO_FRAMES, drops: [] },
});

export const reportBundle = (bundle: Bundle, options: PageOptions): Promise<PageResult> =>
  resultOf(bundle, 'report', tablesOf(bundle, options), brokenPage, async () => {
    const { files, script, notShown } = nodeOf(bundle, options);
    const page = `nodes/${bundle.name}.html`;
    const path = join(options.pages, page);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw outputError(path, error);
    }
    const nothing = { output: null, drops: null, verdicts: null };
    const { fixChecksums, program } = options;
    const captures = capturesOf(files, script);
    const tables = tablesOf(bundle, options);
    const wish = tables && ({ ...tables, command: 'report' } as const);
    const { summary, data } = await reportOn(
      { captures, script, ...nothing, tables: wish, fixChecksums, workers: 1 },
      path,
      program,
    );
    const { received, transmitted, dropped, punted } = data.totals;
    return {
      ...judged<PageVerdict>(cameOff(data.totals), summary.damage),
      page,
      headline: data.headline,
      totals: { received, transmitted, dropped, punted },
      drops: data.causes.map((cause) => dropOf(cause, data, `${script.file}:`)),
      notShown,
      exitCode: summary.damage.length > 0 || received === 0 ? EXIT_CAPTURE : EXIT_SUCCESS,
    };
  });

/** @param lineAt what stands before a number of a line of the script in words */
function dropOf(
  { cause, node, count, remedy, line }: ReportData['causes'][number],
  { configuration }: ReportData,
  lineAt: string,
): NodeDrop {
  const decided = line < 0 ? null : configuration[line];
  const [command, place] = decided === null ? [null, null] : [decided.text, `${decided.file}:${String(decided.line)}`];
  const [first, ...others] = cause.split(lineAt);
  const kind = [first, ...others.map((rest) => rest.replace(/^\d+/, ''))].join('');
  return { cause, kind, node, count, remedy, command, place };
}
