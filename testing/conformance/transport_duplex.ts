/**
 * What calls from an acceptor to its dialer must do, on every transport that carries them.
 *
 * @module
 */
import { type Context, type Peer, RpcError } from "../../protocol/mod.ts";
import type { TransportTrial } from "./transport_calls.ts";
import { fails, must, same, until } from "./verdict.ts";

/** The cases; those that need streams are in {@linkcode duplexStreamTrials}. */
export const duplexTrials: Readonly<Record<string, TransportTrial>> = {
  async "lets a handler call its caller back"(rig) {
    const peer = await rig.connect();
    peer.handle("demo.answer", (question: string) => `${question} yes`);
    rig.server.handle("demo.ask", (text: string, { peer }: Context) => peer.call("demo.answer", text));
    same(await peer.call("demo.ask", "tea?"), "tea? yes");
  },

  async "lets both ends call at once"(rig) {
    const peer = await rig.connect();
    peer.handle("demo.there", (n: number) => Promise.resolve(-n));
    rig.server.handle("demo.here", (n: number) => Promise.resolve(2 * n))
      .handle("demo.many", async (count: number, { peer }: Context) => {
        const replies = Array.from({ length: count }, (_, n) => peer.call<number>("demo.there", n));
        return (await Promise.all(replies)).filter((reply, n) => reply === -n).length;
      });
    const [there, ...here] = await Promise.all([
      peer.call("demo.many", 100),
      ...Array.from({ length: 100 }, (_, n) => peer.call("demo.here", n)),
    ]);
    same(there, 100, "the number of right replies to calls back");
    same(here, Array.from({ length: 100 }, (_, n) => 2 * n));
  },

  async "lets a server call when no call of its caller runs"(rig) {
    const peers: Peer[] = [], heard: string[] = [], peer = await rig.connect();
    rig.server.handle("news.subscribe", (_: unknown, { peer }: Context) => void peers.push(peer));
    peer.handle("news.item", (text: string) => void heard.push(text));
    await peer.call("news.subscribe");
    await peers[0]!.call("news.item", "one");
    peers[0]!.call("news.item", "two", { oneway: true });
    await until(() => heard.length === 2, "the news");
    same(heard, ["one", "two"]);
  },

  async "carries errors, deadlines and cancelling of calls back"(rig) {
    let aborted = 0;
    const peer = await rig.connect();
    peer.handle("demo.fail", () => {
      throw new RpcError("not_found", "not there", { status: 1404 });
    }).handle(
      "demo.hang",
      (_: unknown, { signal }: Context) =>
        new Promise<void>((resolve) => signal.addEventListener("abort", () => (aborted++, resolve()))),
    );
    rig.server.handle("demo.ask", async (_: unknown, { peer }: Context) => {
      const failed = await fails(peer.call("demo.fail"));
      const late = await fails(peer.call("demo.hang", null, { timeout: 50 }));
      const call = peer.call("demo.hang");
      call.cancel();
      return [failed.status, late.code, (await fails(call)).code];
    });
    same(await peer.call("demo.ask"), [1404, "deadline_exceeded", "canceled"]);
    await until(() => aborted >= 1, "the handlers' signals");
  },

  async "tells both ends when the other has gone"(rig) {
    const gone = Promise.withResolvers<Error | undefined>(), peer = await rig.connect();
    rig.server.handle("demo.hello", (_: unknown, { peer }: Context) => void peer.closed.then(gone.resolve));
    await peer.call("demo.hello");
    must(peer.address === rig.server.address, `the peer is at ${peer.address}, want ${rig.server.address}`);
    await peer.close();
    same([await peer.closed, await gone.promise], [undefined, undefined]);
    await until(() => rig.server.connections === 0, "the end of the connection");
  },
};

/** Cases of streams. */
export const duplexStreamTrials: Readonly<Record<string, TransportTrial>> = {
  async "carries streams of calls back"(rig) {
    let ended = 0;
    const peer = await rig.connect();
    peer.handle("demo.forever", async function* () {
      try {
        for (let n = 0;; n++) yield await Promise.resolve(n);
      } finally {
        ended++;
      }
    });
    rig.server.handle("demo.three", async (_: unknown, { peer }: Context) => {
      const got: unknown[] = [];
      for await (const n of peer.call("demo.forever")) if (got.push(n) === 3) return got;
    });
    same(await peer.call("demo.three"), [0, 1, 2]);
    await until(() => ended === 1, "the end of the stream");
  },
};
