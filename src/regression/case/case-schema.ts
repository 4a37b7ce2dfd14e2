/**
 * What case.yaml may say. schema/case.schema.json is made from this (scripts/write-schemas.ts) for editors; docs/CASES.md
 * explains it. Loading zod takes longer than a small replay, so only what reads case files imports this module.
 */

import { z } from 'zod';
import { RELEASE_NAMES } from '../../releases/names.js';
import { isVolatileField, VOLATILE_FIELDS } from '../compare/volatile-fields.js';

/** Where expectations may come from. */
export const ORIGINS = ['recording', 'trace', 'by hand', 'regenerated'] as const;

const text = z.string().min(1);
const path = text.describe("Path of a file, from the case's folder, which it must not leave.");
const interfaceName = text.describe("VPP's name of an interface of the configuration.");
const count = z.int().min(1);

const FRAMES = /^\d+(-\d+)?( *, *\d+(-\d+)?)*$/;
const volatileField = z.string().refine(isVolatileField, { error: `must be one of ${VOLATILE_FIELDS.join(', ')}` });

const capture = z.strictObject({
  file: path,
  interface: interfaceName
    .describe('Interface on which all frames arrived; without it, if_name or the MAC addresses of each frame decide.')
    .optional(),
});

const expectedCapture = z.strictObject({
  file: path,
  interface: interfaceName
    .describe('The capture is that of this interface; without it, it has what leaves by all interfaces, in order.')
    .optional(),
  unstable: z
    .array(
      z.strictObject({
        packet: count.describe('Number of the packet in this capture, from 1.'),
        fields: z.array(volatileField).min(1).describe('Fields of it that VPP chooses at random: not compared.'),
      }),
    )
    .default([]),
});

const drop = z.strictObject({
  node: text,
  reason: text.describe("As VPP's trace words it, without the node."),
  count: count.default(1),
});

const notReplayed = z.strictObject({
  reason: text.describe("As the replay's summary words it, or how that begins."),
  count: count.default(1),
});

const nodePath = z
  .strictObject({
    frames: z
      .union([count, z.string().regex(FRAMES, { error: 'must be frame numbers such as 1-3, 7' })])
      .describe(
        'Numbers of frames, from 1 as in Wireshark; with several captures over all of them in time order: 4, or "1-3, 7".',
      ),
    what: text.describe('What these frames are.').optional(),
    path: text.describe('Nodes visited, separated by spaces, without the input node of the device and the final tx.'),
    sourcePath: text.describe('Nodes in the source, where those of an older VPP differ.').optional(),
    differs: text.describe('Why they differ.').optional(),
  })
  .refine(({ sourcePath, differs }) => (sourcePath === undefined) === (differs === undefined), {
    error: 'sourcePath and differs belong together',
  });

const tolerated = z.strictObject({
  reason: text.describe('Why, as the audit words it.'),
  count: count.default(1),
});

const audit = z.strictObject({
  sent: z.int().min(0).describe('How many packets of the captures the node sent that the model sends as well.'),
  vectors: text
    .describe('Which of the frames came together: a file of bursts, or how close they came, such as 50us.')
    .optional(),
  filter: text
    .describe('Which frames, as they are received, are judged: a pcap-filter expression. The others run, too.')
    .optional(),
  assumed: z
    .array(text)
    .default([])
    .describe('What must have been there before the captures, since packets show it. Nothing else may be assumed.'),
  notJudged: z.array(tolerated).default([]).describe('Frames that cannot be judged, and why.'),
  differs: z
    .array(tolerated)
    .default([])
    .describe('Differences that are known, by cause: kind, cause, and what the model decided.'),
});

const expectation = z.strictObject({
  captures: z
    .array(expectedCapture)
    .default([])
    .describe(
      'What leaves. Interfaces that no capture covers must send nothing; an empty list: nothing leaves at all.',
    ),
  audit: audit
    .describe('The captures have what the node sent as well: that is the expectation, judged as vppcap audit does it.')
    .optional(),
  drops: z
    .array(drop)
    .default([])
    .describe('Every drop or punt of an input frame. One that is not listed fails the case.'),
  notReplayed: z
    .union([z.literal('any'), z.array(notReplayed)])
    .default([])
    .describe(
      'Frames of the captures that no interface receives, by reason; any: as many as there are. What the node sent itself is ' +
        'left out without being listed.',
    ),
  counters: z
    .record(text, z.record(text, count))
    .describe("VPP's `show errors` at the end, by node and reason. Counters that are not listed must be 0.")
    .optional(),
  paths: z.array(nodePath).describe('Ways through the graph; frames that are not mentioned may take any.').optional(),
});

const comparison = z.strictObject({
  order: z
    .enum(['strict', 'flow', 'any'])
    .default('strict')
    .describe('strict: the order of all packets counts; flow: that of each flow on an interface; any: none.'),
  contains: z.boolean().default(false).describe('Packets beyond the expected ones are allowed.'),
  unique: z.boolean().default(false).describe('Repetitions of a packet do not count.'),
  ignore: z
    .array(text)
    .default([])
    .describe(
      'Fields not compared: ip4.id; tap1:eth.src (on that interface); ip4.src=255.255.255.0 (only these bits are); ' +
        'interface (its name); link (headers before IP, of any link type).',
    ),
  map: z
    .record(text, text)
    .default({})
    .describe("Interfaces that the expected captures name otherwise: VPP's name, and theirs."),
  natPorts: z
    .enum(['exact', 'bind'])
    .default('exact')
    .describe('bind: a dynamic NAT port may be another one, if the two stand for each other throughout.'),
  timeToleranceSeconds: z.number().min(0).optional().describe('Without it, timestamps are not compared.'),
  padding: z.boolean().default(true).describe('Whether the padding of short Ethernet frames is compared.'),
});

export const caseSchema = z.strictObject({
  title: text,
  description: text.optional(),
  origin: z
    .enum(ORIGINS)
    .describe(
      'Where the expectation comes from: a recording of VPP, a trace of VPP, worked out by hand; or regenerated: made by ' +
        'vppcap itself, which proves only that nothing has changed since.',
    ),
  sources: z.array(text).default([]).describe('What it was taken from.'),
  notes: z.array(text).default([]).describe('What a reader should know.'),
  config: path.describe('VPP CLI script of the node, or built-in: the Contiv node of the guide.'),
  lenient: z
    .boolean()
    .default(false)
    .describe('Commands of the script that are not modelled are taken: what they touch ends in drops that name them.'),
  release: text
    .describe(
      `VPP release of the node, such as ${RELEASE_NAMES[0]}; without it, what "# release:" in its script says, else the default.`,
    )
    .optional(),
  state: z
    .array(path)
    .default([])
    .describe('Answers of show commands, taken just before the first frame: the state of a node that had run before.'),
  changes: path
    .describe('Commands that the node gets while frames run, below lines such as "# before frame 13" (counted from 0).')
    .optional(),
  captures: z.array(capture).min(1).describe('Captures to replay, merged by time.'),
  fixChecksums: z
    .boolean()
    .default(false)
    .describe('Fill in checksums and IP lengths that offload left to the network card, before the replay.'),
  expect: expectation.refine(({ audit: judged, captures }) => judged === undefined || captures.length === 0, {
    error: 'audit and captures exclude each other',
  }),
  compare: comparison.prefault({}),
});

/** What case.yaml says, with defaults filled in. */
export type CaseDescription = z.output<typeof caseSchema>;
export type CaseYaml = z.input<typeof caseSchema>;
export type ExpectedCaptureYaml = z.output<typeof expectedCapture>;
