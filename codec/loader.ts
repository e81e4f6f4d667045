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
  /** Loads it; at once, when it is no promise. */
  load(): T | Promise<T>;
}

/** Lines by name. */
export type Table<T> = Readonly<Record<string, Row<T>>>;

/** Loads the rows of one table, each once. */
export class Loader<T extends Numbered> {
  readonly #kind: string;
  readonly #method: keyof T & string;
  readonly #table: () => Table<T>;
  /** What was loaded, by number. */
  readonly #loaded: (T | undefined)[] = [];
  /** Rows by number, made when first needed. */
  #rows: ReadonlyMap<number, Row<T>> | undefined;

  /**
   * Makes a loader of `table`, which is not asked for before something is loaded. In errors, `kind` says what is in it;
   * `method` is the function that tells such a thing from anything else.
   */
  constructor(kind: string, method: keyof T & string, table: () => Table<T>) {
    this.#kind = kind;
    this.#method = method;
    this.#table = table;
  }

  /**
   * The one with that name, or the value itself; a promise only for a row that gives one and was not loaded before. Throws
   * TypeError for an unknown name or a value of another kind, RangeError for a value whose id is not 0-255.
   */
  load(choice: string | T): T | Promise<T> {
    if (typeof choice !== "string") return this.#checked(choice);
    const row = this.#rowOf(choice);
    return this.#loaded[row.id] ?? this.#fetch(row);
  }

  /** The one of the table with that number; undefined when there is none. A promise as from {@linkcode load}. */
  ofId(id: number): T | Promise<T> | undefined {
    const found = this.#loaded[id];
    if (found) return found;
    this.#rows ??= new Map(Object.values(this.#table()).map((row) => [row.id, row]));
    const row = this.#rows.get(id);
    return row && this.#fetch(row);
  }

  #fetch({ id, load }: Row<T>): T | Promise<T> {
    const one = load();
    if (one instanceof Promise) return one.then((one) => this.#loaded[id] = one);
    return this.#loaded[id] = one;
  }

  #rowOf(name: string): Row<T> {
    const table = this.#table();
    if (Object.hasOwn(table, name)) return table[name]!;
    const names = Object.keys(table).join(", ");
    throw new TypeError(`Cannot use ${this.#kind} ${JSON.stringify(name)}: want one of ${names}`);
  }

  #checked(choice: T): T {
    if (typeof choice?.[this.#method] !== "function") {
      throw new TypeError(`Cannot use ${this.#kind}: it has no function ${this.#method}`);
    }
    if (choice.id === (choice.id & 0xff)) return choice;
    throw new RangeError(`Cannot use ${this.#kind} ${choice.name}: its id is ${choice.id}, want 0-255`);
  }
}
