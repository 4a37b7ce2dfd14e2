/** `show trace` in VPP's words (src/vlib/trace.c format_vlib_trace): a frame's records, node by node. */

import { readRecords, type TraceRecords } from '../pipeline/engine/trace/trace-records.js';
import type { TraceContext } from '../pipeline/trace/trace-context.js';
import { linesOfRecord } from '../pipeline/trace/wording.js';

/** What stands above the packets of VPP's main thread. */
export const THREAD_HEADING = '------------------- Start of thread 0 vpp_main -------------------';

/** Instead of packets where there are none. */
export const NO_PACKETS = 'No packets in trace buffer';

const two = (value: number): string => String(value).padStart(2, '0');

/** format_time_interval "h:m:s:u" of seconds. */
export function timeText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  const microseconds = Math.floor((seconds - whole) * 1e6);
  return `${two(hours)}:${two(minutes)}:${two(whole % 60)}:${String(microseconds).padStart(6, '0')}`;
}

/** A frame's trace: an empty line above each node that is another than the one before, its records indented by two. */
export function traceText(records: TraceRecords, context: TraceContext): string {
  const time = timeText(context.tables.clock.now);
  const lines: string[] = [];
  let node = -1;
  for (const record of readRecords(records)) {
    if (record.node !== node) lines.push(`${time}: ${context.nodeNames[record.node]}`);
    node = record.node;
    // What a node prints a line break behind leaves an empty line, without indentation.
    linesOfRecord(record, context).forEach((line, i) => lines.push(i > 0 && line === '' ? '' : `  ${line}`));
  }
  return lines.join('\n');
}

/** A frame as `show trace` lists it; where it has a name beside its number, that stands below. */
export const packetText = (number: number, text: string, name: string | null = null): string =>
  `Packet ${number}\n${name === null ? '' : `(${name})\n`}\n${text}\n\n`;
