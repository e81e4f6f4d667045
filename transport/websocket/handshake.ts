/**
 * Asking for a WebSocket: the client's side of the opening handshake, RFC 6455 section 4.1.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Wire } from "../transport.ts";
import { SUBPROTOCOL } from "./accept.ts";
import type { Remainder } from "./framed_wire.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Largest answer that is read. */
const MAX_ANSWER_BYTES = 16 << 10;

/** Asks the server at `address` on `wire` for a WebSocket. Resolves with what came behind its answer; rejects when it won't. */
export async function shakeHands(wire: Wire, address: Address): Promise<Remainder> {
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  await writeAll(wire, new TextEncoder().encode(opening(address, key)));
  const { head, rest } = await readHead(wire);
  const [status = "", ...lines] = head.split("\r\n");
  const headers = new Map(lines.map((line) => line.split(/:\s*/, 2) as [string, string]).map(lowerCase));
  if (!/^HTTP\/1\.1 101(\s|$)/.test(status)) {
    throw new Error(/^HTTP\//.test(status) ? refusal(status, rest) : "it speaks no HTTP");
  }
  if (headers.get("sec-websocket-accept") !== await acceptOf(key)) throw new Error("it speaks no WebSocket");
  if (headers.get("sec-websocket-protocol") !== SUBPROTOCOL) throw new Error("its WebSocket does not speak erpc");
  return rest;
}

function opening({ hostname, port, path }: Address, key: string): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const headers = {
    host: `${host}:${port}`,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": key,
    "sec-websocket-version": "13",
    "sec-websocket-protocol": SUBPROTOCOL,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${encodeURI(path || "/")} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function lowerCase([name, value = ""]: readonly [string, string]): [string, string] {
  return [name.toLowerCase(), value.trim()];
}

/** What a server that opens no WebSocket says: its status, and the first line of its answer where that is there. */
function refusal(status: string, { bytes, filled }: Remainder): string {
  const [first = ""] = new TextDecoder().decode(bytes.subarray(0, Math.min(filled, 200))).split("\n");
  return `it opens no WebSocket: ${status.slice(9, 109)}${/^[\x20-\x7e]+$/.test(first) ? ` (${first})` : ""}`;
}

async function acceptOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return new Uint8Array(digest).toBase64();
}

async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await wire.write(bytes.subarray(at));
}

async function readHead(wire: Wire): Promise<{ head: string; rest: Remainder }> {
  const bytes = new Uint8Array(MAX_ANSWER_BYTES);
  let filled = 0;
  while (filled < bytes.length) {
    const n = await wire.read(bytes.subarray(filled));
    if (n === null) throw new Error("it ended the connection instead of opening a WebSocket");
    filled += n;
    const text = String.fromCharCode(...bytes.subarray(0, filled)), end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    bytes.copyWithin(0, end + 4, filled);
    return { head: text.slice(0, end), rest: { bytes, filled: filled - end - 4 } };
  }
  throw new Error("its answer to the WebSocket opening has no end");
}
