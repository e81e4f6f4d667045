/**
 * DEFLATE in plain JavaScript, for browsers: matches by fflate, the rest by the files beside this one. fflate does not
 * decompress here: it checks no checksum, takes streams that are cut short for whole ones, and can't be bounded exactly.
 *
 * @module
 */
import { deflateSync } from "fflate";
import { crc32 } from "./checksum.ts";
import type { DeflateEngine } from "./deflate_engine.ts";
import { deflateHuffman } from "./huffman_encoder.ts";
import { inflate } from "./inflate.ts";

/** The engine that runs everywhere. */
export const portableEngine: DeflateEngine = {
  deflate: (bytes) => deflateSync(bytes, { level: 6 }),
  deflateHuffman,
  inflate,
  crc32,
};
