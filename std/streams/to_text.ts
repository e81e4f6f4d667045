/**
 * Reading a stream as text.
 *
 * @module
 */

/** All of a stream of text or of UTF-8 as one text. */
export async function toText(stream: ReadableStream<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
