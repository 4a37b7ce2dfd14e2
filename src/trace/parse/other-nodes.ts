/** Nodes that are read and not modelled: other drivers, threads, what older and newer releases have. */

import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { ACL_FA } from '../../pipeline/acl/acl-trace.js';
import { DEVICE_LINES } from '../../pipeline/interface/interface-trace.js';
import { IP4_FULL_REASS } from '../../pipeline/ip4/ip4-trace.js';
import { L2_CLASSIFY } from '../../pipeline/l2/l2-trace.js';
import { NAT_CLASSIFY, NAT_REASS } from '../../pipeline/nat-common/nodes/nat-trace.js';
import { IP4_LINES } from '../../pipeline/trace/headers.js';
import { line, vagueLine, type LineTemplate } from '../../pipeline/trace/template.js';
import { linesOfLayout } from '../../pipeline/trace/wording.js';

export interface KnownNode {
  readonly role: NodeRole;
  /** What its records may have. */
  readonly lines: readonly LineTemplate[];
}

const device = (...lines: LineTemplate[]): KnownNode => ({ role: 'device', lines: [...lines, ...DEVICE_LINES] });
const relay = (...lines: LineTemplate[]): KnownNode => ({ role: 'relay', lines });

export const OTHER_NODES: Readonly<Record<string, KnownNode>> = {
  'memif-input': device(line('memif', 'memif: hw_if_index {hwIfIndex:dec} next-index {next:dec}')),
  'vhost-user-input': device(line('vhost-queue', '{interface:interface} queue {queue:dec}')),
  'tapcli-rx': device(vagueLine('rx-interface', '{interface:interface}')),
  'tuntap-rx': device(),
  'worker-handoff': relay(
    line(
      'worker-handoff',
      'worker-handoff: sw_if_index {swIfIndex:dec}, next_worker {worker:dec}, buffer 0x{buffer:hex}',
    ),
  ),
  handoff_trace: relay(line('handed-off', 'HANDED-OFF: from thread {thread:dec} trace index {index:dec}')),
  'bond-input': relay(
    line('bond', 'src {source:mac}, dst {destination:mac}, {member:interface} -> {interface:interface}'),
  ),
  'span-input': relay(line('span', 'SPAN: mirrored {interface:interface} -> {mirror:interface}')),
  'device-input': relay(),
  'ip4-input-no-checksum': { role: 'ip4', lines: IP4_LINES },
  'ip4-reassembly': { role: 'fork', lines: linesOfLayout(IP4_FULL_REASS) },
  'acl-plugin-out-ip6-fa': { role: 'other', lines: linesOfLayout(ACL_FA) },
  'nat44-classify': { role: 'other', lines: linesOfLayout(NAT_CLASSIFY) },
  'nat44-in2out-reass-output': { role: 'nat', lines: linesOfLayout(NAT_REASS) },
  'l2-input-classify': { role: 'other', lines: [L2_CLASSIFY] },
  'ip4-hairpinning': { role: 'other', lines: [] },
};

/** avf-input, rdma-input, vmxnet3-input, and whatever else there may be. */
export const OTHER_DRIVER = device(
  vagueLine('driver', '{driver:name}: {interface:word} ({hwIfIndex:dec})[ qid {queue:dec}] next-node {next:word}'),
  line(
    'driver-descriptor',
    'desc {descriptor:dec}: status 0x{status:hex} error 0x{error:hex} ptype 0x{type:hex} len {length:frameBytes}',
  ),
);

/** Lines of drivers that have the interface's name. */
export const RX_NAMES: ReadonlySet<string> = new Set(['rx-queue', 'vhost-queue', 'driver', 'rx-interface']);
