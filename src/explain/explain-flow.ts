/** Tells the story of a flow: its first packet each way, and what became of the others. */

import type { FrameReader } from '../capture/frame-batch.js';
import type { NodeScript } from '../config/node-script.js';
import { feedCaptures } from '../dataplane/feed-captures.js';
import { Disposition } from '../dataplane/dataplane.js';
import { isMeant, type FrameFilter } from '../filter/frame-filter.js';
import { causeOf, endedIp4At, isFrameItself } from '../outcome/frame-end.js';
import { counted } from '../pipeline/command/suggest.js';
import { explanationLines } from './explanation-text.js';
import { BACK, FlowBook, THERE, type OpenFlow, type Way } from './flow-book.js';
import { flowKeyOf, ip4FlowKey, type FlowKey } from '../outcome/flow-key.js';
import type { Namer } from './named.js';
import { FrameExplainer, type Explanation } from './frame-explainer.js';

/** What became of packets of a flow that went one way. */
export interface Fate {
  /** 'left', 'kept or used up by a node', or why they were dropped or punted. */
  readonly fate: string;
  readonly hasLeft: boolean;
  count: number;
  /** `frame 4`, and of several captures `frame 4 of uplink.pcap`. */
  readonly first: string;
}

export interface ToldWay {
  /** Of its first packet. */
  readonly first: Explanation | null;
  readonly packets: number;
  readonly fates: readonly Fate[];
}

export interface ToldFlow {
  readonly protocol: string;
  readonly client: string;
  readonly server: string;
  /** The two as they leave, where that is otherwise. */
  readonly translated: string | null;
  readonly there: ToldWay;
  readonly back: ToldWay;
}

export interface ToldFlows {
  readonly flows: readonly ToldFlow[];
  /** How many more have that end. */
  readonly more: number;
}

/** Flows that are told. */
const FLOWS_TOLD = 10;
/** Of a flow, each way. */
const FATES_KEPT = 20;

interface OpenWay {
  first: Explanation | null;
  packets: number;
  readonly fates: Map<string, Fate>;
}

/**
 * @param end `10.1.1.3:41084`, `[2001:db8::3]:41084` or an address: of either end, as it arrives or as it leaves
 * @param filter of the frames that count, as they are received; null for all
 */
export async function explainFlow(
  script: NodeScript,
  readers: readonly FrameReader[],
  interfaceNames: readonly (string | null)[],
  end: string,
  filter: FrameFilter | null,
  fixChecksums = false,
): Promise<ToldFlows> {
  const book = new FlowBook();
  const told = new Map<OpenFlow, readonly [OpenWay, OpenWay]>();
  const others = new Set<OpenFlow>();
  let found: { readonly flow: OpenFlow; readonly way: Way } | null = null;
  let isAsked = true;
  /** The frame's ends when it was dropped: NAT44 may have translated it before. */
  let ended: FlowKey | null = null;
  const explainer: FrameExplainer = new FrameExplainer(
    script,
    {
      next: (_, first) => first,
      arrives: (batch, i, swIfIndex) => {
        const { view, offset, capturedLength, seconds, nanoseconds } = batch;
        ended = null;
        isAsked = isMeant(filter, batch, i);
        const { name } = explainer.dataplane.tables.interfaces.all[swIfIndex];
        found = book.find(flowKeyOf(view, offset[i], capturedLength[i]), name, seconds[i] + nanoseconds[i] / 1e9);
        return found !== null;
      },
      transmit: (b) => {
        if (found === null || !isFrameItself(b, explainer.dataplane)) return;
        const { flow, way } = found;
        if (flow.packets[way] === 0) book.leaves(flow, way, flowKeyOf(b.view, b.at, b.length));
      },
      discard: (b) => {
        const l3 = isFrameItself(b, explainer.dataplane) ? endedIp4At(b) : -1;
        if (l3 >= 0) ended = ip4FlowKey(b.view, l3, b.at + b.length);
      },
      ran: (explain) => {
        if (found === null) return;
        const { flow, way } = found;
        found = null;
        flow.packets[way]++;
        if (!isAsked || !hasEnd(end, flow, ended)) return;
        if (!told.has(flow) && told.size >= FLOWS_TOLD) {
          others.add(flow);
          return;
        }
        const ways = told.get(flow) ?? [openWay(), openWay()];
        told.set(flow, ways);
        note(ways[way], explainer, explain);
      },
    },
    fixChecksums,
  );
  await feedCaptures(readers, interfaceNames, explainer.ingress, {}, explainer);
  const flows = [...told].map(([{ key, translated }, ways]): ToldFlow => {
    const { protocol, source: client, destination: server } = key;
    return { protocol, client, server, translated, there: wayOf(ways[THERE]), back: wayOf(ways[BACK]) };
  });
  return { flows, more: others.size };
}

const openWay = (): OpenWay => ({ first: null, packets: 0, fates: new Map() });
const wayOf = ({ first, packets, fates }: OpenWay): ToldWay => ({ first, packets, fates: [...fates.values()] });

/** One of the flow's ends is the one that is asked for, or has that address. */
function hasEnd(end: string, { key, translated }: OpenFlow, ended: FlowKey | null): boolean {
  const keys = ended === null ? [key] : [key, ended];
  const ends = [
    ...keys.flatMap(({ source, destination }) => [source, destination]),
    ...(translated?.split(' → ') ?? []),
  ];
  return ends.some((one) => one === end || one.startsWith(`${end}:`) || one.startsWith(`[${end}]:`));
}

function note(way: OpenWay, { dataplane }: FrameExplainer, explain: () => Explanation): void {
  way.packets++;
  way.first ??= explain();
  const { disposition, frame, inputs } = dataplane;
  const hasLeft = disposition === Disposition.Transmitted;
  const hasEnded = disposition === Disposition.Dropped || disposition === Disposition.Punted;
  const fate = hasLeft ? 'left' : hasEnded ? causeOf(frame, dataplane) : 'kept or used up by a node';
  const name = way.fates.size < FATES_KEPT || way.fates.has(fate) ? fate : 'other causes';
  const known = way.fates.get(name);
  if (known !== undefined) known.count++;
  else way.fates.set(name, { fate: name, hasLeft, count: 1, first: inputs.nameOf(frame.frame) });
}

export function flowLines({ flows, more }: ToldFlows, named: Namer): string[] {
  const lines = flows.flatMap(({ protocol, client, server, translated, there, back }, i) => [
    ...(i === 0 ? [] : ['']),
    named(`${protocol} ${client} → ${server}${translated === null ? '' : `, which leaves as ${translated}`}`),
    ...wayLines(named(`there, from ${client}`), there, named),
    ...wayLines(named(`back, from ${server}`), back, named),
  ]);
  if (more > 0) lines.push('', `and ${counted(more, 'more flow')} with that end, which replay --flows lists`);
  return lines;
}

function wayLines(name: string, { first, packets, fates }: ToldWay, named: Namer): string[] {
  if (first === null) return ['', `${name}: no packet.`];
  const all = fates.map(({ fate, hasLeft, count, first: frame }) =>
    hasLeft ? `${count} left` : `${count} ${fate.startsWith('kept') ? '' : 'did not: '}${fate} (first: ${frame})`,
  );
  return [
    '',
    `${name}: ${counted(packets, 'packet')}; ${named(all.join('; '))}. The first of them:`,
    ...explanationLines(first, named).map((line) => `  ${line}`),
  ];
}
