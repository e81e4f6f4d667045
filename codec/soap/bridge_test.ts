/**
 * A service over HTTP made of nothing but the codec, which clients of other implementations call; holds no test itself.
 *
 * @module
 */
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { writeWsdl } from "../idl/wsdl.ts";
import { type Method, service, unary } from "../schema/service.ts";
import type { Infer, StructType } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { soapFault, soapMediaTypes, type SoapVersion, soapWith } from "../soap.ts";

const Colour = t.enumeration("shop.Colour", { red: 0, dark_blue: 5 });
const Line = t.struct("shop.Line", {
  item: t.field(1, t.string),
  count: t.field(2, t.uint16),
  price: t.field(3, t.decimal(10, 2)),
});

/** A tree of names. */
export interface Tree {
  /** Its name. */
  name: string;
  /** What hangs on it. */
  kids: Tree[];
}
const Tree: StructType<Tree> = t.struct("shop.Tree", {
  name: t.field(1, t.string),
  kids: t.field(2, t.list(t.lazy(() => Tree))),
});

/** A message with something of everything. */
export const Order = t.struct("shop.Order", {
  customer: t.field(1, t.string),
  note: t.field(2, t.optional(t.string)),
  lines: t.field(3, t.list(Line)),
  colour: t.field(4, Colour),
  at: t.field(5, t.timestamp),
  data: t.field(6, t.bytes),
  big: t.field(7, t.int64),
  ratio: t.field(8, t.double),
  tags: t.field(9, t.optional(t.list(t.string))),
  ages: t.field(10, t.map(t.string, t.int32)),
  email: t.field(11, t.optional(t.string)),
  phone: t.field(12, t.optional(t.string)),
  tree: t.field(13, t.optional(Tree)),
  id: t.field(14, t.uuid),
  day: t.field(15, t.date),
  flags: t.field(16, t.list(t.bool)),
}, { oneofs: { contact: ["email", "phone"] } });
/** The value of an {@linkcode Order}. */
export type Order = Infer<typeof Order>;

/** A message with little. */
export const Wish = t.struct("shop.Wish", { text: t.field(1, t.string) });

/** What the bridge answers: orders come back as they were, and wishes are refused. */
export const Shop = service("shop", { order: unary(Order, Order), wish: unary(Wish, Wish) });

/** The error that answers a wish. */
export const refusal = new RpcError("not_found", "no <such> & é", { status: 1404, details: { wish: 1 } });

/** An order that every implementation can carry. */
export const order: Order = {
  customer: "bob <&> \"é\" 'x' 😀 ]]>",
  lines: [{ item: " a\tb ", count: 1, price: "1.50" }, { item: "", count: 65535, price: "-2.00" }],
  colour: "dark_blue",
  at: new Date("2026-11-23T07:48:21.000Z"),
  data: Uint8Array.of(0, 1, 255),
  big: 4611686018427387905n,
  ratio: -1.5e-7,
  tags: ["x", "y"],
  ages: new Map([["k", 3], ["<", -1]]),
  email: "bob@example.com",
  tree: { name: "t", kids: [{ name: "u", kids: [] }, { name: "v", kids: [{ name: "w", kids: [] }] }] },
  id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  day: "2026-11-23",
  flags: [true, false],
};

/** A running bridge. */
export interface Bridge extends AsyncDisposable {
  /** Where it is; with `?wsdl`, its description. */
  readonly url: string;
  /** The orders that came, with the version of SOAP that they came in. */
  readonly orders: (readonly [version: SoapVersion, order: Order])[];
}

/** Starts a bridge on a free port. */
export function bridge(): Bridge {
  const orders: [SoapVersion, Order][] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request): Promise<Response> => {
    if (request.method === "GET") return new Response(writeWsdl(Shop, { address: request.url.replace("?wsdl", "") }));
    const { version, key } = calledBy(request.headers), body = new Uint8Array(await request.arrayBuffer());
    const answered = answer(body, { version, key, orders });
    return new Response(answered.body, {
      status: answered.status,
      headers: { "content-type": soapMediaTypes[version] },
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/shop`, orders, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Version and method of a request, which says the latter in a header or in its media type. */
function calledBy(headers: Headers): { version: SoapVersion; key: string } {
  const type = headers.get("content-type") ?? "", version = type.startsWith("application/soap+xml") ? "1.2" : "1.1";
  const action = version === "1.1" ? headers.get("soapaction") : /action="([^"]*)"/.exec(type)?.[1];
  return { version, key: /^"?urn:shop#(\w+)"?$/.exec(action ?? "")?.[1] ?? `no method: ${action}` };
}

interface Called {
  readonly version: SoapVersion;
  readonly key: string;
  readonly orders: [SoapVersion, Order][];
}

function answer(
  body: Uint8Array<ArrayBuffer>,
  { version, key, orders }: Called,
): { status: number; body: Uint8Array<ArrayBuffer> } {
  try {
    const method = (Shop.methods as Record<string, Method>)[key];
    if (!method) throw new RpcError("unimplemented", key);
    const codec = soapWith({ version }), value = codec.compile(method.request).decode(new Reader(body));
    if (key === "wish") throw refusal;
    orders.push([version, value as Order]);
    const into = new Writer();
    codec.compile(method.response).encode(value, into);
    return { status: 200, body: into.slice() };
  } catch (error) {
    return { status: 500, body: soapFault(RpcError.from(error), version) };
  }
}
