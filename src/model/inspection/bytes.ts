import type { Base64 } from './wire';

function bytesOf(text: Base64): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

export const toInt8 = (text: Base64): Int8Array => new Int8Array(bytesOf(text));
export const toUint16 = (text: Base64): Uint16Array => new Uint16Array(bytesOf(text));
export const toFloat32 = (text: Base64): Float32Array => new Float32Array(bytesOf(text));
