import { isObject } from "../../dialects/shared/json.ts";
import { canonicalJson, type Json } from "../../base/json.ts";

/**
 * An object of a document that remembers which of its fields were read, so that what is lost is what nobody asked for, not what somebody
 * thought to write down. A field that is null is absent. A field of another kind than was asked for counts as not read.
 */
export class Fields {
  readonly #record: Readonly<Record<string, Json>>;
  readonly #taken = new Set<string>();
  readonly #below = new Map<string, readonly (Fields | undefined)[]>();
  #skippedAs: string | undefined;

  constructor(value: Json | undefined) {
    this.#record = isObject(value) ? value : {};
  }

  /** Without reading it. */
  peek(name: string): Json | undefined {
    return Object.hasOwn(this.#record, name) ? (this.#record[name] ?? undefined) : undefined;
  }

  names(): string[] {
    return Object.keys(this.#record).filter((name) => this.#record[name] !== null);
  }

  /** Everything below that name. */
  value(name: string): Json | undefined {
    this.#taken.add(name);
    return this.peek(name);
  }

  text(name: string): string | undefined {
    const value = this.peek(name);
    return typeof value === "string" ? this.#take(name, value) : undefined;
  }

  number(name: string): number | undefined {
    const value = this.peek(name);
    return typeof value === "number" ? this.#take(name, value) : undefined;
  }

  /** A whole number from 0. */
  count(name: string): number | undefined {
    const value = this.peek(name);
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
      ? this.#take(name, value)
      : undefined;
  }

  /** A number from 0. */
  amount(name: string): number | undefined {
    const value = this.peek(name);
    return typeof value === "number" && value >= 0 ? this.#take(name, value) : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.peek(name);
    return typeof value === "boolean" ? this.#take(name, value) : undefined;
  }

  /** Reads a field that says again what is kept already; one that says something else stays unread. */
  again(name: string, known: Json | undefined): void {
    const value = this.peek(name);
    if (value === undefined || known === undefined) return;
    if (value === known || canonicalJson(value) === canonicalJson(known)) this.#taken.add(name);
  }

  /** The object of that name; without fields where there is none. */
  fields(name: string): Fields {
    const value = this.peek(name);
    if (!isObject(value)) return new Fields(undefined);
    return this.#child(name, () => [new Fields(value)])[0] ?? new Fields(undefined);
  }

  /** The objects of a list; what else is in it stays unread. */
  list(name: string): Fields[] {
    const value = this.peek(name);
    if (!Array.isArray(value)) return [];
    const children = this.#child(name, () =>
      value.map((item) => (isObject(item) ? new Fields(item) : undefined)),
    );
    return children.filter((child) => child !== undefined);
  }

  /** The objects of a list, or of JSON text that holds one. */
  listOrText(name: string): Fields[] {
    const text = this.peek(name);
    if (typeof text !== "string") return this.list(name);
    const value = parsed(text);
    if (!Array.isArray(value)) return [];
    const read = new Fields({ value });
    const children = read.list("value");
    this.#child(name, () => children);
    return children;
  }

  /** These objects stand for what is in the field. */
  replace(name: string, objects: readonly Fields[]): void {
    this.#below.set(name, objects);
  }

  /** The object that a field holds as JSON text. */
  parsed(name: string): Fields {
    const text = this.peek(name);
    const value = typeof text === "string" ? parsed(text) : undefined;
    if (!isObject(value)) return new Fields(undefined);
    return this.#child(name, () => [new Fields(value)])[0] ?? new Fields(undefined);
  }

  /** Leaves the whole object out, and says so under this name. */
  skip(as: string): void {
    this.#skippedAs = as;
  }

  /** Names of what was not read, dotted; of a list's objects, without their places. */
  unread(prefix = ""): string[] {
    if (this.#skippedAs !== undefined) return [prefix + this.#skippedAs];
    const unread = this.names().flatMap((name): string[] => {
      if (this.#taken.has(name)) return [];
      const below = this.#below.get(name);
      if (below === undefined) return [prefix + name];
      return below.flatMap((child) =>
        child === undefined ? [prefix + name] : child.unread(`${prefix}${name}.`),
      );
    });
    return [...new Set(unread)];
  }

  #take<Value>(name: string, value: Value): Value {
    this.#taken.add(name);
    return value;
  }

  #child(name: string, make: () => readonly (Fields | undefined)[]): readonly (Fields | undefined)[] {
    const known = this.#below.get(name) ?? make();
    this.#below.set(name, known);
    return known;
  }
}

/** The value of a JSON text; undefined where it is none. */
export function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

const DEEPEST = 100;

/** Whatever walks a value walks it recursively: one that is nested without end would end the process instead of the row. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null
        ? Object.values(item).filter((below) => typeof below === "object" && below !== null)
        : [],
    );
  }
  return false;
}
