/**
 * What is read: pasted text, and Contiv's bug report, a folder or archive with a folder a node and in it a file a command
 * (scripts/contiv-vpp-bug-report.sh of Contiv/VPP).
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTextFile, whyNotRead } from '../config/script-text.js';
import { ConfigError } from '../pipeline/command/config-error.js';
import { alternatives } from '../pipeline/command/suggest.js';
import { filesOfTar, isTar } from './tar-files.js';

export interface ShownText {
  readonly file: string;
  readonly text: string;
  /** The command that the whole text is the answer to; null where the text tells. */
  readonly asks: string | null;
}

/** What a text is that is no answer: the report has startup.conf as well. */
export const STARTUP_CONF = 'startup.conf';

/** The report's files, whose names earlier versions wrote without `vpp-`. */
const COMMAND_OF: ReadonlyMap<string, string> = new Map([
  ['interface', 'show interface'],
  ['interface-address', 'show interface address'],
  ['ip-fib', 'show ip fib'],
  ['l2-fib', 'show l2fib verbose'],
  ['ip-arp', 'show ip arp'],
  ['vxlan-tunnels', 'show vxlan tunnel'],
  ['nat44-interfaces', 'show nat44 interfaces'],
  ['nat44-static-mappings', 'show nat44 static mappings'],
  ['nat44-addresses', 'show nat44 addresses'],
  ['nat44-deterministic-mappings', 'show nat44 deterministic mappings'],
  ['nat44-hash-tables', 'show nat44 hash tables detail'],
  ['nat44-sessions', 'show nat44 sessions'],
  ['nat44-sessions-detail', 'show nat44 sessions detail'],
  ['acls', 'show acl-plugin acl'],
  ['hardware-info', 'show hardware-interfaces'],
  ['errors', 'show errors'],
  ['vpp.conf', STARTUP_CONF],
]);

const commandOf = (path: string): string | undefined =>
  COMMAND_OF.get(
    basename(path)
      .replace(/^vpp-/, '')
      .replace(/\.log$/, ''),
  );

/** Text beyond this is no answer of a show command. */
const LARGEST = 256 * 1024 * 1024;
const GZIP_MAGIC = 0x1f8b;
const XZ_MAGIC = 0xfd377a58;

/** @param node the node of a bug report of several. Throws ConfigError for what cannot be read. */
export function readShownFiles(path: string, node: string | undefined): readonly ShownText[] {
  try {
    if (path === '-') return [{ file: 'standard input', text: readFileSync(0, 'utf8'), asks: null }];
    if (statSync(path).isDirectory()) return ofReport(path, [...filesIn(path)], node);
    const bytes = archiveIn(path);
    if (bytes === null) return [{ file: path, text: readTextFile(path), asks: null }];
    const files = [...filesOfTar(bytes)].map(({ path: name, bytes: content }) => ({
      path: `${path}:${name}`,
      text: () => content.toString('utf8'),
    }));
    return ofReport(path, files, node);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError({ file: path, line: 1, column: 1 }, `cannot read the show commands: ${whyNotRead(error)}`);
  }
}

interface ReportFile {
  readonly path: string;
  readonly text: () => string;
}

/** The files below a folder, by name. */
function* filesIn(folder: string): Generator<ReportFile> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield { path, text: () => readTextFile(path) };
  }
}

/** The bytes of a tar archive, gzipped or not; null for any other file. */
function archiveIn(path: string): Buffer | null {
  if (!statSync(path).isFile() || statSync(path).size > LARGEST) return null;
  const bytes = readFileSync(path);
  const isGzip = bytes.length > 2 && bytes.readUInt16BE(0) === GZIP_MAGIC;
  const isXz = bytes.length > 4 && bytes.readUInt32BE(0) === XZ_MAGIC;
  const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : isXz ? unpackXz(bytes) : bytes;
  return isTar(plain) ? plain : null;
}

/** As the report's script packs it; Node.js has no reader of its own. */
function unpackXz(bytes: Buffer): Buffer {
  const { status, stdout } = spawnSync('xz', ['-dc'], { input: bytes, maxBuffer: LARGEST });
  if (status !== 0) throw new Error('xz cannot unpack it: unpack it by hand (tar -xJf), and name the folder');
  return stdout;
}

function ofReport(path: string, files: readonly ReportFile[], node: string | undefined): ShownText[] {
  const known = files.filter((file) => commandOf(file.path) !== undefined);
  const refuse = (message: string): never => {
    throw new ConfigError({ file: path, line: 1, column: 1 }, message);
  };
  if (known.length === 0) refuse('no file of a Contiv bug report in it, such as vpp-interface.log');
  const nodes = [...new Set(known.map((file) => basename(dirname(file.path.replace(/^.*:/, '')))))];
  const names = alternatives(nodes, 'and');
  if (node === undefined && nodes.length > 1) refuse(`a report of ${names}: --node says which is meant`);
  if (node !== undefined && !nodes.includes(node)) refuse(`a report of ${names}, not of ${node}`);
  const wanted = node ?? nodes[0];
  return known
    .filter((file) => basename(dirname(file.path.replace(/^.*:/, ''))) === wanted)
    .map((file) => ({ file: file.path, text: file.text(), asks: commandOf(file.path) ?? null }));
}
