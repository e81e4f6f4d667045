/**
 * A client in C++ that gSOAP's wsdl2h and soapcpp2 make from our WSDL, against a service made of this codec.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { writeWsdl } from "../idl/wsdl.ts";
import { bridge, order, refusal, Shop } from "./bridge_test.ts";
import { missing } from "./there_test.ts";

/** Sends an order and a wish to the URL it gets, and says what came back. */
const MAIN = String.raw`
#include "soapshopSoapProxy.h"
#include "shopSoap.nsmap"
#include <cstdio>
int main(int, char **argv) {
  shopSoapProxy proxy(argv[1], SOAP_C_UTFSTRING);
  ns1__Line lines[2];
  lines[0].item = " a\tb "; lines[0].count = 1; lines[0].price = "1.50";
  lines[1].item = ""; lines[1].count = 65535; lines[1].price = "-2";
  ns1__Tree t, u, v, w;
  t.name = "t"; u.name = "u"; v.name = "v"; w.name = "w";
  t.kids.push_back(&u); t.kids.push_back(&v); v.kids.push_back(&w);
  unsigned char data[] = {0, 1, 255};
  std::string email = "bob@example.com";
  _ns1__Order_tags tags; tags.item.push_back("x"); tags.item.push_back("y");
  ns1__Order order;
  order.customer = "bob <&> \"\xc3\xa9\" 'x' \xf0\x9f\x98\x80 ]]>";
  order.lines.push_back(&lines[0]); order.lines.push_back(&lines[1]);
  order.colour = ns1__Colour__dark_USCOREblue;
  order.at = 1795420101;
  order.data.__ptr = data; order.data.__size = 3;
  order.big = 4611686018427387905LL;
  order.ratio = -1.5e-7;
  order.tags = &tags;
  order.ages.entry.resize(2);
  order.ages.entry[0].key = "k"; order.ages.entry[0].value = 3;
  order.ages.entry[1].key = "<"; order.ages.entry[1].value = -1;
  order.__union_Order = SOAP_UNION__ns1__union_Order_email; order.union_Order.email = &email;
  order.tree = &t;
  order.id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"; order.day = "2026-11-23";
  order.flags.push_back(true); order.flags.push_back(false);
  __ns1__orderResponse answer;
  if (proxy.order(&order, answer)) { proxy.soap_stream_fault(std::cerr); return 1; }
  ns1__Order &back = *answer.ns1__Order_;
  std::printf("%s|%s|%s|%d|%ld|%lld|%g|%s|%s=%d|%s|%s|%s|%d\n", back.customer.c_str(), back.lines[0]->item.c_str(),
    back.lines[1]->price.c_str(), back.colour == ns1__Colour__dark_USCOREblue, (long) back.at, (long long) back.big, back.ratio,
    back.tags->item[1].c_str(), back.ages.entry[1].key.c_str(), back.ages.entry[1].value, back.union_Order.email->c_str(),
    back.tree->kids[1]->kids[0]->name.c_str(), back.day.c_str(), (int) (back.flags[0] && !back.flags[1]));
  ns1__Wish wish; wish.text = "x";
  __ns1__wishResponse none;
  if (!proxy.wish(&wish, none)) return 2;
  std::printf("%s|%s\n", *soap_faultcode(proxy.soap), *soap_faultstring(proxy.soap));
}
`;

const tools = "wsdl2h -V && soapcpp2 -V && g++ --version && test -f /usr/include/stdsoap2.h";
const lacks = await missing("gsoap, libgsoap-dev or g++", ["sh", "-c", tools]);

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

for (const version of ["1.1", "1.2"] as const) {
  Deno.test({
    name: `a client that gSOAP makes from the WSDL calls a service in SOAP ${version}${lacks}`,
    ignore: lacks !== "",
    async fn() {
      await using served = bridge();
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/shop.wsdl`, writeWsdl(Shop, { address: served.url, versions: [version] }));
        await Deno.writeTextFile(
          `${folder}/main.cpp`,
          MAIN.replaceAll("shopSoap", version === "1.1" ? "$&" : "shopSoap12"),
        );
        await run("wsdl2h", ["-o", "shop.h", "shop.wsdl"], folder);
        await run("soapcpp2", ["-j", "-C", "-w", "-x", "-I/usr/share/gsoap/import", "shop.h"], folder);
        const proxy = `soapshopSoap${version === "1.1" ? "" : "12"}Proxy.cpp`;
        await run("g++", ["-O0", "-w", "-o", "client", "main.cpp", "soapC.cpp", proxy, "-lgsoap++"], folder);
        const said = (await run("./client", [served.url], folder)).split("\n");
        assertEquals(
          said[0],
          `${order.customer}| a\tb |-2.00|1|1795420101|4611686018427387905|-1.5e-07|y|<=-1|bob@example.com|w|2026-11-23|1`,
        );
        assertEquals(said[1]!.split("|").slice(1), [refusal.message]);
        assertEquals(said[1]!.split("|")[0], version === "1.1" ? "SOAP-ENV:Client" : "SOAP-ENV:Sender");
        assertEquals(served.orders, [[version, order]]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
