// deno run -A examples/07_custom_codec/main.ts
import { call, type Codec, handle, listen } from "@erpc/erpc";

/** Rows of text as comma-separated values: a codec is a name, a number of 128-255, and a pair of functions. */
const csv: Codec = {
  name: "csv",
  id: 200,
  compile: <T>() => ({
    encode: (rows: T, out) => void out.text((rows as string[][]).map((row) => row.join(",")).join("\n")),
    decode: (from) => from.text().split("\n").map((line) => line.split(",")) as T,
  }),
};

handle("table.transpose", (rows: string[][]) => rows[0]!.map((_, column) => rows.map((row) => row[column]!)));
await using server = await listen(":0", { registry: false, codecs: [csv] });

const table = [["name", "Ada", "Grace"], ["born", "1815", "1906"]];
console.log(await call("table.transpose", table, { address: server.address, codec: csv }));
