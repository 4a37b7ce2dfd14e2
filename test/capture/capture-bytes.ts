/** Builds captures byte by byte, on purpose without anything of src/capture/: what the readers are tested against. */

/** Numbers of a fixed width in the byte order of a file. */
export class ByteOrder {
  constructor(readonly isLittle: boolean) {}

  u16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    if (this.isLittle) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  }

  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.isLittle) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  }

  u64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    if (this.isLittle) bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    else bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
    return bytes;
  }
}

export const LITTLE = new ByteOrder(true);
export const BIG = new ByteOrder(false);

export interface Frame {
  readonly seconds: number;
  /** In the file's unit. */
  readonly fraction: number;
  readonly bytes: Buffer;
  readonly originalLength?: number;
}

/** A frame of `length` bytes that counts up from `first`. */
export const counting = (length: number, first: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (first + i) & 0xff));

export const pcapHeader = (
  order: ByteOrder,
  magic = 0xa1b2c3d4,
  linkType = 1,
  version = [2, 4],
  snap = 65535,
): Buffer =>
  Buffer.concat([
    order.u32(magic),
    order.u16(version[0]),
    order.u16(version[1]),
    order.u32(0),
    order.u32(0),
    order.u32(snap),
    order.u32(linkType),
  ]);

export const pcapRecord = (order: ByteOrder, frame: Frame, extra: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    order.u32(frame.seconds),
    order.u32(frame.fraction),
    order.u32(frame.bytes.length),
    order.u32(frame.originalLength ?? frame.bytes.length),
    extra,
    frame.bytes,
  ]);

const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export const block = (order: ByteOrder, type: number, ...body: Buffer[]): Buffer => {
  const content = pad(Buffer.concat(body));
  const total = order.u32(content.length + 12);
  return Buffer.concat([order.u32(type), total, content, total]);
};

export const option = (order: ByteOrder, code: number, value: Buffer): Buffer =>
  Buffer.concat([order.u16(code), order.u16(value.length), pad(value)]);

export const section = (order: ByteOrder): Buffer =>
  block(order, 0x0a0d0d0a, order.u32(0x1a2b3c4d), order.u16(1), order.u16(0), order.u64(-1n));

export const interfaceBlock = (order: ByteOrder, linkType: number, snap: number, ...options: Buffer[]): Buffer =>
  block(order, 1, order.u16(linkType), order.u16(0), order.u32(snap), ...options);

export const enhanced = (
  order: ByteOrder,
  which: number,
  ticks: bigint,
  bytes: Buffer,
  original = bytes.length,
  ...options: Buffer[]
): Buffer =>
  block(
    order,
    6,
    order.u32(which),
    order.u32(Number(ticks >> 32n)),
    order.u32(Number(ticks & 0xffffffffn)),
    order.u32(bytes.length),
    order.u32(original),
    pad(bytes),
    ...options,
  );

export const obsolete = (order: ByteOrder, which: number, ticks: bigint, bytes: Buffer, ...options: Buffer[]): Buffer =>
  block(
    order,
    2,
    order.u16(which),
    order.u16(0),
    order.u32(Number(ticks >> 32n)),
    order.u32(Number(ticks & 0xffffffffn)),
    order.u32(bytes.length),
    order.u32(bytes.length),
    pad(bytes),
    ...options,
  );

export const simple = (order: ByteOrder, bytes: Buffer, original = bytes.length): Buffer =>
  block(order, 3, order.u32(original), pad(bytes));
