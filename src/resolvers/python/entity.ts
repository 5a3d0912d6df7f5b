import type { DefinitionNode } from "./nodes.ts";

/** What an expression stands for, as far as it can be said for certain. */
export type Entity =
  | { readonly kind: "definition"; readonly path: string; readonly node: DefinitionNode }
  /** A file, or a folder that is a namespace package. */
  | { readonly kind: "module"; readonly path: string }
  | { readonly kind: "outside" }
  | { readonly kind: "several"; readonly choices: readonly Definition[] }
  /** A value: its type says what its attributes are; `reason` is why it is no definition. */
  | { readonly kind: "value"; readonly reason: string; readonly called?: "outside" }
  | { readonly kind: "unresolved"; readonly reason: string };

export type Definition = Extract<Entity, { kind: "definition" }>;

export const OUTSIDE: Entity = { kind: "outside" };

export function unresolved(reason: string): Entity {
  return { kind: "unresolved", reason };
}

/** One entity for several possible ones: certain only where all are the same. */
export function combine(entities: readonly Entity[]): Entity {
  const [first, ...others] = entities;
  if (first === undefined) return unresolved("nothing is known of it");
  if (others.every((other) => isSame(first, other))) return first;
  const open =
    entities.find(({ kind }) => kind === "unresolved") ?? entities.find(({ kind }) => kind === "value");
  if (open !== undefined && "reason" in open) return { ...open, reason: `one of several: ${open.reason}` };
  if (entities.some(({ kind }) => kind === "module")) return unresolved("one of several is a module");
  const choices = entities.flatMap((entity) => {
    if (entity.kind === "several") return entity.choices;
    return entity.kind === "definition" ? [entity] : [];
  });
  return { kind: "several", choices: choices.filter((choice, index) => isFirst(choice, choices, index)) };
}

function isFirst(choice: Definition, all: readonly Definition[], index: number): boolean {
  return all.findIndex(({ node }) => node === choice.node) === index;
}

function isSame(one: Entity, other: Entity): boolean {
  if (one.kind === "definition") return other.kind === "definition" && one.node === other.node;
  if (one.kind === "module") return other.kind === "module" && one.path === other.path;
  return one.kind === "outside" && other.kind === "outside";
}
