/** What a case that is the beginning of a recording says, before it becomes files. */

/** Something that the recording shows at a frame; derive.ts refuses the case where it does not. */
export interface Evidence {
  /** Number of the input frame, from 1. */
  readonly frame: number;
  /** For case.yaml's notes. */
  readonly what: string;
  /** A node that the frame visits. */
  readonly node?: string;
  /** The drop that its trace prints. */
  readonly drop?: string;
  /** A counter that it increases. */
  readonly counter?: string;
  /** Words of the summary of a packet that leaves because of it (summary-line.ts). */
  readonly sent?: string;
}

/** The first frames of a recording, as a case. */
export interface RecordingCase {
  readonly name: string;
  /** 19.08 where it is left out. */
  readonly release?: string;
  /** The recording's name in the corpus. */
  readonly recording: string;
  /** Frames of it: only a beginning is what VPP saw, since every frame may change its state. */
  readonly frames: number;
  readonly title: string;
  readonly description: string;
  readonly evidence: readonly Evidence[];
}
