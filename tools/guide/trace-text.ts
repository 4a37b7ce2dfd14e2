/**
 * Reads the packet traces of the Contiv guide (`show trace` of a 2018 VPP): node records in order, and the headers and
 * the hex dump that some of them print. Only what those texts contain is understood; the product's own trace parser is
 * deliberately not used, since these frames are what the product is judged by.
 */

/** One node's record: `01:48:51:256986: virtio-input` and the indented lines below it. */
export interface NodeRecord {
  readonly node: string;
  /** Microseconds since the traced VPP's clock began; null where the text lost its first line. */
  readonly microseconds: number | null;
  readonly lines: readonly string[];
}

/** The Ethernet, IPv4 and TCP fields that a trace prints, in its own units. */
export interface Headers {
  readonly mac: { readonly source: string; readonly destination: string } | null;
  readonly tos: number;
  readonly ttl: number;
  readonly length: number;
  readonly checksum: number;
  readonly fragmentId: number;
  readonly dontFragment: boolean;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly tcpFlags: number;
  readonly tcpHeaderLength: number;
  readonly window: number;
  readonly tcpChecksum: number;
}

const RECORD = /^(\d\d):(\d\d):(\d\d):(\d{6}): (\S+)$/;
/** A trace whose first line was lost still shows what kind of record it was. */
const HEADLESS_VIRTIO = 'virtio: hw_if_index';

/** The records of every packet in a text, in order. A packet starts with its device's node; prose between packets lands in the last record. */
export function parseTrace(text: string): NodeRecord[][] {
  const packets: { node: string; microseconds: number | null; lines: string[] }[][] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = RECORD.exec(line);
    if (head) {
      const node = head[5];
      const [hours, minutes, seconds, fraction] = head.slice(1, 5).map(Number);
      const microseconds = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
      if (isDevice(node)) packets.push([]);
      packets.at(-1)?.push({ node, microseconds, lines: [] });
    } else if (line.startsWith(HEADLESS_VIRTIO)) {
      packets.push([{ node: 'virtio-input', microseconds: null, lines: [line] }]);
    } else if (/^\s+\S/.test(line)) {
      packets.at(-1)?.at(-1)?.lines.push(line);
    }
  }
  return packets;
}

const isDevice = (node: string): boolean => node === 'virtio-input' || node === 'dpdk-input';

/** Node names as the recordings list them: without the device's input and tx nodes. */
export const nodePath = (records: readonly NodeRecord[]): string[] =>
  records.map(({ node }) => node).filter((node) => !isDevice(node) && !node.endsWith('-tx'));

/** The first record of a node; throws where the trace has none. */
export function recordOf(records: readonly NodeRecord[], node: string | RegExp): NodeRecord {
  const found = records.find((record) => (typeof node === 'string' ? record.node === node : node.test(record.node)));
  if (!found) throw new Error(`the trace has no record of ${String(node)}`);
  return found;
}

/** The name of the interface a packet leaves by: that of the last `<interface>-output` record. */
export function outputInterface(records: readonly NodeRecord[]): string {
  const { node } = records.findLast((record) => /^(tap|loop|GigabitEthernet).*-output$/.test(record.node)) ?? {};
  if (node === undefined) throw new Error('the trace has no output record');
  return node.slice(0, -'-output'.length);
}

const match = (text: string, pattern: RegExp, what: string): string[] => {
  const found = pattern.exec(text);
  if (!found) throw new Error(`${what} not found in: ${text}`);
  return found.slice(1);
};

/** `IP4: source -> destination` of an Ethernet header, as ethernet-input and the output nodes print it. */
export function macsOf({ lines }: NodeRecord): { source: string; destination: string } | null {
  const found = /IP4: ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) -> (\S+)/.exec(lines.join('\n'));
  return found ? { source: found[1], destination: found[2] } : null;
}

/** The IPv4 and TCP headers that a record prints, with the Ethernet addresses where it has them. */
export function headersOf(record: NodeRecord): Headers {
  const text = record.lines.join('\n');
  const [source, destination] = match(text, /TCP: (\d+\.\S+) -> (\d+\.\S+)/, 'addresses');
  const [tos, ttl, length, checksum] = match(
    text,
    /tos 0x([0-9a-f]+), ttl (\d+), length (\d+), checksum 0x([0-9a-f]+)/,
    'IPv4 header',
  );
  const [fragmentId, flags] = match(text, /fragment id 0x([0-9a-f]+)(?:, flags (\S+))?/, 'fragment id');
  const [sourcePort, destinationPort] = match(text, /TCP: (\d+) -> (\d+)\n/, 'ports').map(Number);
  const [sequence, acknowledgment] = match(text, /seq\. 0x([0-9a-f]+) ack 0x([0-9a-f]+)/, 'sequence numbers');
  const [tcpFlags, tcpHeaderLength] = match(text, /flags 0x([0-9a-f]+) .*tcp header: (\d+) bytes/, 'TCP flags');
  const [window, tcpChecksum] = match(text, /window (\d+), checksum 0x([0-9a-f]+)/, 'TCP checksum');
  return {
    mac: macsOf(record),
    tos: hex(tos),
    ttl: Number(ttl),
    length: Number(length),
    checksum: hex(checksum),
    fragmentId: hex(fragmentId),
    dontFragment: flags === 'DONT_FRAGMENT',
    source,
    destination,
    sourcePort,
    destinationPort,
    sequence: hex(sequence),
    acknowledgment: hex(acknowledgment),
    tcpFlags: hex(tcpFlags),
    tcpHeaderLength: Number(tcpHeaderLength),
    window: Number(window),
    tcpChecksum: hex(tcpChecksum),
  };
}

const hex = (digits: string): number => parseInt(digits, 16);

/** The bytes that ip4-rewrite dumps: the frame's start, after the rewrite. */
export function rewriteDump(records: readonly NodeRecord[]): Uint8Array {
  const digits = recordOf(records, 'ip4-rewrite')
    .lines.flatMap((line) => /^\s+[0-9a-f]{8}: ([0-9a-f]+)$/.exec(line)?.[1] ?? [])
    .join('');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
