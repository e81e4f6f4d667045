/**
 * Random documents, most of them well-formed and some spoilt, for the tests beside; holds no test itself.
 *
 * @module
 */
import fc from "fast-check";

/** Mostly `good`, now and then `bad`. */
function mostly<T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 40, arbitrary: good }, { weight: 1, arbitrary: bad });
}

const names = mostly(
  fc.constantFrom("a", "b", "é", "漢字", "_x", "a-b.c", "A1", "xml", "a".repeat(30)),
  fc.constantFrom("·", "1a", "-", "a:b", "̀"),
);
const prefixes = mostly(fc.constantFrom("", "", "", "p:", "q:", "xml:"), fc.constantFrom(":", "r:"));
const qname = fc.tuple(prefixes, names).map((parts) => parts.join(""));
const space = fc.constantFrom("", "", "", " ", "\n", "\t\r\n");
const gap = fc.constantFrom(" ", "  ", "\n", "\r\n");

const pieces = [
  "text",
  " ",
  "\r",
  "\r\n",
  "\n\r",
  "\t",
  "]",
  "]]",
  "]]>",
  ">",
  "é",
  "漢",
  "😀",
  "，",
  "\ufffd",
  "\ufffe",
  "\ufeff",
  "\u0085",
  "\u2028",
  "\0",
  "\u0001",
  "\u007f",
  "&lt;",
  "&gt;",
  "&amp;",
  "&quot;",
  "&apos;",
  "&#65;",
  "&#x1F600;",
  "&#13;",
  "&#10;",
  "&#0;",
  "&#xD800;",
  "&#x110000;",
  "&#xFFFE;",
  "&#00000000000000065;",
  "&#;",
  "&#x;",
  "&lol;",
  "&lt",
  "&",
  "& ",
  "<",
] as const;
/** The first pieces are good and come often. */
const piece = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("text", " ", "]", "é", "漢", "&lt;", "&#65;", "\r\n", "&#13;", "😀") },
  { weight: 1, arbitrary: fc.constantFrom(...pieces) },
);
const text = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(""));

const comment = fc.constantFrom(
  "<!---->",
  "<!-- c -->",
  "<!-- - -->",
  "<!--é<a>&-->",
  "<!-- -- -->",
  "<!-- --->",
  "<!--",
);
const instruction = fc.constantFrom(
  "<?p?>",
  "<?p d ?>",
  "<?p ??>",
  "<?p d?><",
  "<? p?>",
  "<?xml ?>",
  "<?p:q?>",
  "<?1?>",
);
const cdata = fc.constantFrom(
  "<![CDATA[]]>",
  "<![CDATA[<&]]>",
  "<![CDATA[]]]]>",
  "<![CDATA[a\r\nb\r]]>",
  "<![CDATA[",
  "<![cdata[]]>",
  "<![CDATA[]]]>",
);
const good = fc.constantFrom("<!-- c -->", "<?p d?>", "<![CDATA[<&]]]]>", "<!-- é -->");

const attribute = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(gap, qname, space, space, fc.constantFrom('"', "'"), text)
      .map(([gap, name, before, after, quote, value]) => `${gap}${name}${before}=${after}${quote}${value}${quote}`),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ' xmlns:p="urn:p"',
      ' xmlns:q="urn:p"',
      ' xmlns="urn:d"',
      ' xmlns=""',
      ' xml:lang="en"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ' xmlns:p=""',
      ' xmlns:xml="urn:x"',
      ' xmlns:y="http://www.w3.org/XML/1998/namespace"',
      ' xmlns:xmlns="urn:x"',
      ' xmlns="http://www.w3.org/2000/xmlns/"',
      ' xmlns="http://www.w3.org/XML/1998/namespace"',
      'a="b"',
      " a",
      " a=b",
      ' a="',
    ),
  },
);

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.tuple(
    qname,
    fc.array(attribute, { maxLength: 3 }),
    space,
    fc.array(tie("content"), { maxLength: 3 }),
    space,
  )
    .map(([name, attributes, before, content, after]) =>
      content.length === 0
        ? `<${name}${attributes.join("")}${before}/>`
        : `<${name}${attributes.join("")}${before}>${content.join("")}</${name}${after}>`
    ),
  content: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: text },
    { weight: 6, arbitrary: tie("element") },
    { weight: 3, arbitrary: good },
    { weight: 1, arbitrary: fc.oneof({ weight: 4, arbitrary: good }, comment, instruction, cdata) },
  ),
}));

const head = fc.oneof({ weight: 8, arbitrary: fc.constant("") }, {
  weight: 3,
  arbitrary: fc.constantFrom(
    "\ufeff",
    '<?xml version="1.0"?>',
    "<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n",
  ),
}, {
  weight: 1,
  arbitrary: fc.constantFrom(
    " <?xml version='1.0'?>",
    '<?xml encoding="UTF-8"?>',
    '<?xml version="1.0"',
    "x",
    "\n<!-- c --> ",
  ),
});
const tail = fc.oneof({ weight: 8, arbitrary: fc.constant("") }, {
  weight: 1,
  arbitrary: fc.constantFrom("\n", "<!-- c -->\n", "<?p?>", "x", "<a/>", "&#32;", "<![CDATA[]]>"),
});

const spoil = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode("<>&'\"/!?=:;]-#"))),
    ),
  },
);

/** A random document in UTF-8, or almost. */
export const documents: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.tuple(head, element, tail, spoil).map(
  ([head, element, tail, spoilt]) => {
    // Declares the prefixes at the root of most documents, as most names have need of them.
    const root = element.replace(/^<([^\s>/]+)(?=[\s>/])/, '<$1 xmlns:p="urn:p" xmlns:q="urn:q"');
    const bytes = new TextEncoder().encode((element.length % 5 === 0 ? element : root) + tail);
    return Uint8Array.from([
      ...new TextEncoder().encode(head),
      ...spoilt === null ? bytes : spoiltBytes(bytes, spoilt),
    ]);
  },
);

/** `bytes` with one more, one less or one that is another. */
function spoiltBytes(bytes: Uint8Array, [at, how, byte]: readonly [number, number, number]): number[] {
  const place = at % bytes.length, rest = bytes.subarray(how === 0 ? place : place + 1);
  return [...bytes.subarray(0, place), ...how === 2 ? [] : [byte], ...rest];
}
