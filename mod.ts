/**
 * erpc: services call each other as if they were functions.
 *
 * @example
 * ```ts
 * import { call, handle, shutdown } from "@erpc/erpc";
 * handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
 * const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" }, { timeout: 5000 });
 * console.assert(msg === "hello world");
 * await shutdown();
 * ```
 *
 * @module
 */
export { listenCenter } from "./center/mod.ts";
export type { CenterOptions } from "./center/mod.ts";
export { Client, type ClientOptions, type InterfaceClient, type ServiceClient } from "./client/mod.ts";
export {
  bidi,
  clientStream,
  type Codec,
  type Coder,
  fromProto,
  fromProtoService,
  type Infer,
  serverStream,
  type Service,
  service,
  t,
  type Type,
  unary,
} from "./codec/mod.ts";
export {
  type Call,
  type CallOptions,
  type Code,
  type Context,
  type Handler,
  type Identity,
  type Interceptor,
  type Peer,
  RpcError,
  type StreamCall,
} from "./protocol/mod.ts";
export { call, client, connect, handle, listen, Server, type ServerOptions, shutdown } from "./server/mod.ts";
export { compress, hmac, type Stage, tlsFiles, type TlsOptions } from "./transport/mod.ts";
