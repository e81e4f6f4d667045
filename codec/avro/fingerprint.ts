/**
 * Fingerprints of schemas.
 *
 * Format: Apache Avro 1.12 specification, "Schema Fingerprints".
 *
 * @module
 */
import { avroCanonicalForm, type AvroSource } from "./source.ts";

/** Fingerprint of no bytes, and the polynomial. */
const empty = 0xc15d_213a_a4d7_a795n;

const table: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let fp = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) fp = fp >> 1n ^ (fp & 1n ? empty : 0n);
  return fp;
});

const utf8 = new TextEncoder();

/** CRC-64-AVRO (Rabin) of a schema's canonical form, as a signed integer of 64 bits. Throws as {@linkcode avroCanonicalForm}. */
export function avroFingerprint(schema: AvroSource): bigint {
  let fp = empty;
  for (const byte of utf8.encode(avroCanonicalForm(schema))) fp = fp >> 8n ^ table[Number(fp & 0xffn) ^ byte]!;
  return BigInt.asIntN(64, fp);
}

/** SHA-256 of a schema's canonical form: 32 bytes. Throws as {@linkcode avroCanonicalForm}. */
export async function avroFingerprint256(schema: AvroSource): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(avroCanonicalForm(schema))));
}
