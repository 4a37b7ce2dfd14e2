/** How a node's record in VPP's trace is laid out: integers and packet bytes, as VPP's trace structs have them. */

/** A trace struct of VPP: names of its integers in order, then so many bytes of the packet. */
export interface TraceLayout<F extends string = string> {
  /** VPP's function that makes text of it (format_trace of the node). */
  readonly format: string;
  readonly fields: readonly F[];
  readonly dataBytes: number;
  /** Position in `layouts`, which records carry. */
  readonly id: number;
}

const LAYOUTS: TraceLayout[] = [];

/** All layouts by id. */
export const layouts: readonly TraceLayout[] = LAYOUTS;

/** Fields have the order of the struct and VPP's units: indices with -1 for ~0, lengths in bytes. */
export function traceLayout<F extends string>(format: string, fields: readonly F[], dataBytes = 0): TraceLayout<F> {
  const layout = { format, fields, dataBytes, id: LAYOUTS.length };
  LAYOUTS.push(layout);
  return layout;
}
