import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { refined, RpcError } from "../../protocol/mod.ts";
import { bidi, service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { bridge } from "./bridge.ts";
import { packResponse, unpackRequest, unpackResponse } from "./packet.ts";
import { messages } from "./shape.ts";

const Request = t.struct("demo.HelloRequest", { name: t.field(1, t.string), times: t.field(3, t.int32) });
const Response = t.struct("demo.HelloResponse", { return: t.field(0, t.int32), text: t.field(2, t.string) });
const contract = service("demo", { hello: unary(Request, Response) });
const demo = bridge(contract, { servant: "App.Server.DemoObj" });
const request = { name: "a", times: 2 }, response = { return: 7, text: "hi" };
const body = (framed: Uint8Array) => framed.subarray(4);

Deno.test("a call arrives as it was made", () => {
  const metadata = { "x-key": "v" };
  const sent = demo.request("hello", request, { id: 5, timeoutMs: 1.5, metadata, oneway: true });
  assertEquals(new DataView(sent.buffer).getUint32(0), sent.length);
  const { responseMetadata, ...call } = demo.call(unpackRequest(body(sent)));
  assertEquals(responseMetadata.size, 0);
  assertEquals(call, {
    id: 5,
    method: "hello",
    request,
    timeoutMs: 2,
    metadata: new Map([["x-key", "v"]]),
    oneway: true,
  });
});

Deno.test("parameters are the bare fields of the request, and the return value has tag 0", () => {
  const packet = unpackRequest(body(demo.request("hello", request, { id: 1 })));
  assertEquals([...packet.sBuffer], [0x16, 1, 97, 0x30, 2]);
  assertEquals(packet.iTimeout, 0);
  const reply = unpackResponse(body(demo.response(packet, response)));
  assertEquals([...reply.sBuffer], [0x00, 7, 0x26, 2, 104, 105]);
});

Deno.test("an answer comes back with what the handler says beside it", async () => {
  const sent = demo.request("hello", request, { id: 9, metadata: { a: "1" } });
  const answer = await demo.answer(body(sent), ({ request, metadata, responseMetadata }) => {
    responseMetadata.set("seen", String(metadata.get("a")));
    return { ...response, return: (request as { times: number }).times };
  });
  const packet = unpackResponse(body(answer!));
  assertEquals(demo.reply("hello", packet), { ...response, return: 2 });
  assertEquals([packet.iRequestId, packet.context], [9, new Map([["seen", "1"]])]);
});

Deno.test("a context keeps of its keys those that suit metadata, in lower case", () => {
  const packet = unpackRequest(body(demo.request("hello", request, { id: 1 })));
  packet.context = new Map([["Trace-ID", "1"], ["no space", "2"], ["", "3"], ["erpc-status", "4"]]);
  assertEquals(demo.call(packet).metadata, new Map([["trace-id", "1"]]));
});

const failures: [name: string, error: unknown, iRet: number, back: Partial<RpcError>][] = [
  ["an RpcError", new RpcError("not_found", "no such"), -99, { code: "not_found", status: 5 }],
  ["a refinement", refined("overloaded", "busy"), -9, { code: "resource_exhausted", status: 108 }],
  ["a business status", new RpcError("aborted", "no", { status: 1409 }), 1409, { code: "aborted", status: 1409 }],
  ["a deadline", new RpcError("deadline_exceeded", "late"), -7, { code: "deadline_exceeded" }],
  ["what never travels", refined("no_endpoint", "nobody"), -99, { code: "unavailable", status: 14 }],
  ["any other error", new TypeError("secret"), -99, { code: "internal", message: "Cannot answer: the handler failed" }],
];

for (const [name, error, iRet, back] of failures) {
  Deno.test(`${name} that a handler throws comes back`, async () => {
    const sent = demo.request("hello", request, { id: 1 });
    const packet = unpackResponse(body((await demo.answer(body(sent), () => Promise.reject(error)))!));
    assertEquals(packet.iRet, iRet);
    const thrown: RpcError = assertThrows(() => demo.reply("hello", packet), RpcError);
    for (const [key, value] of Object.entries(back)) assertEquals(thrown[key as keyof RpcError], value);
  });
}

Deno.test("calls that can't be run are refused with TARS's numbers", async () => {
  const other = bridge(service("demo", { bye: unary(Request, Response) }), { servant: "App.Server.DemoObj" });
  const stranger = bridge(contract);
  const Loose = t.struct("demo.HelloRequest", { name: t.field(1, t.int32), times: t.field(3, t.int32) });
  const loose = bridge(service("demo", { hello: unary(Loose, Response) }), { servant: "App.Server.DemoObj" });
  const cases: [sent: Uint8Array, iRet: number, message: string][] = [
    [other.request("bye", request, { id: 1 }), -3, "Cannot find method bye of servant App.Server.DemoObj"],
    [stranger.request("hello", request, { id: 1 }), -4, "Cannot find servant demo: here is App.Server.DemoObj"],
    [
      loose.request("hello", { name: 1, times: 2 }, { id: 1 }),
      -1,
      "Cannot decode demo.HelloRequest.name: got JCE type 0, want a string",
    ],
  ];
  for (const [sent, iRet, message] of cases) {
    const packet = unpackResponse(body((await demo.answer(body(sent), () => response))!));
    assertEquals([packet.iRet, packet.sResultDesc], [iRet, message]);
  }
  const bad = await demo.answer(body(demo.request("hello", request, { id: 1 })), () => ({ return: "x" }));
  assertEquals(unpackResponse(body(bad!)).iRet, -2);
});

Deno.test("a call that wants no reply gets none, even when it fails", async () => {
  let runs = 0;
  const sent = demo.request("hello", request, { id: 1, oneway: true });
  assertEquals(await demo.answer(body(sent), () => void runs++), undefined);
  assertEquals(await demo.answer(body(sent), () => Promise.reject(new Error(String(runs++)))), undefined);
  assertEquals(runs, 2);
});

Deno.test("a ping is answered without a handler", async () => {
  const ping = demo.request("tars_ping" as "hello", {} as typeof request, { id: 3 });
  const answer = await demo.answer(body(ping), () => Promise.reject(new Error("it ran")));
  const { iRet, iRequestId, sBuffer } = unpackResponse(body(answer!));
  assertEquals([iRet, iRequestId, sBuffer.length], [0, 3, 0]);
});

const versions: [version: number, name: string][] = [[2, "TUP"], [3, "TUP"], [4, "XML"], [5, "JSON"], [77, "unknown"]];
for (const [version, name] of versions) {
  Deno.test(`version ${version} is refused by its name, ${name}`, async () => {
    const bytes = body(demo.request("hello", request, { id: 1 }));
    bytes[1] = version;
    const wanted = `version ${version} is ${name}, want 1 (TARS)`;
    const error = await assertRejects(() => demo.answer(bytes, () => response), RpcError, wanted);
    assertEquals(error.status, 312);
    assertThrows(() => unpackResponse(bytes), RpcError, wanted);
  });
}

Deno.test("bytes that are no packet are refused", () => {
  const right = body(demo.request("hello", request, { id: 1 }));
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0x11), Uint8Array.of(255, 255), right.subarray(0, 20)]) {
    assertThrows(() => unpackRequest(bytes), RpcError, "tars.RequestPacket");
  }
});

