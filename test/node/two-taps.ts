/** A node of two taps: a pod's network, and a way out. */

export const SCRIPT = [
  'create tap id 0',
  'create tap id 1',
  'set interface state tap0 up',
  'set interface state tap1 up',
  'set interface ip address tap0 10.1.1.1/24',
  'set interface ip address tap1 192.168.16.1/24',
  'set ip arp static tap0 10.1.1.3 02:00:00:00:01:03',
  'set ip arp static tap1 192.168.16.100 02:00:00:00:02:64',
  'ip route add 0.0.0.0/0 via 192.168.16.100 tap1',
].join('\n');
