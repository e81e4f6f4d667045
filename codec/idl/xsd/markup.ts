/**
 * Writes XML documents for people to read: schemas and service descriptions.
 *
 * @module
 */
import { Writer } from "../../../protocol/mod.ts";
import { writeAttribute, writeEnd, writeText } from "../../xml/writer.ts";

/** An element to be written. */
export interface Markup {
  /** Its name, with the prefix. */
  readonly name: string;
  /** Its attributes; those that are undefined are left out. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** The elements in it, or its text. */
  readonly children: readonly Markup[] | string;
}

/** Makes an element. */
export function element(
  name: string,
  attributes: Markup["attributes"] = {},
  children: Markup["children"] = [],
): Markup {
  return { name, attributes, children };
}

const maxLine = 120;

/** The document with `root`, indented by two blanks; throws TypeError for characters that XML does not have. */
export function documentOf(root: Markup): string {
  const writer = new Writer();
  writer.text('<?xml version="1.0" encoding="UTF-8"?>\n');
  try {
    writeMarkup(writer, root, "");
  } catch (error) {
    throw new TypeError(`Cannot write XML: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return new TextDecoder().decode(writer.slice());
}

function writeMarkup(w: Writer, { name, attributes, children }: Markup, indent: string): void {
  w.text(`${indent}<${name}`);
  writeAttributes(w, attributes, `${indent}   `); // and the blank before an attribute
  if (children.length === 0) return void w.text("/>\n");
  w.text(">");
  if (typeof children === "string") writeText(w, children);
  else {
    w.text("\n");
    for (const child of children) writeMarkup(w, child, indent + "  ");
    w.text(indent);
  }
  writeEnd(w, name);
  w.text("\n");
}

/** In one line where that is short enough, else each in its own. */
function writeAttributes(w: Writer, attributes: Markup["attributes"], indent: string): void {
  const said = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const length = said.reduce((sum, [name, value]) => sum + name.length + value.length + 4, indent.length);
  for (const [name, value] of said) {
    if (length > maxLine) w.text(`\n${indent}`);
    writeAttribute(w, name, value);
  }
}
