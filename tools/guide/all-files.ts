/** Every file that tools/guide-cases.ts is the origin of. */

import { readFileSync } from 'node:fs';
import { classicPcap, pcapng } from './capture-files.js';
import { caseFiles, guideCaseYaml, type Files } from './case-files.js';
import { outputsOf, type CaseSource } from './case-source.js';
import { dualStackCase } from './dual-stack.js';
import { guideCases } from './guide-flows.js';
import { handCases } from './hand-cases.js';
import { overlayCases } from './overlay-flows.js';
import { lostAnswerCapture, lostAnswerCapture26, tftpCases } from './tftp-flow.js';

/** The service mapping of the built-in node, and the one of the moment when the guide traced pod-to-service-host. */
const BUILT_IN_MAPPING = 'nat44 add static mapping tcp local 10.1.1.5 8080 external 10.104.221.85 80';
const HOST_MAPPING = 'nat44 add static mapping tcp local 10.20.0.2 8080 external 10.104.221.85 80';

/** What docs/TUTORIAL.md adds to the ACL of pods. */
const TFTP_RULE = 'permit src 192.0.2.69/32 dst 10.1.1.3/32 proto 17';

/** Files made from the guide's traces. @param builtIn text of the built-in configuration */
export function guideFiles(reference: string, builtIn: string): Files {
  if (!builtIn.includes(BUILT_IN_MAPPING))
    throw new Error(`the built-in configuration has no line "${BUILT_IN_MAPPING}"`);
  const hostService =
    '# The commands of the built-in node (configs/contiv-node.vpp), but for the backend of the service 10.104.221.85:80.\n' +
    commandsOf(builtIn).replace(BUILT_IN_MAPPING, HOST_MAPPING);
  const cases = [...guideCases(reference, hostService), ...overlayCases(reference, commandsOf(builtIn))];
  const files: Files = new Map(cases.flatMap((source) => [...caseFiles(source)]));
  for (const [path, bytes] of classicFiles(cases)) files.set(path, bytes);
  return files;
}

/** A script without its explanations: commands, and the comments that are read. */
const commandsOf = (script: string): string =>
  script
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^#(?! (?:release|interface|startup|ethernet-input):)/.test(line))
    .map((line) => `${line}\n`)
    .join('');

/** Files of the cases made by hand. @param builtIn text of the built-in configuration @param builtIn26 that of VPP 26.06 */
export function handFiles(builtIn: string, builtIn26 = readBuiltIn26()): Files {
  const cases = [
    ...handCases(),
    dualStackCase(commandsOf(builtIn), false),
    dualStackCase(commandsOf(builtIn26), true),
    ...tftpCases(permitting(builtIn, TFTP_RULE)),
  ];
  const files: Files = new Map(cases.flatMap((source) => [...caseFiles(source)]));
  files.set('captures/tftp-answer-lost.pcap', lostAnswerCapture());
  files.set('captures/tftp-answer-lost-26.06.pcap', lostAnswerCapture26());
  return files;
}

/** The built-in node with a rule more in the ACL of pods, before the one that denies all. */
function permitting(builtIn: string, rule: string): string {
  const before = /^(set acl-plugin acl tag pod permit .*)(, deny src 0\.0\.0\.0\/0 dst 0\.0\.0\.0\/0)$/m;
  if (!before.test(builtIn)) throw new Error('the built-in configuration has no ACL "pod" that denies all at its end');
  return (
    '# The commands of the built-in node (configs/contiv-node.vpp), but for a rule that lets a TFTP server answer a pod.\n' +
    commandsOf(builtIn.replace(before, `$1, ${rule}$2`))
  );
}

/** captures/pod-to-internet.pcap, the demo's capture, and the case that replays it. */
function classicFiles(cases: readonly CaseSource[]): Files {
  const internet = cases.find(({ name }) => name === 'pod-to-internet');
  if (!internet) throw new Error('no case pod-to-internet');
  const { steps, words } = internet;
  const classic = classicPcap(steps.map(({ input }) => input));
  const description =
    'The frames of pod-to-internet in one classic pcap, which names no interface: each frame is placed by its ' +
    'destination MAC. The same must come out.';
  const source = {
    ...internet,
    words: { ...words, title: 'Pod to the Internet, from a classic capture', description },
  };
  const folder = 'expectations/pod-to-internet-classic';
  return new Map([
    ['captures/pod-to-internet.pcap', classic],
    [`${folder}/in.pcap`, classic],
    [`${folder}/expected.pcapng`, pcapng(outputsOf(steps))],
    [`${folder}/case.yaml`, guideCaseYaml(source, [{ file: 'in.pcap' }])],
  ]);
}

/** The built-in configuration's text. */
export const readBuiltIn = (): string => readFileSync('configs/contiv-node.vpp', 'utf8');
/** The node of the guide as people would set it up with VPP 26.06. */
const readBuiltIn26 = (): string => readFileSync('configs/contiv-node-26.06.vpp', 'utf8');
