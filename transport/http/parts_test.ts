import { assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../../protocol/mod.ts";
import { acceptedCompression } from "./body.ts";
import { errorIn, failure } from "./failure.ts";
import { bareType, codecOfType, typeOfCodec } from "./media_type.ts";
import { headersOf, metadataOf } from "./metadata_headers.ts";
import { isAllowedOrigin } from "./origin.ts";
import { codeOfHttpStatus, httpStatusOf } from "./status.ts";
import { messageIn, methodAt, methodOfAction, splitUrl } from "./target.ts";
import { timeoutOf } from "./timeout.ts";

const timeouts: [header: string, value: string, ms: number | null][] = [
  ["erpc-timeout", "1500", 1500],
  ["erpc-timeout", "0", 0],
  ["connect-timeout-ms", "9999999999", 0xffffffff],
  ["grpc-timeout", "2S", 2000],
  ["grpc-timeout", "1H", 3_600_000],
  ["grpc-timeout", "3M", 180_000],
  ["grpc-timeout", "7m", 7],
  ["grpc-timeout", "1500u", 2],
  ["grpc-timeout", "1n", 1],
  ["grpc-timeout", "5", null],
  ["erpc-timeout", "5S", null],
  ["erpc-timeout", "-1", null],
  ["erpc-timeout", "1e3", null],
  ["erpc-timeout", "", null],
  ["erpc-timeout", "99999999999", null],
];

for (const [header, value, ms] of timeouts) {
  Deno.test(`http: ${header}: ${value} is ${ms === null ? "refused" : `${ms} ms`}`, () => {
    if (ms === null) assertThrows(() => timeoutOf(header, value), RpcError, `Cannot read header ${header}`);
    else assertEquals(timeoutOf(header, value), ms);
  });
}

Deno.test("http: every codec has a media type that means it, users' codecs too", () => {
  for (const codec of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 128, 255]) {
    assertEquals(codecOfType(typeOfCodec(codec)), codec);
  }
  assertEquals(bareType('Application/JSON; charset="utf-8"'), "application/json");
  const unknown = [
    "",
    "text/plain",
    "application/x-erpc-5",
    "application/x-erpc-256",
    "application/x-www-form-urlencoded",
  ];
  for (const type of unknown) assertEquals(codecOfType(type), undefined);
});

const texts = ["plain", "", " spaces ", "é 漢字 😀", "100%", "a\r\nset-cookie: b=c", "\0", 'a, b; c="d"', "\ud800"];

for (const text of texts) {
  Deno.test(`http: metadata ${JSON.stringify(text)} goes through headers`, () => {
    const [header] = headersOf(new Map([["key", text]]), true);
    assertEquals(header![0], "erpc-meta-key");
    const { value } = { value: new Headers([header!]).get("erpc-meta-key")! };
    assertEquals(metadataOf("erpc-meta-key", value), ["key", text.toWellFormed()]);
  });
}

Deno.test("http: metadata of bytes, and keys that everybody knows, have headers of their own", () => {
  const metadata = new Map<string, string | Uint8Array>([["b", Uint8Array.of(0, 255)], ["authorization", "Bearer x"]]);
  assertEquals([...headersOf(metadata, true)], [["erpc-bytes-b", "AP8="], ["authorization", "Bearer x"]]);
  assertEquals(
    [...headersOf(metadata, false)],
    [["erpc-bytes-b", "AP8="], ["erpc-meta-authorization", "Bearer%20x"]].map(
      ([name, value]) => [name!, value!.replace("%20", " ")],
    ),
  );
  assertEquals(metadataOf("erpc-bytes-b", "AP8="), ["b", Uint8Array.of(0, 255)]);
  assertEquals(metadataOf("traceparent", "00-x"), ["traceparent", "00-x"]);
  assertEquals(metadataOf("cookie", "a=b"), undefined);
  assertThrows(() => metadataOf("erpc-meta-a", "%"), RpcError, "not encoded as it should be");
  assertThrows(() => metadataOf("erpc-bytes-a", "!"), RpcError, "not encoded as it should be");
});

const queries: Record<string, string> = {
  "": "",
  "name=bob": '{"name":"bob"}',
  "n=7&x=-1.5e3&t=true&z=null": '{"n":7,"x":-1.5e3,"t":true,"z":null}',
  'n="7"': '{"n":"7"}',
  "n=007&m=1.&k=+1": '{"n":"007","m":"1.","k":" 1"}',
  "a=1&a=b": '{"a":[1,"b"]}',
  "a=%22&b=%5C": '{"a":"\\"","b":"\\\\"}',
  "__proto__=1": '{"__proto__":1}',
  "body=eyJhIjoxfQ": '{"a":1}',
};

for (const [query, message] of Object.entries(queries)) {
  Deno.test(`http: the query ${query} is ${message}`, () => {
    assertEquals(new TextDecoder().decode(messageIn(query)), message);
    if (message !== "") JSON.parse(message);
  });
}

