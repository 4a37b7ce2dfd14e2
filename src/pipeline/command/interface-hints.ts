/** What helps where a script names an interface that is not there. */

import type { RefusedLine } from './config-error.js';

/** Names that VPP gives to what its commands make, and how; null for what is not modelled, or made by what else there is. */
const MADE_BY_COMMANDS: readonly (readonly [RegExp, string | null])[] = [
  [/^tap(\d+)$/, 'create tap id $1'],
  [/^loop(\d+)$/, 'create loopback interface instance $1'],
  [/^host-(.+)$/, 'create host-interface name $1'],
  [/^(pg\d+)$/, 'create packet-generator interface $1'],
  [/^vxlan_tunnel(\d+)$/, 'create vxlan tunnel src ADDRESS dst ADDRESS vni N instance $1'],
  [/^bvi(\d+)$/, 'bvi create instance $1'],
  [/^BondEthernet(\d+)$/, 'create bond mode MODE id $1'],
  [/^memif(\d+)\/(\d+)$/, 'create interface memif socket-id $1 id $2'],
  [/^VirtualEthernet0\/0\/(\d+)$/, 'create vhost-user socket FILE renumber $1'],
  [/^(avf|idpf|virtio|vmxnet3)-(.+)$/, 'create interface $1 PCI-ADDRESS'],
  [/\.\d+$/, null], // sub-interfaces
  [/^(gre|ipip|ipsec|gtpu_|geneve_|vxlan_|wg|mpls-|pipe)/, null],
];

/** Whether `# interface:` takes the word for a name. */
export const isNewName = (word: string): boolean => /^[A-Za-z][\w./:-]*$/.test(word);

/** Half a sentence. Any other name may be that of a device: startup.conf names them as it likes. Empty where nothing is known to help. */
export function howToDeclare(name: string): string {
  const made = MADE_BY_COMMANDS.find(([form]) => form.test(name));
  if (made === undefined)
    return isNewName(name) ? `a device that DPDK finds is declared before, by a line "# interface: ${name}"` : '';
  const [form, command] = made;
  return command === null ? '' : `"${name.replace(form, command)}" makes it`;
}

/** Beginnings of names that are not that of a word of the command that makes them. */
const NAMES_OF: Readonly<Record<string, RegExp>> = {
  'create vhost-user': /^VirtualEthernet/,
  'create packet-generator': /^pg\d/,
  'create sub-interfaces': /\.\d+$/,
};

/** Letters of a command's word that are in the names which it makes: `loopback` makes loop0, `bond` makes BondEthernet0. */
const LETTERS = 4;

export function mayMakeInterface({ command, words }: RefusedLine, name: string): boolean {
  if (command.endsWith('interface:')) return words.includes(name);
  if (!/^(\w+ )?create\b/.test(command)) return false;
  const number = words.at(words.findIndex((word) => word === 'id' || word === 'instance') + 1);
  if (number !== undefined && /^\d+$/.test(number) && !name.endsWith(number)) return false;
  if (command in NAMES_OF) return NAMES_OF[command].test(name);
  const lower = name.toLowerCase();
  return command.split(/[ -]/).some((word) => word !== 'create' && lower.includes(word.slice(0, LETTERS)));
}
