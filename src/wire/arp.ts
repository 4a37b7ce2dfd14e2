/**
 * ARP for IPv4 over Ethernet (RFC 826).
 *
 *     hardware type 2 | protocol type 2 | hardware length 1 | protocol length 1 | operation 2
 *     sender MAC 6 | sender address 4 | target MAC 6 | target address 4
 */

/** Length in bytes of an IPv4-over-Ethernet ARP message. */
export const MESSAGE_BYTES = 28;

export const HARDWARE_ETHERNET = 1;
export const OPERATION_REQUEST = 1;
export const OPERATION_REPLY = 2;

const HARDWARE_TYPE = 0;
const PROTOCOL_TYPE = 2;
const HARDWARE_LENGTH = 4;
const PROTOCOL_LENGTH = 5;
const OPERATION = 6;
const SENDER_MAC = 8;
const SENDER_ADDRESS = 14;
const TARGET_MAC = 18;
const TARGET_ADDRESS = 24;

export const hardwareType = (frame: DataView, at: number): number => frame.getUint16(at + HARDWARE_TYPE);
export const protocolType = (frame: DataView, at: number): number => frame.getUint16(at + PROTOCOL_TYPE);
export const setTypes = (frame: DataView, at: number, hardware: number, protocol: number): void => {
  frame.setUint16(at + HARDWARE_TYPE, hardware);
  frame.setUint16(at + PROTOCOL_TYPE, protocol);
  frame.setUint8(at + HARDWARE_LENGTH, 6);
  frame.setUint8(at + PROTOCOL_LENGTH, 4);
};

export const operation = (frame: DataView, at: number): number => frame.getUint16(at + OPERATION);
export const setOperation = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + OPERATION, value);

export const senderMacHigh = (frame: DataView, at: number): number => frame.getUint16(at + SENDER_MAC);
export const senderMacLow = (frame: DataView, at: number): number => frame.getUint32(at + SENDER_MAC + 2);
export const setSenderMac = (frame: DataView, at: number, high: number, low: number): void => {
  frame.setUint16(at + SENDER_MAC, high);
  frame.setUint32(at + SENDER_MAC + 2, low);
};

export const senderAddress = (frame: DataView, at: number): number => frame.getInt32(at + SENDER_ADDRESS);
export const setSenderAddress = (frame: DataView, at: number, address: number): void =>
  frame.setInt32(at + SENDER_ADDRESS, address);

export const targetMacHigh = (frame: DataView, at: number): number => frame.getUint16(at + TARGET_MAC);
export const targetMacLow = (frame: DataView, at: number): number => frame.getUint32(at + TARGET_MAC + 2);
export const setTargetMac = (frame: DataView, at: number, high: number, low: number): void => {
  frame.setUint16(at + TARGET_MAC, high);
  frame.setUint32(at + TARGET_MAC + 2, low);
};

export const targetAddress = (frame: DataView, at: number): number => frame.getInt32(at + TARGET_ADDRESS);
export const setTargetAddress = (frame: DataView, at: number, address: number): void =>
  frame.setInt32(at + TARGET_ADDRESS, address);
