import ts from "typescript";

const OPTIONS: ts.CompilerOptions = {
  experimentalDecorators: true,
  noLib: true,
  noResolve: true,
  target: ts.ScriptTarget.ESNext,
};

/**
 * Why the TypeScript compiler refuses a program, or nothing. Part of the grammar is left to its type checker, whose
 * faults of grammar have numbers of their own.
 */
export function compilerFault(name: string, text: string): string | undefined {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(OPTIONS),
    getSourceFile: (path) => (path === name ? file : undefined),
    writeFile: () => undefined,
    fileExists: (path) => path === name,
    readFile: () => undefined,
  };
  const program = ts.createProgram([name], OPTIONS, host);
  const faults = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  const fault = faults.find(({ code }) => code < 2000 && !NOT_GRAMMAR.has(code));
  return fault && ts.flattenDiagnosticMessageText(fault.messageText, "\n");
}

/** Of the options and not the program: a missing library, the kind of module, the target. */
const NOT_GRAMMAR: ReadonlySet<number> = new Set([
  1203, 1202, 1375, 1378, 1219, 1471, 1479, 1484, 1286, 1287, 1295, 1309, 1432,
]);
