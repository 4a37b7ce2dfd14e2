/** Runs a regression case: replays its captures on its configuration and says in sentences where the result differs. */

import { LINKTYPE_ETHERNET, type FrameReader } from '../capture/frame-batch.js';
import { openCapture } from '../capture/open-capture.js';
import { applyScript } from '../config/apply.js';
import { builtInScript } from '../config/locate.js';
import { parseScriptFile } from '../config/parse-script.js';
import { Dataplane } from '../pipeline/dataplane.js';
import { feedCaptures } from '../pipeline/feed-captures.js';
import { Ingress } from '../pipeline/ingress.js';
import type { PacketBuffer } from '../pipeline/packet-buffer.js';
import { VerdictRecorder, type Verdict } from '../pipeline/verdicts.js';
import type { Tables } from '../tables/tables.js';
import type { Packet } from '../verify/lane.js';
import { CaseFileError, type RegressionCase } from './case.js';
import { compareDrops, compareNodes, compareOutputs, type CaseRun } from './compare-case.js';

/** How a case went. It passes where there is no difference. */
export interface CaseResult {
  readonly regressionCase: RegressionCase;
  /** One sentence each. */
  readonly differences: readonly string[];
  readonly run: CaseRun;
}

/**
 * Runs a case. Rejects with CaptureError or ConfigError for files that cannot be used, and with CaseFileError for a case
 * that names an interface its configuration does not have.
 */
export async function runCase(regressionCase: RegressionCase): Promise<CaseResult> {
  const { description, expected } = regressionCase;
  const tables = applyScript(parseScriptFile(regressionCase.configFile ?? builtInScript()));
  checkInterfaces(regressionCase, tables);
  const readers: FrameReader[] = [];
  try {
    for (const { file } of regressionCase.captures) readers.push(await openCapture(file));
    const { run, problems } = await replay(regressionCase, tables, readers);
    const expectedPackets: Packet[] = [];
    for (const { file, interfaceName } of expected) expectedPackets.push(...(await readPackets(file, interfaceName)));
    const isOneCapture = expected.length === 1 && expected[0].interfaceName === null;
    const differences = [
      ...problems,
      ...compareOutputs(description, run.outputs, expectedPackets, isOneCapture),
      ...compareDrops(description, run.verdicts),
      ...compareNodes(description, run.verdicts),
    ];
    return { regressionCase, differences, run };
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** Runs the captures' frames in time order, and tells of every frame that was not replayed. */
async function replay(
  { captures }: RegressionCase,
  tables: Tables,
  readers: readonly FrameReader[],
): Promise<{ run: CaseRun; problems: string[] }> {
  const verdicts: Verdict[] = [];
  const outputs: Packet[] = [];
  const recorder = new VerdictRecorder();
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => {
        recorder.transmit();
        outputs.push(packetOf(b, outputs.length + 1, tables));
      },
      discard: (b) => recorder.discard(b, dataplane),
    },
    true,
  );
  const ingress = new Ingress(dataplane, {
    beforeFrame: () => undefined,
    afterFrame: () => verdicts.push(recorder.take(dataplane)),
  });
  const names = captures.map(({ interfaceName }) => interfaceName);
  await feedCaptures(readers, names, ingress);
  const problems = [
    ...Array.from(ingress.notReplayed, ([reason, count]) => `${count} input frames were not replayed: ${reason}`),
    ...readers.flatMap(({ name, damage }) => (damage ? [`${name}: ${damage.message}`] : [])),
  ];
  return { run: { verdicts, outputs }, problems };
}

const packetOf = (b: PacketBuffer, frame: number, tables: Tables): Packet => ({
  frame,
  interfaceName: tables.interfaces.all[b.swIfIndexTx].name,
  linkType: LINKTYPE_ETHERNET,
  originalLength: b.length + b.cutBytes,
  bytes: b.bytes.slice(b.at, b.at + b.length),
});

/** An expected capture's packets; where it is one interface's, they are that interface's whatever it says itself. */
async function readPackets(file: string, interfaceName: string | null): Promise<Packet[]> {
  const reader = await openCapture(file);
  const packets: Packet[] = [];
  try {
    for (let batch = await reader.next(); batch; batch = await reader.next())
      for (let i = 0; i < batch.count; i++) {
        const { name, linkType } = reader.interfaces[batch.interfaceIndex[i]];
        packets.push({
          frame: packets.length + 1,
          interfaceName: interfaceName ?? name,
          linkType,
          originalLength: batch.originalLength[i],
          bytes: batch.bytes.slice(batch.offset[i], batch.offset[i] + batch.capturedLength[i]),
        });
      }
    if (reader.damage) throw new CaseFileError(`${file}: ${reader.damage.message}`);
    return packets;
  } finally {
    await reader.close();
  }
}

function checkInterfaces({ folder, captures, expected }: RegressionCase, tables: Tables): void {
  for (const { interfaceName } of [...captures, ...expected])
    if (interfaceName !== null && !tables.interfaces.byName(interfaceName))
      throw new CaseFileError(`${folder}: the configuration has no interface ${interfaceName}`);
}
