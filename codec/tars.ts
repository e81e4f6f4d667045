/**
 * Speaking with TARS peers: packets, what is in them, and services as TARS's functions; exported as `tars`.
 *
 * Everything here turns values into bytes and back; the connection is the user's. To let TARS clients call a service, pipe
 * what a socket reads through `deframe`, give each packet to `answer` of a `bridge`, and write what comes of it.
 *
 * @module
 */
export { Bridge, bridge, type BridgeOptions, type TarsCall, type TarsCallOptions } from "./tars/bridge.ts";
export { deframe, type DeframeOptions } from "./tars/deframe.ts";
export {
  NORMAL,
  ONEWAY,
  packRequest,
  packResponse,
  RequestPacket,
  ResponsePacket,
  TARS_VERSION,
  unpackRequest,
  unpackResponse,
} from "./tars/packet.ts";
export { type GivesMessage, type MessageMethods, messages, type TakesMessage } from "./tars/shape.ts";
export { errorOf, retOf, statusOf, SUCCESS, UNKNOWN } from "./tars/status.ts";
