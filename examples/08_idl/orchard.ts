/**
 * Written by erpc gen from orchard.proto; edit that instead.
 *
 * @module
 */
import { type Infer, serverStream, service, t, type Type, unary } from "@erpc/erpc";

export const Kind = t.enumeration("orchard.Kind", {
  KIND_UNKNOWN: 0,
  APPLE: 1,
  PEAR: 2,
});
export type Kind = Infer<typeof Kind>;

/** A tree, or a part of one. */
export interface Tree {
  name: string;
  kind: Kind;
  plantedAt?: Date | undefined;
  /** Trees that were grafted onto this one. */
  grafts: Tree[];
  visitor?: string | undefined;
  cameraId?: bigint | undefined;
}
/** A tree, or a part of one. */
export const Tree: Type<Tree> = t.struct("orchard.Tree", {
  name: t.field(1, t.string, { default: "" }),
  kind: t.field(2, Kind, { default: "KIND_UNKNOWN" }),
  plantedAt: t.field(3, t.optional(t.timestamp), { aliases: ["planted_at"] }),
  grafts: t.field(4, t.list(t.lazy(() => Tree)), { default: [], doc: "Trees that were grafted onto this one." }),
  visitor: t.field(5, t.optional(t.string)),
  cameraId: t.field(6, t.optional(t.uint64), { aliases: ["camera_id"] }),
}, { oneofs: { last_seen: ["visitor", "cameraId"] }, doc: "A tree, or a part of one." });

export const PlantRequest = t.struct("orchard.PlantRequest", {
  tree: t.field(1, t.optional(Tree)),
});
export type PlantRequest = Infer<typeof PlantRequest>;

export const PlantReply = t.struct("orchard.PlantReply", {
  number: t.field(1, t.uint32, { default: 0 }),
});
export type PlantReply = Infer<typeof PlantReply>;

export const WalkRequest = t.struct("orchard.WalkRequest", {
  kind: t.field(1, t.optional(Kind)),
});
export type WalkRequest = Infer<typeof WalkRequest>;

/** Looks after trees. */
export const Orchard = service("orchard.Orchard", {
  plant: unary(PlantRequest, PlantReply),
  /** All trees, or those of one kind. */
  walk: serverStream(WalkRequest, Tree, { idempotent: true, doc: "All trees, or those of one kind." }),
}, { doc: "Looks after trees." });
