import type { Insertion } from "./bundle.ts";
import { NodeKind, type ClassNode, type ParseNode } from "./nodes.ts";

/**
 * What an evaluator of the engine remembers, as far as it is handed from one to the next: the types of nodes by their
 * number, those of symbols by number and place of use, and the classes that the language itself refers to.
 */
interface Caches {
  readonly types: ReadonlyMap<
    number,
    { readonly typeResult: { readonly type: EngineType; readonly isIncomplete?: boolean } }
  >;
  readonly symbols: ReadonlyMap<number, ReadonlyMap<string, { readonly isIncomplete?: boolean }>>;
  readonly prefetched: object;
}

interface EngineType {
  readonly shared?: { protocolCompatibility?: unknown };
}

export interface TypeCaches {
  readCaches(): Caches;
  writeCaches(caches: Caches): void;
}

/** Opens the caches of an evaluator, which are variables that nothing outside it sees. */
export const TYPE_CACHES: Insertion = {
  name: "createTypeEvaluator",
  before:
    "disposeEvaluator:function(){ep=new Map,ed=new Map,ec=new Map,eu=new Map,em=new Map,ey=new Map,eg=new Set}",
  text:
    "readCaches:function(){return{types:ec,symbols:em,prefetched:en}}," +
    "writeCaches:function(e){ec=e.types,em=e.symbols,en=e.prefetched},",
};

/**
 * The types of Python's own classes, which every evaluator starts with. They are asked for once, always in the same order and
 * before anything else, and the stubs refer to nothing in the repository: so nothing here depends on what was asked.
 */
export class KeptTypes {
  private readonly caches: Caches;
  private readonly classes: ReadonlySet<NonNullable<EngineType["shared"]>>;

  /** `statements` are those of the stub `builtins.pyi`. */
  constructor(
    evaluator: TypeCaches & { getTypeOfClass(node: ClassNode): unknown },
    statements: readonly ParseNode[],
  ) {
    for (const statement of statements) {
      if (statement.nodeType === NodeKind.Class) evaluator.getTypeOfClass(statement);
    }
    const { types, symbols, prefetched } = evaluator.readCaches();
    this.caches = {
      types: new Map([...types].filter(([, { typeResult }]) => typeResult.isIncomplete !== true)),
      symbols: completeSymbols(symbols),
      prefetched,
    };
    this.classes = new Set([...types.values()].flatMap(({ typeResult }) => typeResult.type.shared ?? []));
  }

  /** Makes it what the evaluator knows, in copies: what one adds must not reach the next. */
  giveTo(evaluator: TypeCaches): void {
    const { types, symbols, prefetched } = this.caches;
    evaluator.writeCaches({
      types: new Map(types),
      symbols: completeSymbols(symbols),
      prefetched: { ...prefetched },
    });
    // Which protocols a class was found to fulfil is noted in the class.
    for (const shared of this.classes) shared.protocolCompatibility = undefined;
  }
}

function completeSymbols(symbols: Caches["symbols"]): Caches["symbols"] {
  return new Map(
    [...symbols].map(([symbol, uses]) => [
      symbol,
      new Map([...uses].filter(([, { isIncomplete }]) => isIncomplete !== true)),
    ]),
  );
}
