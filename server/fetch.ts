/**
 * Answering requests of HTTP that somebody else has taken: `Deno.serve`, a router, a test.
 *
 * @module
 */
import {
  type Gateway,
  type HttpTransport,
  loadTransport,
  type MethodDirectory,
  Route,
  type Transport,
  type Wire,
} from "../transport/mod.ts";
import type { Routes } from "./routes.ts";

/** What a server's gateway is made of. */
export interface ServerGatewayInit {
  /** The handlers. */
  readonly routes: Routes;
  /** Transports of one's own: one named `http` says how requests are answered. */
  readonly transports: readonly Transport[] | undefined;
  /** Takes the wires. */
  readonly accept: (wire: Wire) => void;
}

/** Makes the gateway of a server. */
export async function serverGateway({ routes, transports, accept }: ServerGatewayInit): Promise<Gateway> {
  const http = await loadTransport("http", transports);
  if (!("gateway" in http)) throw new TypeError("Cannot fetch: the transport http is not one of http()");
  return (http as HttpTransport).gateway({ accept, methods: methodsOf(routes) });
}

/** What transports may know of the handlers. */
export function methodsOf(routes: Routes): MethodDirectory {
  return {
    isIdempotent(service, method) {
      try {
        return routes.find(new Route(service, method)).spec.idempotent;
      } catch {
        return undefined;
      }
    },
  };
}
