import { execa } from "execa";

/** What V8 says to programs, one answer each: `null` where it takes one, otherwise its message. */
export interface EngineAnswers {
  /** As modules. */
  readonly modules: readonly (string | null)[];
  /** As CommonJS modules, that is bodies of functions. */
  readonly scripts: readonly (string | null)[];
}

const PROGRAM = `
const vm = require("node:vm");
const programs = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const names = ["exports", "require", "module", "__filename", "__dirname"];
const answer = (read) => (program) => {
  try {
    read(program);
    return null;
  } catch (error) {
    return String(error);
  }
};
console.log(JSON.stringify({
  modules: programs.map(answer((program) => new vm.SourceTextModule(program))),
  scripts: programs.map(answer((program) => vm.compileFunction(program.replace(/^#!.*/, ""), names))),
}));
`;

/** Asks the V8 of the Node that runs the tests, in a process of its own: modules need a flag there. */
export async function compileWithEngine(programs: readonly string[]): Promise<EngineAnswers> {
  const args = ["--no-warnings", "--experimental-vm-modules", "-e", PROGRAM];
  const { stdout } = await execa(process.execPath, args, { input: JSON.stringify(programs) });
  return JSON.parse(stdout) as EngineAnswers;
}
