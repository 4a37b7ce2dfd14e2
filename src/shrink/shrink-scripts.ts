/**
 * The shortest script for which something still shows, or the shortest two for which a change does: fewer lines, then fewer rules in the
 * lines of ACLs. What both scripts have goes from both at once, since from one alone it would be a change.
 */

import { UserError } from '../capture/user-error.js';
import { fewest } from './fewest.js';

/** What stands before a command's list of rules. */
const LIST = /^\s*set acl-plugin acl (?:index \d+ |\d+ )?(?:tag \S+ )?/;

/** Says of which release the script is: stays. */
const RELEASE_LINE = /^\s*#\s*release:/;

/**
 * @param holds whether it still shows; may reject with UserError for scripts that are none any more
 * @param watch is told how many lines or rules are tried
 */
export async function shrinkScripts(
  texts: readonly string[],
  holds: (texts: readonly string[]) => Promise<boolean>,
  watch: (count: number) => void,
): Promise<readonly string[]> {
  const doesHold = async (scripts: readonly (readonly string[])[], count: number): Promise<boolean> => {
    watch(count);
    try {
      return await holds(scripts.map(textOf));
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  const all = texts.map((text) => text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== ''));
  const withLines = (some: readonly string[]): string[][] => {
    const chosen = new Set(some);
    return all.map((lines) => lines.filter((line) => RELEASE_LINE.test(line) || chosen.has(line)));
  };
  const lines = [...new Set(all.flat())].filter((line) => !RELEASE_LINE.test(line));
  const few = withLines(await fewest(lines, (some) => doesHold(withLines(some), some.length)));
  const withRules = (some: readonly string[]): string[][] => {
    const chosen = new Set(some);
    return few.map((script) => script.map((line) => listWith(line, chosen)));
  };
  const rules = [...new Set(few.flat().flatMap((line) => splitList(line).items))];
  return withRules(await fewest(rules, (some) => doesHold(withRules(some), some.length))).map(textOf);
}

function splitList(line: string): { readonly lead: string; readonly items: readonly string[] } {
  const lead = LIST.exec(line)?.[0];
  return lead === undefined ? { lead: line, items: [] } : { lead, items: line.slice(lead.length).split(/\s*,\s*/) };
}

function listWith(line: string, chosen: ReadonlySet<string>): string {
  const { lead, items } = splitList(line);
  return lead + items.filter((item) => chosen.has(item)).join(', ');
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
