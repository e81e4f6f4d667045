/**
 * Choosing from a table by name, by number or by value, and keeping what was loaded.
 *
 * @module
 */

/** What such a table is about: things with a name and a number of one byte. */
export interface Numbered {
  /** Name users choose it by. */
  readonly name: string;
  /** Its number in the frame header. */
  readonly id: number;
}

/** One line of a table. */
export interface Row<T> {
  /** Number of what it loads. */
  readonly id: number;
  /** Loads it. */
  load(): Promise<T>;
}

/** Loads the rows of one table, each once. */
export class Loader<T extends Numbered> {
  #kind: string;
  #rows: ReadonlyMap<string, Row<T>>;
  #names: ReadonlyMap<number, string>;
  #loaded: Map<string, T> = new Map();

  /** Makes a loader of `rows`, by name; `kind` says in errors what they are. */
  constructor(kind: string, rows: Readonly<Record<string, Row<T>>>) {
    this.#kind = kind;
    this.#rows = new Map(Object.entries(rows));
    this.#names = new Map(Object.entries(rows).map(([name, { id }]) => [id, name]));
  }

  /**
   * The one with that name, or the value itself; a promise only while it is not loaded. Throws TypeError for an unknown
   * name, RangeError for a value whose number is none.
   */
  load(choice: string | T): T | Promise<T> {
    if (typeof choice === "string") {
      return this.#loaded.get(choice) ?? this.#fetch(choice, this.#row(choice));
    }
    if (choice.id === (choice.id & 0xff)) return choice;
    throw new RangeError(`Cannot use ${this.#kind} ${choice.name}: its id is ${choice.id}, want 0-255`);
  }

  /** The one with that number, from the table, else from `extra`; undefined when it is in neither. */
  ofId(id: number, extra: readonly T[] = []): T | Promise<T> | undefined {
    const name = this.#names.get(id);
    return name === undefined ? extra.find((one) => one.id === id) : this.load(name);
  }

  async #fetch(name: string, row: Row<T>): Promise<T> {
    const one = await row.load();
    this.#loaded.set(name, one);
    return one;
  }

  #row(name: string): Row<T> {
    const row = this.#rows.get(name);
    if (row !== undefined) return row;
    const names = [...this.#rows.keys()].join(", ");
    throw new TypeError(`Cannot use ${this.#kind} ${JSON.stringify(name)}: want one of ${names}`);
  }
}
