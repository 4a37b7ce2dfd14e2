/**
 * `vppcap new-case`: drafts a case from captures and a configuration, with what vppcap makes of them as the expectation, or,
 * where the captures have it and it is wanted, with what the node really sent.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { copyWithout } from '../../capture/input/copy-records.js';
import { CaptureError, LINKTYPE_ETHERNET } from '../../capture/frame-batch.js';
import { applyScript } from '../../config/apply.js';
import { CONFIG_FILE, copyFile, copyNames, EXPECTED_FILE, requireFile } from './copy-files.js';
import { captureEntry, fileNameOf, writeText } from './accept-case.js';
import type { FrameFilter } from '../../filter/frame-filter.js';
import { makeCaseFolder, requireFree } from '../case/case-folder.js';
import { BUILT_IN, CASE_FILE, CaseFileError, parseCase } from '../case/case.js';
import type { CaseYaml } from '../case/case-schema.js';
import { caseYamlText } from '../case/case-yaml.js';
import { expectedCounters, expectedDrops, expectedPaths, writeExpected } from './expectation.js';
import { expectedLeftOut, isSentByNode } from '../compare/left-out.js';
import { replayCase, type CaseReplay } from '../replay-case.js';
import type { PacketRecord } from '../result.js';
import type { Release } from '../../releases/release.js';
import type { InterfaceTable } from '../../pipeline/engine/state/interface-table.js';
import * as ethernet from '../../wire/ethernet.js';

export interface NewCase {
  /** The folder to make; its name is the case's. */
  readonly folder: string;
  readonly title: string;
  readonly captures: readonly { readonly path: string; readonly interfaceName: string | null }[];
  /** Fill in what offload left out, see case.yaml. */
  readonly fixChecksums?: boolean;
  /** Path of the script; null for the built-in node. */
  readonly configFile: string | null;
  readonly release?: Release | undefined;
  /** Take what of the script is not modelled, see case.yaml. */
  readonly lenient?: boolean;
  /** Expect what the captures say that the node sent, where they say it. */
  readonly expectsSent?: boolean;
  /** Only frames that a filter means are of the case; null for all. */
  readonly filter?: ChosenFrames | null;
}

/** A pcap-filter expression, and what it says. */
export interface ChosenFrames {
  readonly text: string;
  readonly filter: FrameFilter;
}

export interface DraftedCase {
  readonly replay: CaseReplay;
  /** Interfaces of which the captures have what the node sent. */
  readonly sentBy: readonly string[];
  /** How many frames the filter left out. */
  readonly notMeant: number;
}

const HEAD = {
  computed: [
    'A draft by vppcap new-case. What it expects is what vppcap made of the captures: until somebody has read it and says where',
    'else the expectation comes from, it proves only that nothing has changed since. docs/CASES.md explains the keys.',
  ],
  sent: [
    'A draft by vppcap new-case --expect-sent. What it expects to leave is what the captures say that the node sent; the notes',
    'tell what vppcap made. docs/CASES.md explains the keys.',
  ],
};

/** An expected capture of an interface, or of all (null), and its packets. */
interface Expected {
  readonly file: string;
  readonly interfaceName: string | null;
  readonly packets: readonly PacketRecord[];
}

/**
 * Makes the folder: copies of the captures, where possible without the frames that are not replayed, and of the configuration, the expected
 * captures and, once all else is there, case.yaml. Rejects with CaseFileError for a folder that is there, with ConfigError,
 * CaptureError or OutputError; nothing is left then.
 */
