import type { Node } from "@babel/types";

export type { Node };

/** What a node of the syntax tree holds, in source order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  let ordered = true;
  let last = 0;
  eachChild(node, (child) => {
    const start = startOf(child);
    ordered &&= last <= start;
    last = start;
    children.push(child);
  });
  // A parser that reads decorators or type parameters ahead stores them where it likes.
  return ordered ? children : children.sort((a, b) => startOf(a) - startOf(b));
}

/** Calls `visit` with what a node holds and the property that holds it, in no particular order. */
export function eachChild(node: Node, visit: (child: Node, key: string) => void): void {
  for (const key in node) {
    const value: unknown = node[key as keyof Node];
    if (value === null || typeof value !== "object" || key === "extra" || key === "interpreter") continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) visit(value, key);
      continue;
    }
    for (const child of value) if (isNode(child)) visit(child, key);
  }
}

/** What a tree holds is nodes, `extra` and nothing else that has a type. */
function isNode(value: unknown): value is Node {
  return typeof (value as { readonly type?: unknown } | null)?.type === "string";
}

export function startOf(node: Node): number {
  return node.start ?? 0;
}

export function endOf(node: Node): number {
  return node.end ?? 0;
}
