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
export { verifyCaptures, type VerifiedCapture } from './verify/verify.js';
export type { FieldRule, NatPool, VerifyOptions } from './verify/options.js';
export type { Difference, DifferenceGroup, VerifyReport } from './verify/report.js';
export { describeDifference, reportLines } from './verify/report-text.js';
