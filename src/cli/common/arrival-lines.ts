/** What a summary says of frames that arrived with wrong checksums, or as offload leaves them; and of what was filled in. */

import type { ArrivalCounts } from '../../dataplane/arrivals.js';
import type { FixCounts } from '../../dataplane/checksum-fixer.js';
import type { StrippedTagCounts } from '../../dataplane/stripped-tags.js';
import { counted } from '../../regression/reporters/words.js';
import type { ReplaySummary } from '../../replay/replay-summary.js';

const frames = (count: number): string => counted(count, 'frame');

/** Empty where all frames were sound. Nothing is said of frames behind those that were looked at, see Arrivals. */
export function arrivalLines({ arrivals, fixed, totals, strippedTags = [] }: ReplaySummary): string[] {
  const lines = fixed === null ? [] : ['', fixedLine(fixed)];
  const rest = arrivals.looked < totals.received ? ` (of the first ${arrivals.looked} frames)` : '';
  if (arrivals.unsound > 0) lines.push('', `arrived with wrong or missing checksums or lengths${rest}`);
  lines.push(...unsoundLines(arrivals, fixed === null));
  if (arrivals.large > 0) {
    lines.push(
      '',
      `arrived longer than 1514 bytes: ${frames(arrivals.large)} of TCP${rest}, which looks like segmentation`,
    );
    lines.push(
      '  offload, captured before the network card parts or after it joined segments; or the link has jumbo frames',
    );
  }
  lines.push(...strippedTags.flatMap(strippedTagLines));
  return lines;
}

function strippedTagLines({ interface: name, restored, missing }: StrippedTagCounts): string[] {
  const lines: string[] = [];
  if (restored > 0)
    lines.push('', `arrived without VLAN tags: ${frames(restored)} of ${name}, which got its tags back`);
  if (missing > 0)
    lines.push(
      '',
      `arrived without VLAN tags: ${frames(missing)} whose sender is behind ${name}, which looks like a network card or a`,
      `  driver that takes tags off before the capture; ${name}=FILE puts them back`,
    );
  return lines;
}

function unsoundLines(arrivals: ArrivalCounts, isOffered: boolean): string[] {
  const { wrongChecksum, pseudoHeaderChecksum, zeroChecksum, zeroIpChecksum, zeroIpLength } = arrivals;
  const kinds = [
    [wrongChecksum, `wrong TCP, UDP or ICMP checksum${partsOf(arrivals)}`],
    [zeroIpChecksum, 'IP header checksum 0'],
    [zeroIpLength, 'IP total length 0'],
  ] as const;
  const lines = kinds.filter(([count]) => count > 0).map(([count, text]) => `${String(count).padStart(10)}  ${text}`);
  if (pseudoHeaderChecksum + zeroChecksum + zeroIpChecksum + zeroIpLength === 0) return lines;
  lines.push(
    '            looks like checksum or segmentation offload: the capture was taken before the network card fills',
  );
  lines.push(`            them in${isOffered ? '; --fix-checksums fills them in before the replay' : ''}`);
  return lines;
}

/** ': 2 that of the pseudo header only, 1 zero' */
function partsOf({ pseudoHeaderChecksum, zeroChecksum }: ArrivalCounts): string {
  const parts = [
    ...(pseudoHeaderChecksum > 0 ? [`${pseudoHeaderChecksum} that of the pseudo header only`] : []),
    ...(zeroChecksum > 0 ? [`${zeroChecksum} zero`] : []),
  ];
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** 'fixed checksums of 3 frames, lengths of 2' */
export function fixedLine({ checksums, lengths, left }: FixCounts): string {
  const fixed = `fixed checksums of ${frames(checksums)}, lengths of ${lengths}`;
  return left === 0
    ? fixed
    : `${fixed}; the checksums of ${frames(left)} are left as they were: cut off by the capture, or fragments`;
}
