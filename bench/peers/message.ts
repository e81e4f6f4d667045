/**
 * What every system carries: the small message (about 122 bytes of JSON) and a big body, and how a reply is checked.
 *
 * @module
 */

/** The small message. */
export interface Message {
  /** A name. */
  name: string;
  /** Different in every call, so that a mixed-up reply is noticed. */
  id: number;
  /** Milliseconds since 1970: needs more than 32 bits. */
  ts: number;
  /** A city. */
  city: string;
  /** Five words. */
  tags: string[];
  /** A number with a fraction. */
  score: number;
  /** Empty here: where a longer text would go. */
  blob: string;
}

const tags = ["red", "tan", "blue", "gray", "pink"];

/** A small message with `id`. */
export function small(id: number): Message {
  return { name: "Ada", id, ts: 1_767_225_600_000, city: "Oslo", tags, score: 9.5, blob: "" };
}

/** Throws Error unless `reply` says what {@linkcode small} of `id` says. */
export function checkSmall(reply: Message, id: number): void {
  const whole = reply.id === id && reply.ts === 1_767_225_600_000 && reply.name === "Ada" && reply.city === "Oslo" &&
    reply.tags.length === tags.length && reply.tags[4] === "pink" && reply.score === 9.5 && reply.blob === "";
  if (!whole) throw new Error(`Cannot accept the reply to message ${id}: it says ${JSON.stringify(reply)}`);
}

/** A body of `size` bytes that are not all alike. */
export function bigBody(size: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(size);
  for (let at = 0; at < size; at++) body[at] = at * 31 >> 3;
  return body;
}

/** Throws Error unless `reply` has the length of `sent` and its bytes in a sample of one in 4,099 (a prime). */
export function checkBig(reply: Uint8Array, sent: Uint8Array): void {
  let same = reply.length === sent.length;
  for (let at = 0; same && at < sent.length; at += 4099) same = reply[at] === sent[at];
  if (!same) throw new Error(`Cannot accept the reply to a body of ${sent.length} bytes: its ${reply.length} differ`);
}
