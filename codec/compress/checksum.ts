/**
 * The checksums of gzip (CRC-32, RFC 1952, section 8) and zlib (Adler-32, RFC 1950, section 9).
 *
 * @module
 */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});

/** CRC-32 of `bytes`, unsigned. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const ADLER_BASE = 65_521;
/** How many bytes may be added before the sums must be reduced: they stay below 2^31, where V8's numbers are fast. */
const ADLER_RUN = 3_800;

/** Adler-32 of `bytes`, unsigned. */
export function adler32(bytes: Uint8Array): number {
  let a = 1, b = 0;
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(i + ADLER_RUN, bytes.length);
    for (; i < end; i++) b += a += bytes[i]!;
    a %= ADLER_BASE;
    b %= ADLER_BASE;
  }
  return (b << 16 | a) >>> 0;
}
