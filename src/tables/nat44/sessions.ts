/**
 * The session pool, a column per field of snat_session_t (VPP 19.08 src/plugins/nat/nat.h). Indices are VPP's: a new
 * session takes the index freed last, else the next one (vppinfra pool_get).
 *
 * Keys are pairs of words as in session-key.ts. Ports are in host order. 71 bytes per session with the columns that
 * only endpoint-dependent mode needs, 53 without; look-up tables come on top.
 */

/** SNAT_SESSION_FLAG_* */
export const SESSION_STATIC_MAPPING = 1;
export const SESSION_UNKNOWN_PROTO = 2;
export const SESSION_LOAD_BALANCING = 4;
export const SESSION_TWICE_NAT = 8;
export const SESSION_ENDPOINT_DEPENDENT = 16;
export const SESSION_FWD_BYPASS = 32;
export const SESSION_AFFINITY = 64;
export const SESSION_OUTPUT_FEATURE = 128;

const INITIAL_CAPACITY = 64;
const NONE = -1;

type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

export class Sessions {
  /** Inside key: address, and port/protocol/FIB. */
  in2outAddress = new Int32Array(0);
  in2outWord = new Int32Array(0);
  /** Outside key. */
  out2inAddress = new Int32Array(0);
  out2inWord = new Int32Array(0);
  flags = new Uint8Array(0);
  /** TCP state bits (NAT44_SES_*); endpoint-dependent mode only. */
  state = new Uint8Array(0);
  extHostPort = new Uint16Array(0);
  /** Seconds, capture time. */
  lastHeard = new Float64Array(0);
  totalBytes = new Float64Array(0);
  totalPackets = new Uint32Array(0);
  /** User whose list the session is in (user_index, per_user_list_head_index). */
  userIndex = new Int32Array(0);
  /** Neighbours in the user's list, least recently used first; -1 at the ends. */
  older = new Int32Array(0);
  newer = new Int32Array(0);

  /** Endpoint-dependent mode only; empty in classic mode. */
  extHostAddress = new Int32Array(0);
  extHostNatAddress = new Int32Array(0);
  extHostNatPort = new Uint16Array(0);
  i2oFinSequence = new Uint32Array(0);
  o2iFinSequence = new Uint32Array(0);

  /** Indices ever used: the pool's length. */
  length = 0;
  private readonly free: number[] = [];
  private isLive = new Uint8Array(0);
  private capacity = 0;

  /** @param hasEndpoints makes the endpoint-dependent columns; set before the first session */
  constructor(private readonly hasEndpoints: () => boolean) {}

  /** Sessions in use (pool_elts). */
  get count(): number {
    return this.length - this.free.length;
  }

  /** False for an index that was freed (pool_is_free_index). */
  isUsed(index: number): boolean {
    return index < this.length && this.isLive[index] === 1;
  }

  /** pool_get: a session with all fields zero, in no list yet. */
  allocate(): number {
    const index = this.free.pop() ?? this.length++;
    if (index >= this.capacity) this.grow();
    this.isLive[index] = 1;
    this.in2outAddress[index] = 0;
    this.in2outWord[index] = 0;
    this.out2inAddress[index] = 0;
    this.out2inWord[index] = 0;
    this.lastHeard[index] = 0;
    this.userIndex[index] = NONE;
    this.older[index] = NONE;
    this.newer[index] = NONE;
    if (this.hasEndpoints()) {
      this.i2oFinSequence[index] = 0;
      this.o2iFinSequence[index] = 0;
    }
    this.clearForReuse(index);
    return index;
  }

  /** Zeroes what VPP zeroes in a recycled session. Keys, time, FIN sequence numbers and list stay. */
  clearForReuse(index: number): void {
    this.flags[index] = 0;
    this.totalBytes[index] = 0;
    this.totalPackets[index] = 0;
    this.state[index] = 0;
    this.extHostPort[index] = 0;
    if (this.hasEndpoints()) {
      this.extHostAddress[index] = 0;
      this.extHostNatAddress[index] = 0;
      this.extHostNatPort[index] = 0;
    }
  }

  /** pool_put. */
  release(index: number): void {
    this.isLive[index] = 0;
    this.free.push(index);
  }

  /** nat44_session_update_counters. */
  countPacket(index: number, now: number, bytes: number): void {
    this.lastHeard[index] = now;
    this.totalPackets[index]++;
    this.totalBytes[index] += bytes;
  }

  private grow(): void {
    // By an eighth: the unused part of the columns counts against the 128 bytes that a session may take.
    const to = this.capacity + Math.max(INITIAL_CAPACITY, this.capacity >>> 3);
    this.capacity = to;
    this.in2outAddress = grown(this.in2outAddress, new Int32Array(to));
    this.in2outWord = grown(this.in2outWord, new Int32Array(to));
    this.out2inAddress = grown(this.out2inAddress, new Int32Array(to));
    this.out2inWord = grown(this.out2inWord, new Int32Array(to));
    this.flags = grown(this.flags, new Uint8Array(to));
    this.state = grown(this.state, new Uint8Array(to));
    this.extHostPort = grown(this.extHostPort, new Uint16Array(to));
    this.lastHeard = grown(this.lastHeard, new Float64Array(to));
    this.totalBytes = grown(this.totalBytes, new Float64Array(to));
    this.totalPackets = grown(this.totalPackets, new Uint32Array(to));
    this.userIndex = grown(this.userIndex, new Int32Array(to));
    this.older = grown(this.older, new Int32Array(to));
    this.newer = grown(this.newer, new Int32Array(to));
    this.isLive = grown(this.isLive, new Uint8Array(to));
    if (!this.hasEndpoints()) return;
    this.extHostAddress = grown(this.extHostAddress, new Int32Array(to));
    this.extHostNatAddress = grown(this.extHostNatAddress, new Int32Array(to));
    this.extHostNatPort = grown(this.extHostNatPort, new Uint16Array(to));
    this.i2oFinSequence = grown(this.i2oFinSequence, new Uint32Array(to));
    this.o2iFinSequence = grown(this.o2iFinSequence, new Uint32Array(to));
  }
}

function grown<T extends Column>(from: T, to: T): T {
  to.set(from);
  return to;
}
