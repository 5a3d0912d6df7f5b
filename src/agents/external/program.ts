import type { DialectName } from "../../exchange.ts";

/** An agent that others wrote: how it is installed, started without a person, and told where its model is. */
export interface ExternalProgram {
  readonly name: string;
  /** The one that `data/<name>` pins. */
  readonly version: string;
  readonly summary: string;
  /** In which it asks for its model. */
  readonly dialect: DialectName;
  /** Absent where nothing is to be installed. */
  readonly packages?: Packages;
  /** What is run, and with what. Pure. */
  invoke(request: InvokeRequest): Invocation;
}

/** What is installed, locked by hashes in `data/<name>`. */
export type Packages =
  | {
      /** `npm ci` of the `package.json` and `package-lock.json`; no package's scripts are run. */
      readonly from: "npm";
      /** The program's file in the installed folder, by the machine's architecture (`process.arch`). */
      readonly programs: Readonly<Partial<Record<string, string>>>;
    }
  | {
      /** `pip install` of the `requirements.txt` into `packages/`, wheels only; `run.py` beside it starts the program. */
      readonly from: "pypi";
    };

export interface InvokeRequest {
  /** What runs the installed program: words to which arguments are added. Empty where nothing is installed. */
  readonly program: readonly string[];
  /** Where the program finds its model, without a path at the end; the dialect's own path (`/v1/…`) is added to it. */
  readonly baseUrl: string;
  /** The program's key for it. */
  readonly key: string;
  readonly model: string;
  /** A file with the instruction, as processes inside see it. It is the program's standard input as well. */
  readonly instructionFile: string;
  readonly maxSteps: number;
}

export interface Invocation {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Texts by path below the home folder. */
  readonly files: Readonly<Record<string, string>>;
}
