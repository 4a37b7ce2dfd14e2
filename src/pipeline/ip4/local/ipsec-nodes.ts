/**
 * UDP port 4500 without an IPsec tunnel: ipsec4-if-input (VPP 19.08 src/vnet/ipsec/ipsec_if_in.c), where VPP listens from the
 * start, and punt-dispatch (src/vlib/punt_node.c), which knows no punt reason until a client registers for one.
 */

import { ESP_HEADER, isCutBefore } from '../../engine/cut-off.js';
import { errorSet } from '../../engine/errors.js';
import { defineNode } from '../../engine/node.js';
import { IPSEC_IF_INPUT, PUNT_DISPATCH, PUNT_NO_TUNNEL, PUNT_SPI_0 } from '../ip4-trace.js';
import * as ip4 from '../../../wire/ip4.js';

const ipsecErrors = errorSet('ipsec4-if-input', {
  RX: 'good packets received',
  DISABLED: 'ipsec packets received on disabled interface',
  NO_TUNNEL: 'no matching tunnel',
  NAT_KEEPALIVE: 'NAT Keepalive',
  TOO_SHORT: 'Too Short',
  SPI_0: 'SPI 0',
});
const puntErrors = errorSet('punt-dispatch', {
  DISPATCHED: 'dispatched',
  NO_REASON: 'No such punt reason',
  NO_REG: 'No registrations',
  REP_FAIL: 'Replication Failure',
});

const ESP_HEADER_BYTES = 8;
const SPI_BYTES = 4;
/** The one byte of a NAT keepalive (RFC 3948 section 2.3). */
const ESP_SEQUENCE = 4;
const KEEPALIVE = 0xff;
const HEADERS_BYTES = 28;

export const ipsec4IfInput = defineNode({
  name: 'ipsec4-if-input',
  trace: {
    layout: IPSEC_IF_INPUT,
    when: 'before',
    writer: () => (b, records) => {
      const isWhole = b.length >= ESP_HEADER_BYTES;
      records.write(
        IPSEC_IF_INPUT,
        isWhole ? ip4.source(b.view, b.at - HEADERS_BYTES) : 0,
        isWhole ? b.view.getInt32(b.at) : 0,
        isWhole ? b.view.getInt32(b.at + ESP_SEQUENCE) : 0,
      );
    },
  },
  next: { PUNT: 'punt-dispatch', DROP: 'error-drop' },
  errors: [ipsecErrors],
  causes: {
    KEEPALIVE: 'an IPsec NAT keepalive',
    TOO_SHORT: 'UDP port 4500: too short for an ESP header',
    NO_TUNNEL: (b) => `UDP port 4500: no IPsec tunnel has SPI ${b.causeArg0}`,
  },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(ipsecErrors);
    return (b) => {
      const { view, at } = b;
      const isShort = b.length + b.cutBytes < ESP_HEADER_BYTES;
      if (isCutBefore(b, at + (isShort ? 1 : SPI_BYTES), ESP_HEADER)) return next.DROP;
      if (isShort) {
        const isKeepalive = view.getUint8(at) === KEEPALIVE;
        b.error = isKeepalive ? error.NAT_KEEPALIVE : error.TOO_SHORT;
        b.cause = isKeepalive ? cause.KEEPALIVE : cause.TOO_SHORT;
        errors.increment(error.RX);
        return next.DROP;
      }
      const spi = view.getUint32(at);
      b.error = spi === 0 ? error.SPI_0 : error.NO_TUNNEL;
      b.cause = cause.NO_TUNNEL;
      b.causeArg0 = spi;
      b.advance(-HEADERS_BYTES);
      return next.PUNT;
    };
  },
});

export const puntDispatch = defineNode({
  name: 'punt-dispatch',
  trace: {
    layout: PUNT_DISPATCH,
    when: 'before',
    writer: ({ errors }) => {
      const { SPI_0 } = errors.ids(ipsecErrors);
      return (b, records) => {
        records.write(PUNT_DISPATCH, b.error === SPI_0 ? PUNT_SPI_0 : PUNT_NO_TUNNEL);
      };
    },
  },
  next: { DROP: 'drop' },
  errors: [puntErrors],
  create: ({ next, errors }) => {
    const error = errors.ids(puntErrors);
    return (b) => {
      b.error = error.NO_REASON;
      return next.DROP;
    };
  },
});