export async function newCase(request: NewCase): Promise<DraftedCase> {
  const { folder, captures, configFile, expectsSent = false } = request;
  requireFree(folder, '; vppcap test --accept renews a case');
  for (const { path } of captures) requireFile(path);
  if (request.filter) return newCaseOf(request, request.filter);
  const replay = await replayDraft(request);
  const execFiles = execNames(configFile, replay.script.execFiles ?? []);
  // Where the copies cannot do without them, frames that are not replayed stay, and the case allows for them.
  const kept = replay.needsAllFrames ? replay.leftOut : [];
  const leftOut = captures.map((_, i) =>
    replay.needsAllFrames ? [] : replay.leftOut.filter(({ capture }) => capture === i),
  );
  const names = copyNames(captures.map(({ path }, i) => (leftOut[i].length > 0 ? path.replace(/\.gz$/i, '') : path)));
  const own = expectsSent ? sentFrames(request, replay) : [];
  const sentBy = [...new Set(own.flatMap(({ interfaceName }) => interfaceName ?? []))];
  const expected: Expected[] = expectsSent
    ? expectedOf(own, sentBy, replay.sent)
    : [{ file: EXPECTED_FILE, interfaceName: null, packets: replay.sent }];
  const description = draft({ ...request, release: replay.script.release }, names, expected);
  // In captures without those frames all are replayed.
  const verdicts = kept.length > 0 ? replay.verdicts : replay.verdicts.map((verdict, frame) => ({ ...verdict, frame }));
  const expectedRest = expectedLeftOut(kept);
  if (expectedRest.length > 0) description.expect.notReplayed = expectedRest;
  description.expect.drops = expectedDrops(verdicts);
  if (expectsSent) Object.assign(description, { origin: 'recording', ...ofSent(sentBy) });
  else {
    description.expect.counters = expectedCounters(replay.counters);
    description.expect.paths = expectedPaths(verdicts);
  }

  await makeCaseFolder(folder, async (at) => {
    for (const [i, { path }] of captures.entries()) {
      const numbers = new Set(leftOut[i].map(({ number }) => number));
      if (numbers.size === 0) copyFile(path, at(names[i]));
      else await copyWithout(path, at(names[i]), numbers);
    }
    if (configFile !== null) copyFile(configFile, at(CONFIG_FILE));
    for (const [path, name] of execFiles) copyFile(path, at(name));
    for (const { file, packets } of expected) await writeExpected(at(file), packets);
    await writeText(at(CASE_FILE), caseYamlText(description, expectsSent ? HEAD.sent : HEAD.computed));
  });
  return { replay, sentBy, notMeant: 0 };
}

