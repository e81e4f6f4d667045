/**
 * The messages that every codec carries: ten fields (182 bytes as JSON), and 600 such records (about 111 KB).
 *
 * @module
 */
import { type Infer, t, type Type } from "../../codec/mod.ts";

/** Schema of the small message. */
export const User = t.struct("bench.User", {
  id: t.field(1, t.int32),
  seq: t.field(2, t.int32),
  name: t.field(3, t.string),
  email: t.field(4, t.string),
  active: t.field(5, t.bool),
  score: t.field(6, t.double),
  level: t.field(7, t.int32),
  createdAt: t.field(8, t.int53),
  tags: t.field(9, t.list(t.string)),
  note: t.field(10, t.string),
});

/** The small message. */
export type User = Infer<typeof User>;

/** Schema of the large message. */
export const Users = t.struct("bench.Users", { users: t.field(1, t.list(User)) });

const user: User = {
  id: 123456789,
  seq: 42,
  name: "alice",
  email: "alice@example.com",
  active: true,
  score: 98.625,
  level: 7,
  createdAt: 1732286400123,
  tags: ["rpc", "deno", "jce"],
  note: "hello, erpc",
};

/** Sizes of message that are measured. */
export type Size = "small" | "large";

/** A message and its schema. */
export interface Sample {
  /** Its schema. */
  readonly type: Type;
  /** Its value. */
  readonly value: unknown;
}

/** The messages by size. */
export const samples: Readonly<Record<Size, Sample>> = {
  small: { type: User, value: user },
  large: { type: Users, value: { users: Array.from({ length: 600 }, (_, seq) => ({ ...user, seq })) } },
};
