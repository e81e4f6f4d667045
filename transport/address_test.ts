import { assertEquals, assertThrows } from "@std/assert";
import { type Address, formatAddress, parseAddress } from "./address.ts";

const parsed: Record<string, [address: Address, text?: string]> = {
  ":8877": [{ scheme: "tcp", hostname: "127.0.0.1", port: 8877, path: "" }, "tcp://127.0.0.1:8877"],
  "host:8877": [{ scheme: "tcp", hostname: "host", port: 8877, path: "" }, "tcp://host:8877"],
  "udp://[::1]:1": [{ scheme: "udp", hostname: "::1", port: 1, path: "" }],
  "unix:///run/x.sock": [{ scheme: "unix", hostname: "", port: 0, path: "/run/x.sock" }],
  "mem://name": [{ scheme: "mem", hostname: "", port: 0, path: "name" }],
  "http://127.0.0.1:0": [{ scheme: "http", hostname: "127.0.0.1", port: 0, path: "" }],
  "http://host/": [{ scheme: "http", hostname: "host", port: 80, path: "" }, "http://host:80"],
  "https://host": [{ scheme: "https", hostname: "host", port: 443, path: "" }, "https://host:443"],
  "wss://host/rpc/v1": [{ scheme: "wss", hostname: "host", port: 443, path: "/rpc/v1" }, "wss://host:443/rpc/v1"],
  "ws://[::1]:80/rpc": [{ scheme: "ws", hostname: "::1", port: 80, path: "/rpc" }],
};

for (const [text, [address, back = text]] of Object.entries(parsed)) {
  Deno.test(`parses ${text}`, () => {
    assertEquals(parseAddress(text), address);
    assertEquals(formatAddress(address), back);
  });
}

for (
  const text of [
    "",
    "host",
    ":",
    ":65536",
    "tcp://host",
    "tcp://host:1/path",
    "http://a b/",
    "http://host:x",
    "ws://h:1/?x",
    "mem://",
  ]
) {
  Deno.test(`refuses ${JSON.stringify(text)} as an address`, () => {
    assertThrows(() => parseAddress(text), TypeError, "as an address: want");
  });
}