Deno.test("numbers of TARS that erpc doesn't know keep their number", () => {
  const failed = (iRet: number, sResultDesc = "") => {
    const packet = unpackRequest(body(demo.request("hello", request, { id: 1 })));
    const reply = unpackResponse(body(demo.failure(packet, new RpcError("unknown", sResultDesc))));
    return assertThrows(() => demo.reply("hello", { ...reply, iRet, status: new Map() }), RpcError) as RpcError;
  };
  assertEquals([failed(3, "no luck").details, failed(3, "no luck").message], [{ iRet: 3 }, "no luck"]);
  assertEquals(failed(-4).message, "Cannot call: the TARS server answered -4 (TARSSERVERNOSERVANTERR)");
  assertEquals([failed(-4).status, failed(-5).code, failed(1234).status], [112, "failed_precondition", 1234]);
  assertEquals([failed(-99).code, failed(70_000).details], ["unknown", { iRet: 70_000 }]);
});

Deno.test("a status that makes no sense is not believed", () => {
  const packet = { iVersion: 1, cPacketType: 0, iRequestId: 1, iMessageType: 0, iRet: -3, sBuffer: new Uint8Array(0) };
  const told = [["5", "internal"], ["0", "canceled"], ["x", "canceled"], ["99999", "canceled"], ["5", "constructor"]];
  for (const [status, code] of told) {
    const said = new Map([["erpc-status", status!], ["erpc-code", code!]]);
    const reply = unpackResponse(body(packResponse({ ...packet, status: said })));
    assertEquals(assertThrows(() => demo.reply("hello", reply), RpcError).status, 212);
  }
});

Deno.test("a service of messages is functions from message to message", () => {
  const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
  const wrapped = bridge(messages(service("demo", { hello: unary(Hello, Hello) })));
  const packet = unpackRequest(body(wrapped.request("hello", { request: { name: "a" } }, { id: 1 })));
  assertEquals([...packet.sBuffer], [0x1a, 0x16, 1, 97, 0x0b]);
  const reply = unpackResponse(body(wrapped.response(packet, { return: { name: "b" } })));
  assertEquals(wrapped.reply("hello", reply).return.name, "b");
});

Deno.test("what TARS can't say is refused", () => {
  const streams = service("demo", { chat: bidi(Request, Response) });
  assertThrows(() => bridge(streams), TypeError, "Cannot speak TARS for demo.chat: it is a bidi");
  assertThrows(() => messages(streams), TypeError, "it is a bidi");
  const bare = service("demo", { hello: unary(t.string, Response) });
  assertThrows(() => bridge(bare), TypeError, "its request and response are not both structs; see tars.messages");
  const colliding = service("demo", { hello: unary(Request, Request) });
  assertThrows(() => bridge(colliding), TypeError, "the tag of name is 1, where a function's parameter has 2");
  const metadata = { key: Uint8Array.of(1) };
  assertThrows(() => demo.request("hello", request, { id: 1, metadata }), RpcError, "it is bytes, want text");
  assertThrows(() => demo.request("hello", request, { id: 2 ** 31 }), RpcError, "tars.RequestPacket.iRequestId");
  assertThrows(() => demo.request("bye" as "hello", request, { id: 1 }), RpcError, "Cannot find method bye");
  assert(demo.servant === "App.Server.DemoObj");
});
