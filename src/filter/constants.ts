/** Names of numbers in pcap-filter(7): places in headers, flags and types of messages. */

const ICMP_TYPES =
  'icmp-echoreply=0 icmp-unreach=3 icmp-sourcequench=4 icmp-redirect=5 icmp-echo=8 icmp-routeradvert=9 ' +
  'icmp-routersolicit=10 icmp-timxceed=11 icmp-paramprob=12 icmp-tstamp=13 icmp-tstampreply=14 icmp-ireq=15 ' +
  'icmp-ireqreply=16 icmp-maskreq=17 icmp-maskreply=18';

const ICMP6_TYPES =
  'icmp6-destinationunreach=1 icmp6-packettoobig=2 icmp6-timeexceeded=3 icmp6-parameterproblem=4 icmp6-echo=128 ' +
  'icmp6-echoreply=129 icmp6-multicastlistenerquery=130 icmp6-multicastlistenerreportv1=131 ' +
  'icmp6-multicastlistenerdone=132 icmp6-routersolicit=133 icmp6-routeradvert=134 icmp6-neighborsolicit=135 ' +
  'icmp6-neighboradvert=136 icmp6-redirect=137 icmp6-multicastlistenerreportv2=143';

const TCP_FLAGS = 'tcp-fin=1 tcp-syn=2 tcp-rst=4 tcp-push=8 tcp-ack=16 tcp-urg=32 tcp-ece=64 tcp-cwr=128 tcpflags=13';

const PLACES = 'icmptype=0 icmpcode=1 icmp6type=0 icmp6code=1';

export const CONSTANTS: ReadonlyMap<string, number> = new Map(
  [PLACES, TCP_FLAGS, ICMP_TYPES, ICMP6_TYPES]
    .join(' ')
    .split(' ')
    .map((text) => {
      const [name, value] = text.split('=');
      return [name, Number(value)];
    }),
);
