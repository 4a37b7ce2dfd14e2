/** What functions of headers have in common. Each takes the bytes of a record from some place on and how many of them there are, and returns lines. */

import { vagueLine } from './template.js';
import { u16 } from './text.js';
import type { TraceWording } from './trace-context.js';

export type Header = (bytes: Uint8Array, at: number, length: number, wording: TraceWording) => string[];

export const u32 = (bytes: Uint8Array, at: number): number => ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0;

export const TRUNCATED = vagueLine('truncated', '{header:label} header truncated');
export const truncated = (header: string): string[] => [TRUNCATED.print({ header })];
