/** What would have to be otherwise for a dropped frame to pass, which a plugin says beside the causes that its nodes declare. */

import type { PacketBuffer } from './engine/packet-buffer.js';
import type { Tables } from './engine/tables.js';

/** Said after "To pass, ", or where nothing could make the frame pass, a sentence of its own that says why. */
export type Advice = { readonly toPass: string } | { readonly never: string };

export type Remedy = string | Advice | ((b: PacketBuffer, tables: Tables) => string | Advice);

/** By symbol of the cause, or by node and symbol where a symbol means something else in every node. */
export type Remedies = Readonly<Record<string, Remedy>>;

export const never = (why: string): Advice => ({ never: why });

/** Name of the interface that a packet came by. */
export const rxName = (b: PacketBuffer, { interfaces }: Tables): string => interfaces.all[b.swIfIndexRx].name;

export const OFFLOAD = 'it has to be captured behind the network card, or replayed with --fix-checksums';