Deno.test("http: a body in the query that is not base64url is refused", () => {
  assertThrows(() => messageIn("body=***"), RpcError, "not in base64url");
});

Deno.test("http: paths name methods", () => {
  assertEquals(splitUrl("http://h:1/a/b?c?d"), { path: "/a/b", query: "c?d" });
  assertEquals(methodAt("/pkg.demo/hello", ""), { service: "pkg.demo", method: "hello" });
  assertEquals(methodAt("/rpc/demo/hello", "/rpc"), { service: "demo", method: "hello" });
  assertEquals(methodAt("/d%C3%A9mo/a%2Fb", ""), { service: "démo", method: "a/b" });
  for (
    const path of ["/", "/demo", "/demo/", "//hello", "/a/b/c", "/a/b/", "/a/%", `/a/${"x".repeat(256)}`, "/rpcx/a/b"]
  ) {
    assertEquals(methodAt(path, path.startsWith("/rpcx") ? "/rpc" : ""), undefined, path);
  }
  assertEquals(methodOfAction("/shop", "", '"urn:shop#order"'), { service: "shop", method: "order" });
  assertEquals(methodOfAction("/shop", "", ""), undefined);
  assertEquals(methodOfAction("/", "", "urn:shop#order"), undefined);
});

Deno.test("http: accept-encoding chooses the compression of replies", () => {
  const chosen: Record<string, number> = {
    "": 0,
    "gzip": 1,
    "br, gzip;q=0.5": 1,
    "gzip;q=0, deflate": 2,
    "identity": 0,
    "x-erpc-3": 3,
    "x-erpc-1": 1,
    "x-erpc-999": 0,
  };
  for (const [accept, compression] of Object.entries(chosen)) {
    assertEquals(acceptedCompression(accept), compression, accept);
  }
});

const errors: [error: RpcError, http: number][] = [
  [new RpcError("not_found", "no", { details: { a: [1] } }), 404],
  [new RpcError("unimplemented", "x", { status: "no_method" }), 404],
  [new RpcError("unimplemented", "x"), 501],
  [new RpcError("unimplemented", "x", { status: "unsupported" }), 415],
  [new RpcError("resource_exhausted", "x", { status: "request_too_large" }), 413],
  [new RpcError("resource_exhausted", "x", { status: "overloaded", retryAfterMs: 1500 }), 429],
  [new RpcError("unavailable", "x", { status: "going_away" }), 503],
  [new RpcError("deadline_exceeded", "x"), 504],
  [new RpcError("aborted", "é", { status: 4711 }), 409],
];

for (const [error, http] of errors) {
  Deno.test(`http: ${error.code} ${error.status} is ${http}, and comes out as it went in`, async () => {
    assertEquals(httpStatusOf(error), http);
    const response = await failure(error), body = await response.clone().bytes();
    assertEquals(response.status, http);
    if (error.retryAfterMs !== undefined) assertEquals(response.headers.get("retry-after"), "2");
    const { code, status, message, details, retryAfterMs } = errorIn(response, body);
    assertEquals([code, status, message, details, retryAfterMs], [
      error.code,
      error.status,
      error.message,
      error.details,
      error.retryAfterMs,
    ]);
  });
}

Deno.test("http: answers of proxies are errors that claim nothing", () => {
  const said: [status: number, headers: Record<string, string>, body: string, code: string, number: number][] = [
    [502, {}, "<html>", "unavailable", 14],
    [404, { "content-type": "application/json" }, '{"code":"unimplemented","status":112}', "unimplemented", 12],
    [400, { "erpc-status": "112" }, "", "unimplemented", 12],
    [418, { "erpc-status": "x" }, "", "unknown", 2],
    [500, { "erpc-status": "17", "content-type": "application/json" }, '{"message":7}', "unknown", 2],
    [500, { "erpc-status": "214", "content-type": "application/json" }, '{"message":"x"}', "unavailable", 14],
  ];
  for (const [status, headers, body, code, number] of said) {
    const error = errorIn(new Response(body, { status, headers }), new TextEncoder().encode(body));
    assertEquals([error.code, error.status], [code, number] as [RpcError["code"], number]);
  }
  assertEquals(codeOfHttpStatus(999), "unknown");
});

const origins: [origin: string | null, host: string, allowed: boolean][] = [
  [null, "a.example", true],
  ["https://a.example", "a.example", true],
  ["http://a.example:81", "a.example:81", true],
  ["http://a.example:81", "a.example", false],
  ["https://app.example", "a.example", true],
  ["https://app.example.evil", "a.example", false],
  ["http://app.example", "a.example", false],
  ["null", "a.example", false],
  ["", "a.example", false],
];

for (const [origin, host, allowed] of origins) {
  Deno.test(`http: the origin ${origin} ${allowed ? "may" : "may not"} call ${host}`, () => {
    const headers = new Headers({ host, ...(origin !== null && { origin }) });
    assertEquals(isAllowedOrigin({ headers, url: `http://${host}/` } as Request, ["https://app.example"]), allowed);
  });
}
