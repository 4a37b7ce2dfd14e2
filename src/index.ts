/** vppcap as a library: docs/API.md. */

export { ConfigError } from './pipeline/command/config-error.js';
export { parseChanges, parseChangesFile } from './config/changes.js';
export type { NodeScript, ScriptChange } from './config/node-script.js';
export { parseFilter, type FrameFilter } from './filter/frame-filter.js';
export { FilterError } from './filter/tokens.js';
export { builtInScript } from './config/locate.js';
export { parseScript, parseScriptFile } from './config/parse-script.js';
export {
  CaptureError,
  type CaptureDamage,
  type CaptureInterface,
  type FrameBatch,
  type FrameReader,
} from './capture/frame-batch.js';
export { openBatches } from './capture/input/open-batches.js';
export { openCapture, type CapturedFrame } from './capture/input/open-capture.js';
export { Node, type Arrival, type FrameEnd, type NodeOptions, type Outcome, type SentPacket } from './node/node.js';
export type { StepRecord } from './outcome/verdicts.js';
export { OutputError } from './capture/output/output-error.js';
export { replay, ReplayUsageError, type ReplayCapture, type ReplayOptions } from './replay/replay.js';
export type { ReplayProgress, ReplaySummary } from './replay/replay-summary.js';
export { ALL_FRAMES, TraceOutput, TraceUsageError, type TraceSelection } from './trace/trace-output.js';
export {
  compare,
  verifyCaptures,
  VerifyOptionsError,
  type ComparedCaptures,
  type Comparison,
  type VerifiedCapture,
} from './verify/verify.js';
export type { FieldRule, NatPool, VerifyOptions } from './verify/options.js';
export type { Difference, DifferenceGroup, VerifyReport } from './verify/report/report.js';
export { describeDifference, reportLines } from './verify/report/report-text.js';
