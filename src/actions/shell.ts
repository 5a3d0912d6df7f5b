import type { Action, ActionKind } from "../action.ts";
import { editorActions } from "./editor.ts";
import { BY_ARGUMENT, FILTERS, GIT, KIND_OF, MODULES, WRAPPERS } from "./programs.ts";
import { scriptKind } from "./script.ts";
import { type SimpleCommand, simpleCommands } from "./simple-commands.ts";

/** What a line of shell does, command by command. One that only shows less of another's output is not told. */
export function shellActions(line: string): Action[] {
  const actions = simpleCommands(line).flatMap(commandActions);
  // What is printed beside the end of the work is the answer that is handed in.
  const end = actions.find(({ kind }) => kind === "finish");
  return end === undefined ? actions : [end];
}

function commandActions(command: SimpleCommand): Action[] {
  const { words, writes, piped, heredoc } = command;
  const redirected = writes.map((path): Action => ({ kind: "write", path }));
  const [program, args] = unwrapped(words);
  if (program === undefined) return redirected;
  if (piped && words[0] === program && FILTERS.has(program) && !isInPlace(program, args)) return redirected;
  // What a command prints into a file is what it is for.
  if (redirected.length > 0 && (PRINTERS.has(program) || heredoc !== undefined)) return redirected;
  const actions = ofProgram(program, args, heredoc);
  // A change that is written down as a patch is looked at and not made.
  return actions.some(({ kind }) => kind === "review") ? actions : [...actions, ...redirected];
}

const PRINTERS = new Set(["echo", "printf", "cat"]);
const SHELLS = new Set(["bash", "sh", "zsh", "dash"]);
const INTERPRETERS = /^(python[\d.]*|pypy3?|node|ruby|perl|php|ts-node|tsx|deno|bun|ipython3?)$/;
/** With which `mini` and its like end their work. */
const ENDINGS = /COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT|MINI_SWE_AGENT_FINAL_OUTPUT/;
/** Of commands that run others in an environment. */
const RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["poetry", ["run"]],
  ["uv", ["run"]],
  ["pipenv", ["run"]],
  ["pdm", ["run"]],
  ["conda", ["run"]],
  ["coverage", ["run"]],
  ["npx", []],
]);

/** The program that runs in the end, without its folder, and its arguments. */
function unwrapped(words: readonly string[]): [string | undefined, readonly string[]] {
  const [first, ...rest] = words;
  if (first === undefined) return [undefined, []];
  const name = first.includes("/") ? (first.split("/").at(-1) ?? first) : first;
  const isAssigning = name === "env" && rest.some((word) => word.includes("="));
  const own = isAssigning ? 0 : WRAPPERS.get(name);
  const runs = RUNNERS.get(name);
  if (runs !== undefined && runs.every((word, index) => rest[index] === word) && rest.length > runs.length)
    return unwrapped(
      name === "coverage" && rest[1] === "-m" ? ["python", ...rest.slice(1)] : rest.slice(runs.length),
    );
  if (own === undefined) return [name, rest];
  const inner = rest.findIndex(
    (word) => !word.startsWith("-") && !word.includes("=") && !/^\d+[smh]?$/.test(word),
  );
  return inner === -1 ? [name, rest] : unwrapped(rest.slice(inner));
}

function ofProgram(program: string, args: readonly string[], heredoc: string | undefined): Action[] {
  const command = [program, ...args].join(" ");
  const operands = args.filter((word) => !word.startsWith("-"));
  const told = (kind: ActionKind, more: Partial<Action> = {}): Action[] => [{ kind, command, ...more }];
  if (ENDINGS.test(command)) return told("finish");
  if (program === "str_replace_editor" || program === "str_replace_based_edit_tool")
    return editorActions({ command: args[0] ?? "", path: args[1] ?? "" });
  // Whoever asks a script for its help wants to see that it starts.
  if (isQuestion(program, args))
    return told(INTERPRETERS.test(program) && operands.length > 0 ? "check" : "inspect");
  if (program === "git") return gitActions(args, command);
  const inline = SHELLS.has(program) ? args.findIndex((word) => /^-[a-z]*c$/.test(word)) : -1;
  if (inline !== -1) return shellActions(args[inline + 1] ?? "");
  if (program === "bash" && args[0] === "-n") return told("check");
  if (SHELLS.has(program)) return told("run");
  if (INTERPRETERS.test(program)) return interpreterActions(program, args, heredoc);
  if (program === "sed" || program === "perl") return [streamEdit(program, args, operands)];
  if (program === "find") return findActions(args, command);
  if (program === "rm") return operands.map((path) => ({ kind: "remove", command, path }));
  if (program === "cmake" && !args.includes("--build")) return told("arrange");
  if (program === "make" && args.includes("-n")) return told("inspect");
  const byArgument = BY_ARGUMENT.get(program === "pip3" ? "pip" : program);
  const argument = operands[0] === "run" || operands[0] === "exec" ? operands[1] : operands[0];
  const kind = byArgument?.get((argument ?? args[0] ?? "").split(":")[0] ?? "") ?? KIND_OF.get(program);
  if (kind === undefined) return told("run");
  return [withPlace({ kind, command }, args, operands)];
}

