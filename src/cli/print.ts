/** Where words go: results to standard output, complaints to standard error. */

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A result as JSON, or in words. */
export function printResult(isJson: boolean, value: object, lines: readonly string[], say = print): void {
  if (isJson) say(JSON.stringify(value, null, 2));
  else for (const line of lines) say(line);
}

export const complain = (line: string): void => void process.stderr.write(`${line}\n`);
