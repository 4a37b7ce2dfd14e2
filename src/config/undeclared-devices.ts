/**
 * Devices that a script names and that nothing makes. Taken leniently, they are there before the script begins, as those that DPDK finds:
 * with PCI addresses for names they are such devices; what comes to or from any other ends in drops, since its kind is not known.
 */

import type { Command } from '../pipeline/command/command-row.js';
import {
  MissingError,
  UndeclaredError,
  type ConfigError,
  type SourceLocation,
} from '../pipeline/command/config-error.js';
import { mayBeDevice } from '../pipeline/command/interface-hints.js';
import { deviceFound } from '../pipeline/interface/create-commands.js';
import { unmodelledCommand } from '../pipeline/not-modelled/commands.js';

export interface UndeclaredDevice {
  readonly name: string;
  /** Where it is named first. */
  readonly at: SourceLocation;
}

/** VPP 26.06 src/plugins/dpdk/device/format.c format_dpdk_device_name */
const BY_PCI_ADDRESS = /^(?!Virtual|Bond)[A-Za-z]*Ethernet([\da-f]+)\/([\da-f]+)\/([\da-f]+)(?:\/(\d+))?$/;

const nameOf = (error: ConfigError): string | null => {
  if (error instanceof UndeclaredError) return error.device;
  return error instanceof MissingError && error.missing.kind === 'interface' ? String(error.missing.name) : null;
};

/** Those that errors of a script are about. */
export function undeclaredIn(errors: readonly ConfigError[]): UndeclaredDevice[] {
  const found = new Map<string, UndeclaredDevice>();
  for (const error of errors) {
    const name = nameOf(error);
    if (name !== null && mayBeDevice(name) && !found.has(name)) found.set(name, { name, at: error.at });
  }
  return [...found.values()];
}

/** In the order in which DPDK finds them, then by the script. */
export function inOrderFound(devices: readonly UndeclaredDevice[]): UndeclaredDevice[] {
  const addressOf = ({ name }: UndeclaredDevice): number =>
    (BY_PCI_ADDRESS.exec(name)?.slice(1) ?? ['ffff']).reduce(
      (sum, part, i) => sum + parseInt(part || '0', 16) * 0x1000 ** (3 - i),
      0,
    );
  return [...devices].sort((a, b) => addressOf(a) - addressOf(b));
}

/** As commands, before all others. */
export function undeclaredCommands({ name, at }: UndeclaredDevice): Command[] {
  const line = { at, text: name };
  const declare = `"# interface: ${name}`;
  if (BY_PCI_ADDRESS.test(name)) {
    const why = `nothing declares ${name}: taken for a device that DPDK finds; ${declare} mac MAC" says its address, too`;
    return [deviceFound(line), unmodelledCommand(line, { path: 'interface:', why }, new Set([name]))];
  }
  const why = `nothing makes ${name}: if DPDK finds it, declare it before, by a line ${declare}"`;
  return [unmodelledCommand(line, { path: 'interface:', why }, new Set())];
}
