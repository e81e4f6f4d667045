/**
 * The bytes that TarsGo 1.4.5 and TarsCpp (622165c) write, recorded because their tools can't be installed by name: both
 * generators, tars2go and tars2cpp, took what `writeJce` wrote, and the code that they made of it wrote these bytes. A
 * server of TarsGo's code answered our request.
 */
import { assertEquals } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding";
import { Reader, Writer } from "../../protocol/mod.ts";
import { readJce, writeJce } from "../idl/jce.ts";
import { jce } from "../jce.ts";
import { bridge } from "./bridge.ts";
import { packRequest, packResponse, unpackRequest, unpackResponse } from "./packet.ts";

const text = `module vectors
{
    /** A colour. */
    enum Colour
    {
        Red = 1,
        Blue = -7
    };

    struct Part
    {
        0 require long id;
        1 require vector<Part> of;
    };

    struct Everything
    {
        0 require bool flag;
        1 require byte small;
        2 require unsigned byte tiny;
        3 require short shorty;
        4 require unsigned short ushort;
        5 require int number;
        6 require unsigned int large;
        7 require long longy;
        8 require float single;
        9 require double doubly;
        10 require string text = "hi";
        11 require vector<byte> bytes;
        14 require Colour colour = Blue;
        15 require Part part;
        16 require vector<Part> parts;
        17 require map<int, vector<string>> names;
        200 require vector<unsigned byte> octets;
        255 optional string last;
    };

    interface Greeter
    {
        int hello(Everything all, out string text, int n, out vector<Part> parts);
    };
};
`;

const idl = readJce(text), Everything = idl.types.find(({ name }) => name === "vectors.Everything")!;
const everything = {
  flag: true,
  small: -128,
  tiny: 200,
  shorty: -129,
  ushort: 40000,
  number: -(2 ** 31),
  large: 4_000_000_000,
  longy: 2n ** 63n - 1n,
  single: 0,
  doubly: -1.5,
  text: "漢字 😀",
  bytes: Uint8Array.of(0, 127, 128, 255),
  colour: "Blue",
  part: { id: 5n, of: [{ id: -1n, of: [] }] },
  parts: [],
  names: new Map([[70000, ["a", ""]]]),
  octets: [1, 255],
  last: "z",
};
const bytesOfEverything =
  "000110802100c831ff7f4200009c4052800000006300000000ee6b2800737fffffffffffffff840000000095bff8000000" +
  "000000a60be6bca2e5ad9720f09f9880bd000004007f80ffe0f9fa0f00051900010a00ff190c0b0bf9100cf81100010200011170190002060161" +
  "0600f9c8000200010100fff6ff017a";

Deno.test("a definition that TARS's generators took is written as it was read", () =>
  assertEquals(writeJce(idl), text));

Deno.test("a struct of every type has the bytes that the generated code writes, in Go and in C++", () => {
  const coder = jce.compile<unknown>(Everything), writer = new Writer();
  coder.encode(everything, writer);
  assertEquals(encodeHex(writer.slice()), bytesOfEverything);
  assertEquals(coder.decode(new Reader(decodeHex(bytesOfEverything))), everything);
});

Deno.test("packets have the bytes that TarsGo writes", () => {
  const request = {
    iVersion: 1,
    cPacketType: 0,
    iMessageType: 4,
    iRequestId: 77,
    sServantName: "App.Server.DemoObj",
    sFuncName: "hello",
    sBuffer: Uint8Array.of(1, 2, 253),
    iTimeout: 3000,
    context: new Map([["a", "b"]]),
    status: new Map([["c", ""]]),
  };
  const asked =
    "10012c3004404d56124170702e5365727665722e44656d6f4f626a660568656c6c6f7d0000030102fd810bb8980001060161160162" +
    "a800010601631600";
  assertEquals(encodeHex(packRequest(request)), "00000041" + asked);
  assertEquals(unpackRequest(decodeHex(asked)), request);
  const head = { iVersion: 1, cPacketType: 0, iMessageType: 0, sBuffer: new Uint8Array(0), status: new Map() };
  const failure = { ...head, iRequestId: -2, iRet: -3, sResultDesc: "no", context: new Map([["a", "b"]]) };
  const failed = "10012c30fe4c50fd6d000c780c86026e6f980001060161160162";
  assertEquals(encodeHex(packResponse(failure)), "0000001e" + failed);
  assertEquals(unpackResponse(decodeHex(failed)), failure);
  const success = { ...head, iRequestId: 1, iRet: 0 };
  assertEquals(encodeHex(packResponse(success)), "00000010" + "10012c30014c5c6d000c780c");
});

Deno.test("what a TarsGo server answered to our request is read", () => {
  const greeter = bridge(idl.services[0]!, { servant: "App.Server.DemoObj" });
  const answered = "10012c30074c5c6d00001b002a260e686920e6bca2e5ad9720f09f98804900010a00ff190c0b780c";
  const reply = greeter.reply("hello", unpackResponse(decodeHex(answered)));
  assertEquals<unknown>(reply, { return: 42, text: "hi 漢字 😀", parts: [{ id: -1n, of: [] }] });
  const request = { all: everything, n: 41 };
  const { sBuffer } = unpackRequest(greeter.request("hello", request, { id: 7 }).subarray(4));
  assertEquals(encodeHex(sBuffer), "1a" + bytesOfEverything + "0b" + "3029");
});
