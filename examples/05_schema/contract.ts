/** The contract that client and server share: it types both ends, and drives every codec. */
import { bidi, clientStream, type Infer, serverStream, service, t, unary } from "@erpc/erpc";

export const Point = t.struct("route.Point", { x: t.field(1, t.int32), y: t.field(2, t.int32) });
export type Point = Infer<typeof Point>;

export const Place = t.struct("route.Place", {
  name: t.field(1, t.string),
  at: t.field(2, Point),
  kind: t.field(3, t.enumeration("route.Kind", { unknown: 0, house: 1, tree: 2 })),
  note: t.field(4, t.optional(t.string)),
});
export type Place = Infer<typeof Place>;

export const Summary = t.struct("route.Summary", { points: t.field(1, t.int32), metres: t.field(2, t.double) });

export const Route = service("route", {
  lookUp: unary(Point, Place, { idempotent: true }),
  around: serverStream(Point, Place),
  record: clientStream(Point, Summary),
  chat: bidi(Place, Place),
});
