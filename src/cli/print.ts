/**
 * Where words go: results to standard output, complaints to standard error. Node makes these streams when they are first asked for,
 * which takes longer than a small replay that says nothing.
 */

/** `isTTY` is there on a terminal only. */
type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

let outputFailed: (error: Error) => void = () => undefined;

/** @param call what to do when standard output cannot be written */
export function whenOutputFails(call: typeof outputFailed): void {
  outputFailed = call;
}

let readerGone: () => void = () => undefined;

/** @param call what to do when nobody reads standard output any more */
export function whenReaderGoes(call: typeof readerGone): void {
  readerGone = call;
}

export const standardOutput = (): Stream => heard(process.stdout, outputLost);

/** Complaints that nobody hears. */
const complaintLost = (): void => undefined;
export const standardError = (): Stream => heard(process.stderr, complaintLost);

/** A reader of words that has seen enough (`vppcap verify a b | head`) is no failure, and changes no verdict. */
function outputLost(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') readerGone();
  else outputFailed(error);
}

/** Others listen, too, but not for long: threads do while they run. */
const heard = (stream: NodeJS.WriteStream, listener: (error: Error) => void): Stream =>
  stream.listeners('error').includes(listener) ? stream : stream.on('error', listener);

export const print = (line: string): void => void standardOutput().write(`${line}\n`);

/** A result as JSON, or in words. */
export function printResult(isJson: boolean, value: object, lines: readonly string[], say = print): void {
  if (isJson) say(JSON.stringify(value, null, 2));
  else for (const line of lines) say(line);
}

export const complain = (line: string): void => void standardError().write(`${line}\n`);
