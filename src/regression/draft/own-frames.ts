/** What the node really sent, of captures that hold both directions: the frames that a replay leaves out as its own. */

import { LINKTYPE_ETHERNET, type FrameBatch, type FrameReader } from '../../capture/frame-batch.js';
import { CaptureMerge } from '../../capture/merge.js';
import { withCaptures } from '../../capture/input/open-batches.js';
import type { InterfaceTable } from '../../pipeline/engine/state/interface-table.js';
import * as ethernet from '../../wire/ethernet.js';
import { CaseFileError } from '../case/case.js';
import { packetOf, type PacketRecord } from '../result.js';

export interface SentCapture {
  readonly path: string;
  readonly interfaceName: string | null;
  /** Numbers of the frames that the node sent. */
  readonly own: ReadonlySet<number>;
}

/**
 * The frames in the order of time, each on the interface that the node sent it by: the one named for its capture, the capture's
 * if_name, or the one that has its source MAC. Rejects with CaseFileError for a frame of which none of these tells the
 * interface, or that has no Ethernet header to be compared.
 */
export async function ownFrames(captures: readonly SentCapture[], interfaces: InterfaceTable): Promise<PacketRecord[]> {
  const paths = captures.map(({ path }) => path);
  return withCaptures(paths, async (readers) => {
    const packets: PacketRecord[] = [];
    const merge = new CaptureMerge(readers);
    while (await merge.fill())
      while (merge.nextRun()) {
        const { batch, readerIndex } = merge;
        for (let i = merge.first; i < merge.end; i++) {
          if (!captures[readerIndex].own.has(batch.firstNumber + i)) continue;
          const interfaceName = senderOf(batch, i, readers[readerIndex], captures[readerIndex], interfaces);
          packets.push(packetOf(batch, i, packets.length + 1, interfaceName));
        }
      }
    return packets;
  });
}

function senderOf(
  batch: FrameBatch,
  i: number,
  reader: FrameReader,
  { path, interfaceName }: SentCapture,
  interfaces: InterfaceTable,
): string {
  const { linkType, name } = reader.interfaces[batch.interfaceIndex[i]];
  const words = `frame ${batch.firstNumber + i} of ${path} was sent by the node itself`;
  if (linkType !== LINKTYPE_ETHERNET)
    throw new CaseFileError(
      `${words}, but without an Ethernet header (link type ${linkType}): it cannot be what is expected to leave`,
    );
  if (interfaceName !== null) return interfaceName;
  if (name !== null && interfaces.byName(name)) return name;
  const { view, offset } = batch;
  const [high, low] = [ethernet.sourceHigh(view, offset[i]), ethernet.sourceLow(view, offset[i])];
  const owners = interfaces.all.filter(({ mac }) => mac.high === high && mac.low >>> 0 === low >>> 0);
  if (owners.length === 1) return owners[0].name;
  throw new CaseFileError(`${words}, but nothing tells by which interface: name it with INTERFACE=FILE`);
}
