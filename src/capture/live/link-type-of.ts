/** Link-layer header types as the package `cap` tells them: some by a name, others by libpcap's number in a sentence. */
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_NULL, LINKTYPE_RAW } from '../frame-batch.js';

const BY_NAME: Readonly<Record<string, number>> = {
  NULL: LINKTYPE_NULL,
  ETHERNET: LINKTYPE_ETHERNET,
  IEEE802_11_RADIO: 127,
  LINKTYPE_LINUX_SLL: LINKTYPE_LINUX_SLL,
  RAW: LINKTYPE_RAW,
};

/** Stands for a type that cannot be told: LINKTYPE_USER0, which no program takes for something else. */
const UNKNOWN = 147;

export function linkTypeOf(told: string): number {
  if (Object.hasOwn(BY_NAME, told)) return BY_NAME[told];
  const number = /^Unknown linktype (\d+)$/.exec(told);
  return number === null ? UNKNOWN : Number(number[1]);
}
