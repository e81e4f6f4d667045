/**
 * The npm package `soap`, as a client of a service made of this codec and its WSDL, and as a server that this codec calls.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { createServer, type Server } from "node:http";
import { createClientAsync, listen } from "soap";
import { Reader, Writer } from "../../protocol/mod.ts";
import { writeWsdl } from "../idl/wsdl.ts";
import type { Type } from "../schema/type.ts";
import { soap, soapError, soapMediaTypes } from "../soap.ts";
import { bridge, type Order, order, refusal, Shop, Wish } from "./bridge_test.ts";

/** The order as the package has it. */
const theirs = {
  customer: order.customer,
  lines: [{ item: " a\tb ", count: 1, price: "1.5" }, { item: "", count: 65535, price: "-2" }],
  colour: "dark_blue",
  at: order.at.toISOString(),
  data: "AAH/",
  big: "4611686018427387905",
  ratio: -1.5e-7,
  tags: { item: ["x", "y"] },
  ages: { entry: [{ key: "k", value: 3 }, { key: "<", value: -1 }] },
  email: "bob@example.com",
  tree: { name: "t", kids: [{ name: "u" }, { name: "v", kids: [{ name: "w" }] }] },
  id: order.id,
  day: "2026-11-23",
  flags: [true, false],
};

/** What the package makes of an order that it reads: it trims text, and knows some types of XML Schema. */
const seen = {
  ...theirs,
  lines: [{ item: "a\tb", count: "1", price: 1.5 }, { item: "", count: "65535", price: -2 }],
  at: order.at,
  big: 4611686018427387904,
  day: new Date("2026-11-23"),
};

interface Client {
  orderAsync(order: unknown): Promise<[unknown]>;
  wishAsync(wish: unknown): Promise<[unknown]>;
}

for (const [version, code] of [["1.1", "soap:Client"], ["1.2", "soap:Sender"]] as const) {
  Deno.test(`npm's soap calls a service through its WSDL, in SOAP ${version}`, async () => {
    await using served = bridge();
    const options = { forceSoap12Headers: version === "1.2", disableCache: true };
    const client = await createClientAsync(`${served.url}?wsdl`, options) as unknown as Client;
    assertEquals((await client.orderAsync(theirs))[0], seen);
    assertEquals(served.orders, [[version, order]]);
    const error = await client.wishAsync({ text: "x" }).then(() => undefined, (error) => error);
    const fault = error.root.Envelope.Body.Fault;
    assertEquals(version === "1.1" ? fault.faultcode : fault.Code.Value, code);
    assertEquals(version === "1.1" ? fault.faultstring : fault.Reason.Text.$value, refusal.message);
    const { error: detail } = version === "1.1" ? fault.detail : fault.Detail;
    assertEquals(detail, { code: "not_found", status: "1404", details: '{"wish":1}' });
  });
}

/** A server of the package at a free port, with what its methods get. */
async function serve(gets: unknown[]): Promise<Server> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const wsdl = writeWsdl(Shop, { address: "http://127.0.0.1/shop", versions: ["1.1"] });
  const shopSoap = {
    order(order: unknown): unknown {
      gets.push(order);
      return theirs;
    },
    wish(): never {
      throw { Fault: { faultcode: "soap:Server.Busy", faultstring: "later <&>", detail: { until: "noon" } } };
    },
  };
  await new Promise<void>((done) =>
    listen(server, { path: "/shop", services: { shop: { shopSoap } }, xml: wsdl, callback: () => done() })
  );
  return server;
}

async function post(server: Server, key: string, [type, value]: readonly [Type, unknown]): Promise<Uint8Array> {
  const { port } = server.address() as { port: number }, into = new Writer();
  soap.compile(type).encode(value, into);
  const response = await fetch(`http://127.0.0.1:${port}/shop`, {
    method: "POST",
    headers: { "content-type": soapMediaTypes["1.1"], soapaction: `"urn:shop#${key}"` },
    body: into.slice(),
  });
  return new Uint8Array(await response.arrayBuffer());
}

Deno.test("npm's soap serves this codec through its WSDL", async () => {
  const gets: unknown[] = [], server = await serve(gets), { request, response } = Shop.methods.order;
  try {
    const answer = await post(server, "order", [request, order]);
    assertEquals(gets, [seen]);
    assertEquals(response === request && soap.compile<Order>(response).decode(new Reader(answer)), order);
    const error = soapError(await post(server, "wish", [Wish, { text: "x" }]))!;
    assertEquals([error.code, error.message], ["internal", "later <&>"]);
    assertEquals(error.details, { faultcode: "Server.Busy", detail: "<until>noon</until>" });
  } finally {
    await new Promise((done) => server.close(done));
  }
});