/** Asks a program about itself. */
function isQuestion(program: string, args: readonly string[]): boolean {
  if (program === "git" || args.length === 0 || args.length > 4) return false;
  return args.some((word) => word === "--version" || word === "-V" || word === "--help");
}

function isInPlace(program: string, args: readonly string[]): boolean {
  return program === "sed" && args.some((word) => /^-[a-zA-Z]*i/.test(word) || word.startsWith("--in-place"));
}

function streamEdit(program: string, args: readonly string[], operands: readonly string[]): Action {
  const command = [program, ...args].join(" ");
  const path = operands.length > 1 ? operands.at(-1) : undefined;
  const place = path === undefined ? {} : { path };
  if (isInPlace(program, args) || (program === "perl" && args.some((word) => /^-[a-z0-9]*i/.test(word))))
    return { kind: "write", command, ...place };
  return program === "perl" ? { kind: "run", command } : { kind: "read", command, whole: false, ...place };
}

function findActions(args: readonly string[], command: string): Action[] {
  if (
    args.includes("-delete") ||
    args.some((word, index) => word === "rm" && args[index - 1]?.startsWith("-exec"))
  )
    return [{ kind: "remove", command }];
  const named = args.findIndex((word) => /^-i?(name|path|regex)$/.test(word));
  const pattern = named === -1 ? undefined : args[named + 1];
  const executed = args.findIndex((word) => word.startsWith("-exec"));
  if (executed !== -1 && (args[executed + 1] ?? "").endsWith("grep"))
    return [
      {
        kind: "search",
        command,
        pattern: args.slice(executed + 2).find((word) => !word.startsWith("-")) ?? "",
      },
    ];
  return [{ kind: "search", command, ...(pattern === undefined ? {} : { pattern }) }];
}

function gitActions(args: readonly string[], command: string): Action[] {
  const verb = args.find(
    (word, index) => !word.startsWith("-") && args[index - 1] !== "-C" && args[index - 1] !== "-c",
  );
  const rest = args.slice(args.indexOf(verb ?? "") + 1).filter((word) => !word.startsWith("-"));
  const kind = GIT.get(verb ?? "") ?? "inspect";
  // Two commits, or one: somebody else's change.
  if (kind === "review" && rest.some((word) => /\.\.|^[0-9a-f]{7,40}$|^HEAD[~^]/.test(word)))
    return [{ kind: "history", command }];
  if (verb === "stash" && (rest[0] === "show" || rest[0] === "list")) return [{ kind: "history", command }];
  if (kind === "search") return [{ kind, command, pattern: rest[0] ?? "" }];
  return [{ kind, command }];
}

function interpreterActions(program: string, args: readonly string[], heredoc: string | undefined): Action[] {
  const command = [program, ...args].join(" ");
  const inline = args.findIndex((word) => word === "-c" || word === "-e" || word === "-p");
  const text = inline === -1 ? heredoc : args[inline + 1];
  if (text !== undefined) return [{ kind: scriptKind(text), command: `${command}${heredoc ?? ""}` }];
  if (program === "node" && args.includes("--check")) return [{ kind: "check", command }];
  const module = args.indexOf("-m");
  const name = module === -1 ? undefined : args[module + 1];
  if (name === "pip") return ofProgram("pip", args.slice(module + 2), undefined);
  if (name === "coverage") return ofProgram("python", args.slice(module + 3), undefined);
  if (name !== undefined) return [{ kind: MODULES.get(name) ?? "run", command }];
  const script = args.find((word) => !word.startsWith("-"));
  const base = script?.split("/").at(-1) ?? "";
  if (base === "manage.py" || base === "setup.py" || base === "runtests.py")
    return ofProgram(base, args.slice(args.indexOf(script ?? "") + 1), undefined);
  return [{ kind: "run", command, ...(script === undefined ? {} : { path: script }) }];
}

/** What is looked for and where, or which file. */
function withPlace(action: Action, args: readonly string[], operands: readonly string[]): Action {
  const last = operands.at(-1);
  switch (action.kind) {
    case "search": {
      const option = args.findIndex((word) => word === "-e" || word === "--regexp");
      return { ...action, pattern: option === -1 ? (operands[0] ?? "") : (args[option + 1] ?? "") };
    }
    case "read": {
      const whole = /^(cat|nl|bat|less|more|tac|open) /.test(action.command ?? "");
      return { ...action, whole, ...(last === undefined ? {} : { path: last }) };
    }
    case "list":
    case "write":
    case "remove":
      return last === undefined ? action : { ...action, path: last };
    default:
      return action;
  }
}
