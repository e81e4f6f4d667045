/**
 * @connectrpc/connect-node: the Connect protocol with protobuf bodies over HTTP/2 without TLS.
 *
 * The service is built at run time from a descriptor, so that no generated files are needed.
 *
 * @module
 */
import { create, type Message as ProtoMessage, toBinary } from "npm:@bufbuild/protobuf@2.17.0";
import { fileDesc, type GenMessage, type GenService, serviceDesc } from "npm:@bufbuild/protobuf@2.17.0/codegenv2";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
} from "npm:@bufbuild/protobuf@2.17.0/wkt";
import { createClient } from "npm:@connectrpc/connect@2.1.2";
import { connectNodeAdapter, createConnectTransport, Http2SessionManager } from "npm:@connectrpc/connect-node@2.1.2";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { type Message, small } from "./message.ts";
import type { Client, System } from "./system.ts";

/** Connect protocol; client and server on Deno. */
export const connect: System = {
  name: "connect-node 2.1.2, Connect",
  role: "peer",
  server: async () => {
    const server = createServer(connectNodeAdapter({
      routes: (router) => {
        router.service(Bench, { echo: (request) => request, big: (request) => request, items });
      },
    }));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return (server.address() as AddressInfo).port;
  },
  client: (port) => Promise.resolve(makeClient(`http://127.0.0.1:${port}`)),
};

type ProtoSmall = ProtoMessage<"bench.Message"> & Omit<Message, "ts"> & { ts: bigint };
type ProtoBytes = ProtoMessage<"bench.Bytes"> & { data: Uint8Array };
type ProtoCount = ProtoMessage<"bench.Count"> & { count: number };
type Unary<T extends ProtoMessage> = { methodKind: "unary"; input: GenMessage<T>; output: GenMessage<T> };

function field(name: string, number: number, type: Type, label: Label = Label.OPTIONAL) {
  return { name, number, type, label, jsonName: name };
}

const descriptor = create(FileDescriptorProtoSchema, {
  name: "bench.proto",
  package: "bench",
  syntax: "proto3",
  messageType: [
    {
      name: "Message",
      field: [
        field("name", 1, Type.STRING),
        field("id", 2, Type.INT32),
        field("ts", 3, Type.INT64),
        field("city", 4, Type.STRING),
        field("tags", 5, Type.STRING, Label.REPEATED),
        field("score", 6, Type.DOUBLE),
        field("blob", 7, Type.STRING),
      ],
    },
    { name: "Bytes", field: [field("data", 1, Type.BYTES)] },
    { name: "Count", field: [field("count", 1, Type.INT32)] },
  ],
  service: [{
    name: "Bench",
    method: [
      { name: "Echo", inputType: ".bench.Message", outputType: ".bench.Message" },
      { name: "Big", inputType: ".bench.Bytes", outputType: ".bench.Bytes" },
      { name: "Items", inputType: ".bench.Count", outputType: ".bench.Message", serverStreaming: true },
    ],
  }],
});

const Bench: GenService<{
  echo: Unary<ProtoSmall>;
  big: Unary<ProtoBytes>;
  items: { methodKind: "server_streaming"; input: GenMessage<ProtoCount>; output: GenMessage<ProtoSmall> };
}> = serviceDesc(fileDesc(toBinary(FileDescriptorProtoSchema, descriptor).toBase64()), 0);

/** A small message with its 64-bit field as protobuf-es wants it; the client makes it a proto message. */
function wide(message: Message) {
  return { ...message, ts: BigInt(message.ts) };
}

function narrow(reply: ProtoSmall): Message {
  return { ...reply, ts: Number(reply.ts) };
}

async function* items({ count }: ProtoCount) {
  for (let id = 0; id < count; id++) yield wide(small(id));
}

function makeClient(baseUrl: string): Client {
  const sessionManager = new Http2SessionManager(baseUrl);
  const stub = createClient(Bench, createConnectTransport({ baseUrl, httpVersion: "2", sessionManager }));
  return {
    call: async (message) => narrow(await stub.echo(wide(message))),
    stream: async function* (count) {
      for await (const item of stub.items({ count })) yield narrow(item);
    },
    big: async (data) => (await stub.big({ data })).data,
    close: () => sessionManager.abort(),
  };
}