/** Makes the case of copies of the captures that have only the frames that the filter means. */
async function newCaseOf(request: NewCase, { filter, text }: ChosenFrames): Promise<DraftedCase> {
  const { notMeant, verdicts, leftOut } = await replayDraft(request, filter);
  if (notMeant.length === verdicts.length + leftOut.length)
    throw new CaptureError(`--filter '${text}': no frame of the captures is like that`);
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-case-'));
  try {
    const captures: { path: string; interfaceName: string | null }[] = [];
    for (const [i, { path, interfaceName }] of request.captures.entries()) {
      const numbers = notMeant.filter(({ capture }) => capture === i).map(({ number }) => number);
      const own = join(folder, String(i));
      mkdirSync(own);
      captures.push({ path: join(own, basename(path).replace(/\.gz$/i, '')), interfaceName });
      await copyWithout(path, captures[i].path, new Set(numbers));
    }
    return { ...(await newCase({ ...request, captures, filter: null })), notMeant: notMeant.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const draft = (
  { title, captures, configFile, release, lenient = false, fixChecksums = false }: NewCase,
  names: readonly string[],
  expected: readonly Expected[],
): CaseYaml => ({
  title,
  origin: 'regenerated',
  config: configFile === null ? BUILT_IN : CONFIG_FILE,
  ...(lenient ? { lenient } : {}),
  ...(release === undefined ? {} : { release: release.name }),
  captures: captures.map(({ interfaceName }, i) => captureEntry(names[i], interfaceName)),
  ...(fixChecksums ? { fixChecksums } : {}),
  expect: { captures: expected.map(({ file, interfaceName }) => captureEntry(file, interfaceName)) },
});

/** Runs what the case will run, from where the files are now. */
async function replayDraft(request: NewCase, filter: FrameFilter | null = null): Promise<CaseReplay> {
  const { folder, captures, configFile, release, expectsSent = false } = request;
  const file = join(folder, CASE_FILE);
  const names = captures.map(({ path }) => basename(path));
  const replay = await replayCase(
    {
      folder,
      file,
      description: parseCase(caseYamlText(draft(request, names, []), []), file),
      configFile,
      release,
      stateFiles: [],
      vectors: null,
      changesFile: null,
      captures: captures.map(({ path, interfaceName }) => ({ file: path, interfaceName })),
      expected: [],
      allowed: ['/'], // these are the user's own files, not a stranger's case
    },
    expectsSent,
    false,
    filter,
  );
  for (const fault of replay.faults) throw new CaptureError(fault);
  return replay;
}

/** What the captures say that the node sent, in the order of time. Throws CaseFileError where they say nothing of the kind. */
function sentFrames({ captures }: NewCase, { leftOut, script }: CaseReplay): PacketRecord[] {
  const own = leftOut.filter(isSentByNode);
  if (own.length === 0)
    throw new CaseFileError('--expect-sent: the captures have no frame that the node sent; leave --expect-sent out');
  const { interfaces } = applyScript(script);
  const packets = own.flatMap(({ capture, packet }) =>
    packet === undefined ? [] : { ...packet, interfaceName: senderOf(packet, captures[capture], interfaces) },
  );
  return packets.map((packet, i) => ({ ...packet, frame: i + 1 }));
}

/**
 * The interface that the node sent a frame by: the one named for its capture, the capture's if_name, or the one that has its source
 * MAC. Throws CaseFileError where none of these tells it, and for a frame without an Ethernet header to be compared.
 */
function senderOf(
  { frame, interfaceName: ownName, linkType, bytes }: PacketRecord,
  { path, interfaceName }: NewCase['captures'][number],
  interfaces: InterfaceTable,
): string {
  const words = `frame ${frame} of ${path} was sent by the node itself`;
  if (linkType !== LINKTYPE_ETHERNET)
    throw new CaseFileError(
      `${words}, but without an Ethernet header (link type ${linkType}): it cannot be what is expected to leave`,
    );
  if (interfaceName !== null) return interfaceName;
  if (ownName !== null && interfaces.byName(ownName)) return ownName;
  const view = new DataView(bytes.buffer);
  const [high, low] = [ethernet.sourceHigh(view, 0), ethernet.sourceLow(view, 0)];
  const owners = interfaces.all.filter(({ mac }) => mac.high === high && mac.low >>> 0 === low >>> 0);
  if (owners.length === 1) return owners[0].name;
  throw new CaseFileError(`${words}, but nothing tells by which interface: name it with INTERFACE=FILE`);
}

/** A capture for each interface: of what the node sent where that is known, of what vppcap made elsewhere. */
function expectedOf(
  own: readonly PacketRecord[],
  sentBy: readonly string[],
  computed: readonly PacketRecord[],
): Expected[] {
  const others = new Set(computed.flatMap(({ interfaceName }) => interfaceName ?? []));
  return [...new Set([...sentBy, ...others])].map((name) => ({
    file: `expected-${fileNameOf(name)}.pcapng`,
    interfaceName: name,
    packets: (sentBy.includes(name) ? own : computed).filter(({ interfaceName }) => interfaceName === name),
  }));
}

/** Files of `exec`, each with its name in the folder. Throws CaseFileError where it cannot have one. */
function execNames(configFile: string | null, paths: readonly string[]): ReadonlyMap<string, string> {
  const names = paths.map((path): [string, string] => [path, relative(dirname(configFile ?? ''), path)]);
  const outside = names.find(([, name]) => name.startsWith('..') || isAbsolute(name) || name === CONFIG_FILE);
  if (outside)
    throw new CaseFileError(
      `${configFile ?? ''}: a case cannot keep a copy of ${outside[0]}, which its "exec" reads: it has to be beside the script or below, by another name than ${CONFIG_FILE}`,
    );
  return new Map(names);
}

const ofSent = (sentBy: readonly string[]): Pick<CaseYaml, 'notes' | 'compare'> => ({
  notes: [
    `What leaves by ${sentBy.join(' and ')} is what the node sent, as the captures have it.`,
    'What leaves by other interfaces, and the drops, are what vppcap made of the captures.',
  ],
  // What the node did before the capture is not known, nor does it work on one packet at a time.
  compare: { order: 'flow', natPorts: 'bind' },
});
