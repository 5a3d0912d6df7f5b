/**
 * The parts of the engine's syntax tree that we read, as its parser names them (`parser/parseNodes.ts` there).
 * Offsets count UTF-16 code units of the file's text, from 0; a decorated definition starts at its first `@`.
 */
interface Node<Kind extends number, Data> {
  readonly nodeType: Kind;
  readonly start: number;
  readonly length: number;
  readonly parent: ParseNode | undefined;
  readonly d: Data;
}

export const NodeKind = {
  Assignment: 3,
  AssignmentExpression: 4,
  AugmentedAssignment: 5,
  Call: 9,
  Class: 10,
  Comprehension: 11,
  ComprehensionFor: 12,
  Constant: 14,
  Decorator: 16,
  If: 22,
  Import: 23,
  ImportAs: 24,
  ImportFrom: 25,
  ImportFromAs: 26,
  Index: 27,
  Except: 28,
  For: 29,
  Function: 31,
  Global: 32,
  Lambda: 33,
  List: 34,
  MemberAccess: 35,
  Module: 36,
  ModuleName: 37,
  Name: 38,
  Nonlocal: 39,
  Parameter: 41,
  Raise: 43,
  Suite: 50,
  Tuple: 52,
  TypeAnnotation: 54,
  Unpack: 56,
  WithItem: 59,
  PatternAs: 66,
  PatternCapture: 69,
  PatternMappingExpandEntry: 72,
  TypeParameter: 75,
  TypeAlias: 77,
} as const;
type Kind = typeof NodeKind;

export type NameNode = Node<Kind["Name"], { readonly value: string }>;
export type MemberAccessNode = Node<
  Kind["MemberAccess"],
  { readonly leftExpr: ParseNode; readonly member: NameNode }
>;
export type CallNode = Node<
  Kind["Call"],
  { readonly leftExpr: ParseNode; readonly args: readonly ParseNode[] }
>;
export type IndexNode = Node<Kind["Index"], { readonly leftExpr: ParseNode }>;
export type DecoratorNode = Node<Kind["Decorator"], { readonly expr: ParseNode }>;
export type RaiseNode = Node<
  Kind["Raise"],
  { readonly expr?: ParseNode | undefined; readonly fromExpr?: ParseNode | undefined }
>;
export type ParameterNode = Node<
  Kind["Parameter"],
  {
    readonly name: NameNode | undefined;
    readonly annotation: ParseNode | undefined;
    readonly defaultValue: ParseNode | undefined;
  }
>;
export type SuiteNode = Node<Kind["Suite"], { readonly statements: readonly ParseNode[] }>;
export type FunctionNode = Node<
  Kind["Function"],
  {
    readonly decorators: readonly DecoratorNode[];
    readonly name: NameNode;
    readonly params: readonly ParameterNode[];
    readonly suite: SuiteNode;
  }
>;
export type ClassNode = Node<
  Kind["Class"],
  { readonly decorators: readonly DecoratorNode[]; readonly name: NameNode; readonly suite: SuiteNode }
>;
export type LambdaNode = Node<
  Kind["Lambda"],
  { readonly params: readonly ParameterNode[]; readonly expr: ParseNode }
>;
export type ComprehensionNode = Node<Kind["Comprehension"], { readonly forIfNodes: readonly ParseNode[] }>;
export type ModuleNode = Node<Kind["Module"], { readonly statements: readonly ParseNode[] }>;
export type ModuleNameNode = Node<
  Kind["ModuleName"],
  { readonly leadingDots: number; readonly nameParts: readonly NameNode[] }
>;
export type ImportAsNode = Node<
  Kind["ImportAs"],
  { readonly module: ModuleNameNode; readonly alias?: NameNode | undefined }
>;
export type ImportFromNode = Node<
  Kind["ImportFrom"],
  { readonly module: ModuleNameNode; readonly isWildcardImport: boolean }
>;
export type ImportFromAsNode = Node<
  Kind["ImportFromAs"],
  { readonly name: NameNode; readonly alias?: NameNode | undefined }
>;
export type IfNode = Node<Kind["If"], { readonly testExpr: ParseNode; readonly ifSuite: ParseNode }>;
export type ConstantNode = Node<Kind["Constant"], { readonly constType: number }>;

type TargetNode =
  | Node<Kind["Assignment"], { readonly leftExpr: ParseNode; readonly rightExpr: ParseNode }>
  | Node<Kind["AssignmentExpression"], { readonly name: NameNode }>
  | Node<Kind["AugmentedAssignment"], { readonly leftExpr: ParseNode }>
  | Node<Kind["For"], { readonly targetExpr: ParseNode }>
  | Node<Kind["ComprehensionFor"], { readonly targetExpr: ParseNode }>
  | Node<Kind["WithItem"], { readonly target?: ParseNode | undefined }>
  | Node<Kind["Except"], { readonly name?: NameNode | undefined }>
  | Node<Kind["PatternAs"], { readonly target?: NameNode | undefined }>
  | Node<Kind["PatternCapture"], { readonly target: NameNode; readonly isWildcard: boolean }>
  | Node<Kind["PatternMappingExpandEntry"], { readonly target: NameNode }>
  | Node<Kind["TypeAlias"], { readonly name: NameNode }>
  | Node<Kind["TypeParameter"], { readonly name: NameNode }>;

export type ParseNode =
  | NameNode
  | MemberAccessNode
  | CallNode
  | IndexNode
  | DecoratorNode
  | RaiseNode
  | ParameterNode
  | SuiteNode
  | FunctionNode
  | ClassNode
  | LambdaNode
  | ComprehensionNode
  | ModuleNode
  | ModuleNameNode
  | ImportAsNode
  | ImportFromNode
  | ImportFromAsNode
  | IfNode
  | ConstantNode
  | TargetNode
  | Node<Kind["Import"], { readonly list: readonly ImportAsNode[] }>
  | Node<Kind["Global"], { readonly targets: readonly NameNode[] }>
  | Node<Kind["Nonlocal"], { readonly targets: readonly NameNode[] }>
  | Node<Kind["Tuple"], { readonly items: readonly ParseNode[] }>
  | Node<Kind["List"], { readonly items: readonly ParseNode[] }>
  | Node<Kind["Unpack"], { readonly expr: ParseNode }>
  | Node<Kind["TypeAnnotation"], { readonly valueExpr: ParseNode; readonly annotation: ParseNode }>;

export type DefinitionNode = FunctionNode | ClassNode;
export type ScopeNode = ModuleNode | ClassNode | FunctionNode | LambdaNode | ComprehensionNode;

export function isDefinition(node: ParseNode): node is DefinitionNode {
  return node.nodeType === NodeKind.Function || node.nodeType === NodeKind.Class;
}

/** `a.b.c` → `c`; undefined for anything that is no name or attribute. */
export function lastName(node: ParseNode): NameNode | undefined {
  if (node.nodeType === NodeKind.Name) return node;
  return node.nodeType === NodeKind.MemberAccess ? node.d.member : undefined;
}

/** The last name of a decorator, called or not: `@functools.wraps(f)` → `wraps`. */
export function decoratorName({ d: { expr } }: DecoratorNode): string | undefined {
  return lastName(expr.nodeType === NodeKind.Call ? expr.d.leftExpr : expr)?.d.value;
}

/** The keyword `None`. */
export function isNone(node: ParseNode): boolean {
  return node.nodeType === NodeKind.Constant && node.d.constType === 27;
}
