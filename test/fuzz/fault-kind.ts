/** One kind of fault, however many inputs show it: the message without numbers and data. */
export const faultKind = (target: string, message: string): string =>
  `${target} ${message
    .split('\n')
    .slice(0, 2)
    .join(' ')
    .replace(/["'“].*["'”]|\d+/g, '')
    .slice(0, 60)}`;
