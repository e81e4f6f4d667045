/**
 * @grpc/grpc-js with the messages of a `.proto` file through @grpc/proto-loader (protobufjs), as its users write it.
 *
 * @module
 */
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { fromJSON } from "npm:@grpc/proto-loader@0.8.1";
import { type Message, small } from "./message.ts";
import type { Client, System } from "./system.ts";

/** gRPC in plain text over HTTP/2; client and server on Deno. */
export const grpcJs: System = {
  name: "@grpc/grpc-js 1.14.7",
  role: "peer",
  server: async () => {
    const server = new grpc.Server(options);
    server.addService(definition, {
      echo: (call: grpc.ServerUnaryCall<Message, Message>, done: grpc.sendUnaryData<Message>) =>
        done(null, call.request),
      big: (call: grpc.ServerUnaryCall<Bytes, Bytes>, done: grpc.sendUnaryData<Bytes>) => done(null, call.request),
      items,
    });
    return await new Promise<number>((resolve, reject) =>
      server.bindAsync(
        "127.0.0.1:0",
        grpc.ServerCredentials.createInsecure(),
        (cause, port) => cause === null ? resolve(port) : reject(cause),
      )
    );
  },
  client: (port) => Promise.resolve(makeClient(`127.0.0.1:${port}`)),
};

/** Room for 1 MiB bodies and their few bytes of protobuf. */
const options = { "grpc.max_receive_message_length": 8 << 20, "grpc.max_send_message_length": 8 << 20 };

interface Bytes {
  data: Uint8Array;
}

interface Count {
  count: number;
}

const definition = fromJSON({
  nested: {
    bench: {
      nested: {
        Message: {
          fields: {
            name: { type: "string", id: 1 },
            id: { type: "int32", id: 2 },
            ts: { type: "int64", id: 3 },
            city: { type: "string", id: 4 },
            tags: { rule: "repeated", type: "string", id: 5 },
            score: { type: "double", id: 6 },
            blob: { type: "string", id: 7 },
          },
        },
        Bytes: { fields: { data: { type: "bytes", id: 1 } } },
        Count: { fields: { count: { type: "int32", id: 1 } } },
        Bench: {
          methods: {
            echo: { comment: "", requestType: "Message", responseType: "Message" },
            big: { comment: "", requestType: "Bytes", responseType: "Bytes" },
            items: { comment: "", requestType: "Count", responseType: "Message", responseStream: true },
          },
        },
      },
    },
  },
}, { longs: Number, defaults: true })["bench.Bench"] as grpc.ServiceDefinition;

async function items(call: grpc.ServerWritableStream<Count, Message>): Promise<void> {
  for (let id = 0; id < call.request.count; id++) {
    if (!call.write(small(id))) await new Promise((drained) => call.once("drain", drained));
  }
  call.end();
}

type Done<T> = (cause: grpc.ServiceError | null, reply?: T) => void;

/** What `makeGenericClientConstructor` makes of the definition. */
interface Stub {
  echo(request: Message, done: Done<Message>): void;
  big(request: Bytes, done: Done<Bytes>): void;
  items(request: Count): grpc.ClientReadableStream<Message>;
  close(): void;
}

function makeClient(address: string): Client {
  const Bench = grpc.makeGenericClientConstructor(definition, "Bench");
  const stub = new Bench(address, grpc.credentials.createInsecure(), options) as unknown as Stub;
  const settle = <T>(run: (done: Done<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => run((cause, reply) => cause === null ? resolve(reply!) : reject(cause)));
  return {
    call: (message) => settle((done) => stub.echo(message, done)),
    stream: (count) => stub.items({ count }) as AsyncIterable<Message>,
    big: async (data) => (await settle<Bytes>((done) => stub.big({ data }, done))).data,
    close: () => stub.close(),
  };
}
