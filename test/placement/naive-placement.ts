/**
 * Where each frame arrived, written from docs/REPLAY.md ("Which frames are input") alone and as plainly as it goes: what
 * src/dataplane/ingress.ts and interface-assignment.ts decide with tables is compared with this.
 */

import {
  ARP,
  capturedFrames,
  HEADER_BYTES,
  IP4,
  IP6,
  visibleBytes,
  type BothWays,
  type BothWaysFrame,
} from './both-ways.js';

/** The interface's name; or that the node sent it, that its interface is down, that it fits none or several. */
export type Arrival = { readonly on: string } | 'sent' | 'down' | 'left';

const SENT = Symbol('sent by the node itself');
type Place = string | typeof SENT | null;

/** Link types of IP of either version. */
const RAW: readonly number[] = [12, 14, 101];
const typeOfVersion = (version: number): number | null => (version === 4 ? IP4 : version === 6 ? IP6 : null);
/** EtherTypes start here; below, the field is a length. */
const LENGTHS_END = 0x600;

/** One interface, where there is no other. */
const alone = (names: readonly string[]): string | null => (new Set(names).size === 1 ? names[0] : null);
const isGroup = (mac: string): boolean => (parseInt(mac.slice(0, 2), 16) & 1) === 1;
const prefixOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));

export function naivePlacement(input: BothWays): Arrival[] {
  const { interfaces, isBlocks, given, ifName, linkType } = input;
  const frames = capturedFrames(input);
  const name = given ?? (isBlocks ? ifName : null);
  const named = interfaces.find((one) => one.name === name)?.name ?? null;
  const isOfAnotherNode = given !== null && !frames.some(({ mark }) => mark === 'in');
  const numbers = new Map<number, string>();
  return frames.map((frame) => {
    const mark = isBlocks && !isOfAnotherNode ? frame.mark : 'none';
    const node = new Sender(input, frame);
    const place = linkType === 1 ? onEthernet(node, named, mark) : withoutMac(node, named, mark, numbers);
    if (place === SENT) return 'sent';
    if (place === null) return 'left';
    return interfaces.find((one) => one.name === place)?.isUp === true ? { on: place } : 'down';
  });
}

/** What the configuration knows about who sent a frame. */
class Sender {
  readonly visible: number;
  readonly header: number;
  readonly source: string;
  /** EtherType or length; null where there is none. */
  readonly type: number | null;
  /** Its IPv4 or ARP address, of a header that was captured whole. */
  readonly address: string | null;

  constructor(
    readonly input: BothWays,
    readonly frame: BothWaysFrame,
  ) {
    this.visible = visibleBytes(input, frame);
    this.header = HEADER_BYTES[input.linkType];
    const hasMac = input.linkType === 1 || ([113, 276].includes(input.linkType) && frame.hasMac);
    this.source = hasMac ? frame.source : '0'.repeat(12);
    const packet = Buffer.from(frame.payload, 'hex').subarray(0, Math.max(0, this.visible - this.header));
    const dotted = (at: number): string => packet.subarray(at, at + 4).join('.');
    this.type = RAW.includes(input.linkType) ? (packet.length > 0 ? typeOfVersion(packet[0] >> 4) : null) : frame.type;
    if (this.type === ARP && packet.length >= 28) this.address = dotted(14);
    else this.address = this.type === IP4 && packet.length >= 20 ? dotted(12) : null;
  }

  withMac = (mac: string): string[] => this.input.interfaces.filter((one) => one.mac === mac).map(({ name }) => name);

  behindMac = (): string[] => this.input.neighbours.filter(({ mac }) => mac === this.source).map(({ on }) => on);

  behindAddress(): string[] {
    const { address } = this;
    if (address === null) return [];
    const known = this.input.neighbours.filter((one) => one.address === address).map(({ on }) => on);
    if (known.length > 0) return known;
    const { interfaces } = this.input;
    return interfaces
      .filter(({ address: own, borrowsFrom }) => {
        const lent = own ?? interfaces.find(({ name }) => name === borrowsFrom)?.address ?? null;
        return lent !== null && prefixOf(lent) === prefixOf(address);
      })
      .map(({ name }) => name);
  }

  behind = (): string | null => alone(this.behindMac()) ?? alone(this.behindAddress());

  hasOwnMac = (): boolean => this.withMac(this.source).length > 0;

  isItself(): boolean {
    if (this.hasOwnMac()) return true;
    if (this.behindMac().length > 0) return false;
    const { interfaces, natAddresses } = this.input;
    return (
      this.address !== null && [...interfaces.map(({ address }) => address), ...natAddresses].includes(this.address)
    );
  }
}

function onEthernet(sender: Sender, named: string | null, mark: BothWaysFrame['mark']): Place {
  const { frame, source, visible, header } = sender;
  if (mark === 'out') return SENT;
  if (named !== null)
    return mark === 'none' && visible >= header && sender.withMac(source).includes(named) ? SENT : named;
  if (visible < header) return null;
  const isOwn = mark === 'none' && sender.hasOwnMac();
  const sharers = sender.withMac(frame.destination);
  if (sharers.length === 1) return sharers[0];
  if (sharers.length > 1) {
    const place = alone(sender.behindMac()) ?? (frame.type === ARP ? alone(sender.behindAddress()) : null);
    if (place !== null && sharers.includes(place)) return place;
  }
  if (isOwn) return SENT;
  if (!isGroup(frame.destination)) return null;
  return mark === 'none' && sender.isItself() ? SENT : sender.behind();
}

function withoutMac(
  sender: Sender,
  named: string | null,
  mark: BothWaysFrame['mark'],
  numbers: Map<number, string>,
): Place {
  const { frame, input, visible, header } = sender;
  const { linkType } = input;
  const isCooked = linkType === 113 || linkType === 276;
  const isTooLong = isCooked && frame.type < LENGTHS_END && frame.payload.length / 2 >= LENGTHS_END;
  if (visible < header || sender.type === null || isTooLong) return null;
  const direction = mark === 'none' && isCooked ? (frame.packetType === 4 ? 'out' : 'in') : mark;
  const isSent = direction === 'out' || (direction === 'none' && sender.isItself());
  const number = linkType === 276 ? frame.hostInterface : null;
  let place = named ?? (number === null ? null : (numbers.get(number) ?? null));
  if (place === null) {
    place = isSent ? ownerOf(sender) : sender.behind();
    if (place !== null && number !== null) numbers.set(number, place);
  }
  return isSent ? SENT : place;
}

/** The interface whose MAC, or without one whose address, a frame has that was sent. */
function ownerOf(sender: Sender): string | null {
  if (sender.hasOwnMac()) return alone(sender.withMac(sender.source));
  const { address } = sender;
  return alone(
    sender.input.interfaces.filter((one) => address !== null && one.address === address).map(({ name }) => name),
  );
}
