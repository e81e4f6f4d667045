/**
 * Documents as tokens, by our reader and by npm's saxes, for the tests beside; holds no test itself.
 *
 * @module
 */
import { SaxesParser } from "saxes";
import type { XmlAttribute, XmlReader } from "./reader.ts";

/** A token with what belongs to it. */
export type Told =
  | readonly ["start", prefix: string, local: string, namespace: string, attributes: readonly XmlAttribute[]]
  | readonly ["text", text: string]
  | readonly ["end"];

/** All tokens of a document; throws what the reader throws. */
export function tokensOf(x: XmlReader): Told[] {
  const told: Told[] = [];
  for (let token; (token = x.next()) !== "done";) {
    if (token === "start") told.push(["start", x.prefix, x.local, x.namespace, x.attributes]);
    else told.push(token === "text" ? ["text", x.text] : ["end"]);
  }
  return told;
}

const xmlns = "http://www.w3.org/2000/xmlns/";

/** The same by saxes, which throws at the first error. */
export function saxesTokens(bytes: Uint8Array): Told[] {
  const told: Told[] = [], parser = new SaxesParser({ xmlns: true });
  const text = (text: string) => {
    const last = told.at(-1);
    if (text === "" || parser.closed) return;
    if (last?.[0] === "text") told[told.length - 1] = ["text", last[1] + text];
    else told.push(["text", text]);
  };
  let depth = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("text", (piece) => depth > 0 ? text(piece) : undefined);
  parser.on("cdata", text);
  parser.on("opentag", ({ prefix, local, uri, attributes }) => {
    depth++;
    const own = Object.values(attributes).filter((one) => one.uri !== xmlns)
      .map((one) => ({ prefix: one.prefix, local: one.local, namespace: one.uri, value: one.value }));
    told.push(["start", prefix, local, uri, own]);
  });
  parser.on("closetag", () => {
    depth--;
    told.push(["end"]);
  });
  parser.write(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).close();
  return told;
}
