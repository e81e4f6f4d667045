/**
 * The npm package `soap` as a client of a server: requests of HTTP whose action names the method.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { createClientAsync } from "soap";
import { writeWsdl } from "../codec/idl/wsdl.ts";
import { refusal, Shop } from "../codec/soap/bridge_test.ts";
import { Server } from "./server.ts";

interface SoapClient {
  wishAsync(wish: unknown): Promise<[unknown]>;
}

/** A server of the shop, which also gives its WSDL. */
function shop(): AsyncDisposable & { readonly url: string } {
  const server = new Server({ registry: false });
  server.handle(Shop, {
    order: (order) => order,
    wish(wish) {
      if (wish.text === "<no>") throw refusal;
      return wish;
    },
  });
  const outer = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request, info) => {
    if (!request.url.endsWith("?wsdl")) return server.fetch(request, info);
    return new Response(writeWsdl(Shop, { address: request.url.replace("?wsdl", "") }));
  });
  return {
    url: `http://127.0.0.1:${outer.addr.port}/shop`,
    async [Symbol.asyncDispose]() {
      await outer.shutdown();
      await server.drain();
    },
  };
}

for (const version of ["1.1", "1.2"] as const) {
  Deno.test(`npm's soap calls a server over HTTP, in SOAP ${version}`, async () => {
    await using served = shop();
    const options = { forceSoap12Headers: version === "1.2", disableCache: true };
    const client = await createClientAsync(`${served.url}?wsdl`, options) as unknown as SoapClient;
    assertEquals((await client.wishAsync({ text: "a <b> & c" }))[0], { text: "a <b> & c" });
    const error = await client.wishAsync({ text: "<no>" }).then(() => undefined, (error) => error);
    const fault = error.root.Envelope.Body.Fault;
    assertEquals(version === "1.1" ? fault.faultstring : fault.Reason.Text.$value, refusal.message);
  });
}

Deno.test("a SOAP envelope is answered in its version, by the method of its action or of the path", async () => {
  await using served = shop();
  const ask = async (path: string, headers: Record<string, string>, namespace: string, text = "x") => {
    const body =
      `<e:Envelope xmlns:e="${namespace}"><e:Body><Wish xmlns="urn:shop"><text>${text}</text></Wish></e:Body></e:Envelope>`;
    const response = await fetch(new URL(path, served.url), { method: "POST", headers, body });
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };
  const old = "http://schemas.xmlsoap.org/soap/envelope/", recent = "http://www.w3.org/2003/05/soap-envelope";
  const one = await ask("/shop", { "content-type": "text/xml", soapaction: '"urn:shop#wish"' }, old);
  assertEquals([one.status, one.type, one.text.includes(old)], [200, "text/xml; charset=utf-8", true]);
  const two = await ask("/shop", { "content-type": 'application/soap+xml; action="urn:shop#wish"' }, recent);
  assertEquals([two.status, two.type], [200, "application/soap+xml; charset=utf-8"]);
  assertEquals([two.text.includes(recent), two.text.includes(old)], [true, false]);
  assertMatch(two.text, /<text>x<\/text>.*<\/soap:Envelope>$/);
  const three = await ask("/shop/wish", { "content-type": "text/xml" }, old);
  assertEquals(three.text, one.text);
  const fault = await ask("/shop/wish", { "content-type": "application/soap+xml" }, recent, "&lt;no&gt;");
  assertEquals([fault.status, fault.type], [500, "application/soap+xml; charset=utf-8"]);
  assertMatch(fault.text, /Sender.*no &lt;such>|Sender.*no &lt;such&gt;/s);
  const nothing = await ask("/shop", { "content-type": "text/xml", soapaction: '"urn:shop#nothing"' }, old);
  assertEquals([nothing.status, nothing.text.includes("Fault")], [500, true]);
});
