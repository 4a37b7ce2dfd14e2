/**
 * icmp6-router-solicitation and icmp6-router-advertisement (VPP 19.08 src/vnet/ip/ip6_neighbor.c, 26.06 src/vnet/ip6-nd/ip6_ra.c): answers
 * solicitations with the interface's advertisement; other routers' are only counted.
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { formatNotedIp6, noteIp6, writeIp6 } from '../../../wire/ip6-address.js';
import { defineNode, end } from '../../engine/node.js';
import { FLAG_LOCALLY_ORIGINATED } from '../../engine/packet-buffer.js';
import { packetTrace } from '../../trace/writers.js';
import { icmp6InputErrors } from '../ip6-errors.js';
import { ICMP6_INPUT } from '../ip6-trace.js';
import { isMessageCut, isOnLink, learn, linkLayerOption, sendBack, writeAllNodes, writeLinkLayer } from './on-link.js';
import type { AdvertisedPrefix, RouterState } from './router-state.js';

const HOP_LIMIT = 255;
/** A solicitation that comes sooner after the last one that was answered is not (MIN_DELAY_BETWEEN_RAS). */
const QUIET_SECONDS = 3;
const SOLICITATION_BYTES = 8;

/** Of an advertisement behind its type, code and checksum: hop limit, flags, lifetime. */
const CUR_HOP_LIMIT = 4;
const FLAGS = 5;
const LIFETIME = 6;
const FLAG_MANAGED = 0x80;
const FLAG_OTHER = 0x40;
const FLAG_ON_LINK = 0x80;
const FLAG_AUTONOMOUS = 0x40;
const CEASED_VALID_SECONDS = 7203;

const isSent = (prefix: AdvertisedPrefix): boolean =>
  prefix.isEnabled && (!prefix.isDecremented || prefix.preferredUntil > 0);

/** Bytes of the message. */
function advertisementBytes({ hasLinkLayerOption, mtuBytes, prefixes }: RouterState): number {
  let bytes = icmp6.ROUTER_ADVERTISEMENT_BYTES;
  if (hasLinkLayerOption) bytes += icmp6.OPTION_BYTES;
  if (mtuBytes !== 0) bytes += icmp6.OPTION_BYTES;
  for (const prefix of prefixes) if (isSent(prefix)) bytes += icmp6.PREFIX_OPTION_BYTES;
  return bytes;
}

/** Writes the message at `at`, where there are zeros. */
function writeAdvertisement(
  view: DataView,
  at: number,
  state: RouterState,
  mac: { readonly high: number; readonly low: number },
  now: number,
): void {
  icmp6.setType(view, at, icmp6.ROUTER_ADVERTISEMENT);
  view.setUint8(at + CUR_HOP_LIMIT, state.hopLimit);
  view.setUint8(at + FLAGS, (state.isManaged ? FLAG_MANAGED : 0) | (state.isOtherManaged ? FLAG_OTHER : 0));
  view.setUint16(at + LIFETIME, state.lifetimeSeconds);
  let option = at + icmp6.ROUTER_ADVERTISEMENT_BYTES;
  if (state.hasLinkLayerOption) {
    writeLinkLayer(view, option, icmp6.OPTION_SOURCE_LINK_LAYER, mac);
    option += icmp6.OPTION_BYTES;
  }
  if (state.mtuBytes !== 0) {
    view.setUint8(option, icmp6.OPTION_MTU);
    view.setUint8(option + 1, 1);
    view.setUint32(option + 4, state.mtuBytes);
    option += icmp6.OPTION_BYTES;
  }
  for (const prefix of state.prefixes) {
    if (!isSent(prefix)) continue;
    const left = (seconds: number, until: number): number =>
      prefix.isDecremented ? Math.max(0, Math.trunc(until - now)) : seconds;
    view.setUint8(option, icmp6.OPTION_PREFIX);
    view.setUint8(option + 1, icmp6.PREFIX_OPTION_BYTES / 8);
    view.setUint8(option + 2, prefix.length);
    view.setUint8(option + 3, (prefix.isOnLink ? FLAG_ON_LINK : 0) | (prefix.isAutonomous ? FLAG_AUTONOMOUS : 0));
    view.setUint32(option + 4, state.isCeased ? CEASED_VALID_SECONDS : left(prefix.validSeconds, prefix.validUntil));
    view.setUint32(option + 8, state.isCeased ? 0 : left(prefix.preferredSeconds, prefix.preferredUntil));
    writeIp6(prefix.address, view, option + 16);
    option += icmp6.PREFIX_OPTION_BYTES;
  }
}

