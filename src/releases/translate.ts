/** A script of one release in the words of another, line by line, as far as the two only word it differently. */

import { alike } from './equivalents.js';

const ENDPOINT_DEPENDENT = /^\s*#\s*startup:\s*nat\s*\{.*\bendpoint-dependent\b/m;
/** A line that says nothing, on which a command can be put without moving those behind it. */
const IS_SILENT = /^\s*(#(?!\s*(release|interface|startup|ethernet-input|dhcp):).*)?$/;
const IS_NAT = /^\s*(nat44 |set interface nat44 )/;
const ENABLE_CLASSIC = 'nat44 ei plugin enable';

/**
 * @param from the release that it is for
 * @returns the script; its lines keep their numbers, where there is one that says nothing before the first of NAT44
 */
export function translateScript(text: string, from: string, to: string): string {
  if (from === to) return text;
  const isClassic = !ENDPOINT_DEPENDENT.test(text);
  const lines = text.split(/\r\n|\n|\r/);
  const translated = lines.map((line) => translateLine(line, from, to, isClassic));
  const first = lines.findIndex((line) => IS_NAT.test(line));
  // What classic NAT44 needs no command for in one release is off until it is enabled in another.
  if (first >= 0 && isClassic && alike(ENABLE_CLASSIC, to, from) === '' && !text.includes(ENABLE_CLASSIC)) {
    const silent = translated.findLastIndex((line, i) => i < first && IS_SILENT.test(line));
    translated.splice(Math.max(silent, 0), silent < 0 ? 0 : 1, ENABLE_CLASSIC);
  }
  return translated.join('\n');
}

function translateLine(line: string, from: string, to: string, isClassic: boolean): string {
  const command = line.trim();
  if (command === '' || IS_SILENT.test(line)) return line;
  const other = alike(command, from, to, isClassic);
  return other === '' ? '#' : other;
}
