/** What ethernet-input decides, and what is said about it. */

import { stepKind } from '../engine/steps.js';
import type { Interface, SubInterface } from '../engine/state/interface-table.js';
import { baseName, type StepSource, type StepWords } from '../step-words.js';

/** A packet's tags made it one of a sub-interface. */
export const SUB_INTERFACE = stepKind('sub-interface', ['swIfIndex']);

/** The tags that a sub-interface is for: `VLAN 200`, `802.1ad VLAN 300, inner VLAN 5`. */
export function vlanText({ tags, isDot1ad, outerId, innerId }: SubInterface): string {
  if (tags === 0) return 'all other VLANs';
  const outer = `${isDot1ad ? '802.1ad ' : ''}VLAN ${outerId}`;
  return tags === 1 ? outer : `${outer}, ${innerId === null ? 'any inner VLAN' : `inner VLAN ${innerId}`}`;
}

const foundAt = (at: number, { steps, tables }: StepSource): Interface =>
  tables.interfaces.all[steps.words[at + SUB_INTERFACE.at.swIfIndex]];

const vlanOf = ({ sub }: Interface): string => (sub === null ? 'no VLAN' : vlanText(sub));

const subInterfaceWords: StepWords = {
  kind: SUB_INTERFACE,
  data: (at, source) => {
    const found = foundAt(at, source);
    return { interface: found.name, vlan: vlanOf(found), line: found.origin };
  },
  comment: (at, source) => {
    const found = foundAt(at, source);
    return `${found.name} (${vlanOf(found)})`;
  },
  detail: (at, source) => {
    const found = foundAt(at, source);
    return `ethernet-input: ${found.name} is for ${vlanOf(found)}, by ${baseName(found.origin)}`;
  },
  sentence: (at, source) => {
    const found = foundAt(at, source);
    return { text: `its tags make it a frame of ${found.name}, which is for ${vlanOf(found)}`, origin: found.origin };
  },
};

export const ethernetStepWords: readonly StepWords[] = [subInterfaceWords];
