/**
 * What a recording process and the process that started it tell each other. Frames go through the recorder's standard output,
 * as a classic pcap; everything else are the messages below.
 *
 * It is a process of its own since libpcap's buffer has to be emptied whatever the pipeline is doing at the moment, and since
 * the binding ends its process where the interface goes away.
 */

/** What to record; the recorder's only argument, as JSON. */
export interface RecorderOrder {
  /** The interface, as libpcap names it. */
  readonly device: string;
  /** A filter in libpcap's language (pcap-filter(7)); '' for everything. */
  readonly filter: string;
  readonly snapLength: number;
  /** Frames after which to stop; null for no limit. */
  readonly count: number | null;
  readonly durationSeconds: number | null;
  /** libpcap's buffer in the kernel. */
  readonly bufferBytes: number;
}

/** Frames will come; there is no binding to libpcap; all frames were handed on; or the binding or libpcap refuses. */
export type RecorderMessage =
  { readonly kind: 'open' | 'no-binding' | 'done' } | { readonly kind: 'refused'; readonly reason: string };

/** Asks the recorder to stop. It also stops where the process that started it has gone. */
export const STOP = 'stop';
