/** Names of link-layer header types (tcpdump.org/linktypes.html), for reports about frames that cannot be replayed. */
/* prettier-ignore */
const NAMES: Readonly<Record<number, string | undefined>> = {
  0: 'BSD loopback', 1: 'Ethernet', 6: 'Token Ring', 7: 'ARCNET', 8: 'SLIP', 9: 'PPP', 10: 'FDDI', 12: 'raw IP',
  14: 'raw IP', 50: 'PPP in HDLC framing', 51: 'PPPoE', 100: 'LLC-encapsulated ATM', 101: 'raw IP',
  104: 'Cisco HDLC', 105: '802.11', 107: 'Frame Relay', 108: 'OpenBSD loopback', 113: 'Linux cooked',
  117: 'OpenBSD pflog', 119: '802.11 with Prism header', 122: 'IP over Fibre Channel',
  127: '802.11 with radiotap header', 138: 'IP over IEEE 1394', 143: 'DOCSIS', 147: 'user-defined 0',
  149: 'user-defined 2', 163: '802.11 with AVS header', 166: 'PPP with direction', 187: 'Bluetooth HCI',
  189: 'Linux USB', 192: 'per-packet information', 195: '802.15.4 with FCS',
  201: 'Bluetooth HCI with direction', 228: 'IPv4', 229: 'IPv6', 230: '802.15.4 without FCS', 231: 'D-Bus',
  239: 'netfilter log', 240: 'netANALYZER', 247: 'InfiniBand', 249: 'USBPcap', 253: 'netlink',
  276: 'Linux cooked v2', 280: 'VPP graph dispatch trace',
};

/** E.g. "802.11 (link type 105)", or "link type 4711" where there is no name for it. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType];
  return name === undefined ? `link type ${linkType}` : `${name} (link type ${linkType})`;
}
