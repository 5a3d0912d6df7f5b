import { type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word } from "unbash";

/** One command of a line of shell, its words without their quotes. */
export interface SimpleCommand {
  readonly words: readonly string[];
  /** Files that its output goes to. */
  readonly writes: readonly string[];
  /** What it is given to read in the line itself. */
  readonly heredoc?: string;
  /** Another command's output is its input. */
  readonly piped: boolean;
}

/** Longer lines hold a file or a picture; what they begin with says what they do. */
const MOST_CHARACTERS = 20_000;
/** Nobody nests so deep but to break what reads it. */
const MOST_DEPTH = 100;

/** The commands of a line in the order in which they stand, those in `$(…)` and in functions too. Text that is no shell gives what can be made out. */
export function simpleCommands(line: string): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  const visit = (node: SyntaxNode, piped: boolean, depth: number) => {
    if (depth > MOST_DEPTH) return;
    if (node.type === "Command") found.push(commandOf(node, piped));
    let behind = false;
    forEachChild(node, (child) => {
      visit(child, node.type === "Pipeline" ? behind || piped : piped, depth + 1);
      behind = true;
    });
  };
  visit(parse(line.slice(0, MOST_CHARACTERS)), false, 0);
  return found.filter(({ words, writes }) => words.length > 0 || writes.length > 0);
}

const OUTPUT = new Set([">", ">>", ">|", "&>", "&>>"]);

function commandOf(node: Command, piped: boolean): SimpleCommand {
  const words = [node.name, ...node.args].flatMap((word) => (word?.type === "Word" ? [word.value] : []));
  const writes = node.redirects.flatMap((one) => outputOf(one)?.value ?? []);
  const heredoc = node.redirects.find((one) => one.type === "HereDoc")?.body.text;
  return { words, writes, piped, ...(heredoc === undefined ? {} : { heredoc }) };
}

function outputOf(one: Redirection): Word | undefined {
  if (one.type !== "Redirect" || !OUTPUT.has(one.operator)) return undefined;
  return one.target?.value.startsWith("/dev/") === true ? undefined : one.target;
}