export const routerSolicitation = defineNode({
  name: 'icmp6-router-solicitation',
  trace: packetTrace(ICMP6_INPUT, 'fork'),
  next: { DROP: 'ip6-drop', REPLY: 'interface-output', PUNT: 'ip6-punt' },
  errors: [icmp6InputErrors],
  causes: {
    NOT_ON_LINK: (b) => `a router solicitation from ${formatNotedIp6(b.causeArg0)}, which is not on the link`,
    NOT_CONFIGURED: (b, { interfaces }) => `${interfaces.all[b.swIfIndexRx].name} does not advertise a router`,
    TOO_SOON: 'a router solicitation less than 3 seconds after the last one that was answered',
  },
  create: ({ next, cause, errors, tables, buffers, clock }) => {
    const error = errors.ids(icmp6InputErrors);
    const { advertisesOnDemand } = tables.composition.behaviour;
    return (b) => {
      if (isMessageCut(b)) return next.DROP;
      const { swIfIndexRx } = b;
      const isUnspecified = ip6.isUnspecified(b.view, b.at + ip6.SOURCE);
      const isLinkLocal = ip6.isLinkLocal(b.view, b.at + ip6.SOURCE);
      if (!isUnspecified && !isLinkLocal) {
        if (!isOnLink(b, tables)) {
          b.causeArg0 = noteIp6(b.bytes, b.at + ip6.SOURCE);
          errors.increment(error.ROUTER_SOLICITATION_SOURCE_NOT_ON_LINK);
          return end(b, error.ROUTER_SOLICITATION_SOURCE_NOT_ON_LINK, cause.NOT_ON_LINK, next.DROP);
        }
        const option = linkLayerOption(b, SOLICITATION_BYTES, icmp6.OPTION_SOURCE_LINK_LAYER);
        if (option >= 0) learn(b, b.at + ip6.SOURCE, option, tables);
      }
      const state = tables.ip6Routers.of(swIfIndexRx);
      if (state === null || (advertisesOnDemand && !state.isAdvertised)) {
        b.error = error.ROUTER_SOLICITATION_RADV_NOT_CONFIG;
        b.cause = cause.NOT_CONFIGURED;
        if (!advertisesOnDemand) {
          errors.increment(b.error);
          return next.DROP;
        }
        b.advance(b.dataAt - b.at);
        return next.PUNT;
      }

      const isTooSoon = state.lastAnswer !== 0 && clock.now - state.lastAnswer < QUIET_SECONDS;
      if (!isTooSoon) state.lastAnswer = clock.now;
      const { mac } = tables.interfaces.all[swIfIndexRx];
      const bytes = advertisementBytes(state);
      b.length = ip6.HEADER_BYTES;
      buffers.lengthen(b, bytes);
      const { view, at } = b;
      const l4 = at + ip6.HEADER_BYTES;
      writeAdvertisement(view, l4, state, mac, clock.now);
      if (!isUnspecified && state.isUnicast) ip6.copyAddress(view, at + ip6.SOURCE, at + ip6.DESTINATION);
      else writeAllNodes(view, at + ip6.DESTINATION);
      writeIp6(tables.ip6.links.linkLocal[swIfIndexRx], view, at + ip6.SOURCE);
      ip6.setHopLimit(view, at, HOP_LIMIT);
      ip6.setPayloadLength(view, at, bytes);
      icmp6.fillChecksum(view, at);
      sendBack(b, tables);
      b.flags |= FLAG_LOCALLY_ORIGINATED;
      b.error = error.NONE;
      if (isTooSoon) {
        b.cause = cause.TOO_SOON;
        return next.DROP;
      }
      errors.increment(error.ROUTER_ADVERTISEMENTS_TX);
      return next.REPLY;
    };
  },
});

export const routerAdvertisement = defineNode({
  name: 'icmp6-router-advertisement',
  trace: packetTrace(ICMP6_INPUT),
  next: { DROP: 'ip6-drop' },
  errors: [icmp6InputErrors],
  causes: {
    HEARD: "another router's advertisement, which was heard",
    NOT_LINK_LOCAL: (b) => `a router advertisement from ${formatNotedIp6(b.causeArg0)}, which is not link-local`,
    NOT_CONFIGURED: (b, { interfaces }) => `${interfaces.all[b.swIfIndexRx].name} has no IPv6`,
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(icmp6InputErrors);
    return (b) => {
      const source = b.at + ip6.SOURCE;
      b.error = error.NONE;
      b.cause = cause.HEARD;
      if (!ip6.isLinkLocal(b.view, source)) {
        b.error = error.ROUTER_ADVERTISEMENT_SOURCE_NOT_LINK_LOCAL;
        b.cause = cause.NOT_LINK_LOCAL;
        b.causeArg0 = noteIp6(b.bytes, source);
      } else if (tables.ip6Routers.of(b.swIfIndexRx) === null) {
        b.error = error.ROUTER_SOLICITATION_RADV_NOT_CONFIG;
        b.cause = cause.NOT_CONFIGURED;
      }
      if (b.error !== error.NONE) errors.increment(b.error);
      errors.increment(error.ROUTER_ADVERTISEMENTS_RX);
      return next.DROP;
    };
  },
});
