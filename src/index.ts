/**
 * vppcap as a library.
 *
 *     import { parseScriptFile, replay } from 'vppcap';
 *     const summary = await replay({
 *       captures: [{ path: 'pod.pcap', interfaceName: 'tap2' }],
 *       script: parseScriptFile('vppcap.vpp'),
 *       output: 'out.pcapng', drops: null, verdicts: null,
 *     });
 */

export { ConfigError, type NodeScript } from './config/commands.js';
export { parseScript, parseScriptFile } from './config/parse-script.js';
export { CaptureError, type FrameBatch, type FrameReader } from './capture/frame-batch.js';
export { openCapture } from './capture/open-capture.js';
export { OutputError } from './capture/output-error.js';
export { replay, type ReplayCapture, type ReplayOptions, type ReplaySummary } from './replay/replay.js';
export { compareCaptures, isMatch, type ComparisonResult, type Difference } from './verify/compare.js';
export { describeDifference, describeResult } from './verify/describe.js';
