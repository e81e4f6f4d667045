/**
 * HTTP: calls as plain requests, which anybody can send, and streams of frames.
 *
 * @module
 */
import type { Address } from "./address.ts";
import { type FetchOptions, HttpWire } from "./http/http_wire.ts";
import { Gateway, type GatewayInit, type GatewayOptions } from "./http/gateway.ts";
import { listenWeb } from "./http/web_listener.ts";
import type { DialOptions, Listener, ListenOptions, Transport, Wire } from "./transport.ts";

export type { GatewayInit, GatewayOptions } from "./http/gateway.ts";
export { Gateway } from "./http/gateway.ts";
export type { FetchOptions } from "./http/http_wire.ts";
export type { Origins } from "./http/origin.ts";
export type { PeerInfo, WebWire } from "./http/web_listener.ts";

/** What may be said about HTTP. */
export interface HttpOptions extends GatewayOptions, FetchOptions {
  /** Scheme of the addresses. Default `"http"`. */
  readonly scheme?: "http" | "https";
}

/** The transport HTTP, which also answers requests that another server has taken. */
export interface HttpTransport extends Transport {
  /** Makes what answers requests, with the transport's options. */
  gateway(init: GatewayInit): Gateway;
}

/**
 * Makes the transport `"http"`, or `"https"`, as `options` say.
 *
 * @example
 * ```ts
 * import { Server } from "@erpc/erpc";
 * import { http } from "@erpc/erpc/http";
 * const transports = [http({ origins: ["https://app.example"] })];
 * await using server = new Server({ registry: false, transports });
 * server.handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
 * await server.listen("http://127.0.0.1:0");
 * ```
 */
export function http(options: HttpOptions = {}): HttpTransport {
  return {
    name: options.scheme ?? "http",
    dial: (address, dialling) => dial(address, dialling, options),
    listen: (address, listening) => Promise.try(() => listen(address, listening, options)),
    gateway: (init) => new Gateway({ ...options, ...init }),
  };
}

/** The transport `"http"`. */
export const httpTransport: HttpTransport = http();
/** The transport `"https"`. */
export const httpsTransport: HttpTransport = http({ scheme: "https" });

async function dial(address: Address, { tls, signal }: DialOptions, options: HttpOptions): Promise<Wire> {
  const wire = new HttpWire(address, tls, options);
  try {
    await wire.open(signal);
    return wire;
  } catch (error) {
    wire.close();
    throw error;
  }
}

function listen(address: Address, { tls, methods }: ListenOptions, options: HttpOptions): Listener {
  let accept: GatewayInit["accept"] = () => {};
  const gateway = new Gateway({ ...options, methods, base: address.path, accept: (wire) => accept(wire) });
  return listenWeb({
    address,
    tls,
    onClose: () => gateway.close(),
    handler(request, info, taker) {
      accept = taker;
      return gateway.fetch(request, info);
    },
  });
}
