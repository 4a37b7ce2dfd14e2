/** The text form of rules for fields, the same on a command line and in a case file. */

import type { FieldRule } from './options.js';

/**
 * `ip4.id`, `GigabitEthernet0/8/0:eth.src` (on that interface only), `ip4.src=255.255.255.0` (only these bits are compared).
 * Whether the field exists and takes the mask is found when a comparison starts.
 */
export function parseFieldRule(text: string): FieldRule {
  const equals = text.indexOf('=');
  const place = equals < 0 ? text : text.slice(0, equals);
  const colon = place.lastIndexOf(':');
  return {
    field: place.slice(colon + 1),
    mask: equals < 0 ? null : text.slice(equals + 1),
    interfaceName: colon < 0 ? null : place.slice(0, colon),
  };
}
