/**
 * Zeep, Python's client of SOAP, against a service made of this codec and its WSDL.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ask } from "../xml/lxml_ask_test.ts";
import { bridge, order, refusal } from "./bridge_test.ts";
import { missing } from "./there_test.ts";

/** Reads lines `[url, port]`, and writes `[order that came back, fault]` for each. */
const SCRIPT = `
import base64, datetime, decimal, json, sys
from lxml import etree
from zeep import Client
from zeep.exceptions import Fault
from zeep.helpers import serialize_object

def plain(value):
    if isinstance(value, dict): return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list): return [plain(one) for one in value]
    if isinstance(value, bytes): return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime): return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, (datetime.date, decimal.Decimal)): return str(value)
    return str(value) if type(value) is int and abs(value) > 2**53 else value

for line in sys.stdin:
    url, port = json.loads(line)
    service = Client(url + "?wsdl").bind("shop", port)
    answer = service.order(
        customer="""bob <&> "\\u00e9" 'x' \\U0001F600 ]]>""",
        lines=[dict(item=" a\\tb ", count=1, price=decimal.Decimal("1.5")), dict(item="", count=65535, price=decimal.Decimal("-2"))],
        colour="dark_blue",
        at=datetime.datetime(2026, 11, 23, 8, 48, 21, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
        data=b"\\x00\\x01\\xff",
        big=4611686018427387905,
        ratio=-1.5e-7,
        tags=dict(item=["x", "y"]),
        ages=dict(entry=[dict(key="k", value=3), dict(key="<", value=-1)]),
        email="bob@example.com",
        tree=dict(name="t", kids=[dict(name="u"), dict(name="v", kids=[dict(name="w")])]),
        id="f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        day=datetime.date(2026, 11, 23),
        flags=[True, False],
    )
    try:
        service.wish(text="x")
    except Fault as fault:
        print(json.dumps([plain(serialize_object(answer, dict)), [fault.code, fault.message, etree.tostring(fault.detail[0]).decode()]]))
`;
const lacks = await missing("python3-zeep", ["/usr/bin/python3", "-c", "import zeep"]);

/** What Zeep makes of the order that came back. */
const seen = {
  customer: order.customer,
  lines: [{ item: " a\tb ", count: 1, price: "1.50" }, { count: 65535, price: "-2.00" }], // no text is None
  colour: "dark_blue",
  at: "2026-11-23T07:48:21+00:00",
  data: "AAH/",
  big: "4611686018427387905",
  ratio: -1.5e-7,
  tags: { item: ["x", "y"] },
  ages: { entry: [{ key: "k", value: 3 }, { key: "<", value: -1 }] },
  email: "bob@example.com",
  tree: { name: "t", kids: [{ name: "u", kids: [] }, { name: "v", kids: [{ name: "w", kids: [] }] }] },
  id: order.id,
  day: "2026-11-23",
  flags: [true, false],
};

Deno.test({
  name: `Zeep calls a service through its WSDL, in both versions of SOAP${lacks}`,
  ignore: lacks !== "",
  async fn() {
    await using served = bridge();
    const [old, recent] = await ask<[unknown, string[]]>(SCRIPT, [[served.url, "shopSoap"], [
      served.url,
      "shopSoap12",
    ]]);
    assertEquals(served.orders, [["1.1", order], ["1.2", order]]);
    const detail = '<error xmlns="urn:erpc" xmlns:soap="ENVELOPE"><code>not_found</code><status>1404</status>' +
      '<details>{"wish":1}</details></error>';
    assertEquals(old![0], seen);
    assertEquals(old![1].slice(0, 2), ["soap:Client", refusal.message]);
    assertEquals(recent![0], seen);
    assertEquals(recent![1].slice(0, 2), ["soap:Sender", refusal.message]);
    for (const [, [, , said]] of [old!, recent!]) {
      assertEquals(said!.replace(/xmlns:soap="[^"]*"/, 'xmlns:soap="ENVELOPE"'), detail);
    }
  },
});
