/** Where words go: results to standard output, complaints to standard error. */

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

export const complain = (line: string): void => void process.stderr.write(`${line}\n`);
