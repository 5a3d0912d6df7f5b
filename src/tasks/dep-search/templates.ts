import type { Wordings } from "../checks/wordings.ts";

/** What an instruction says. */
export interface InstructionInput {
  readonly kind: "function" | "method";
  readonly qualifiedName: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The marker line, without indentation. */
  readonly marker: string;
}

type Template = (input: InstructionInput) => string;

const WHAT_COUNTS =
  "Called directly means: called in its body or by its decorators, instantiated, or raised. What is called only by the definitions that it calls does not count, nor do builtins, the standard library, " +
  "other packages, the definition itself and definitions inside it.";

/** The wordings of the instruction. All ask the same: mark every definition that the function calls, change nothing else. */
const TEMPLATES = {
  plain: (input) =>
    `${place(input)} Find every function, method and class of this repository that it calls directly, and put this comment line directly above the definition of each:\n\n${input.marker}\n\n` +
    `Where a definition has decorators, the line goes above the first of them. ${WHAT_COUNTS} Mark each definition once. Do not change anything else.`,

  terse: (input) =>
    `Mark the direct dependencies of \`${input.qualifiedName}\` (${input.path}, line ${input.line}): one comment line\n\n${input.marker}\n\n` +
    `directly above each definition in this repository, above its decorators if any. ${WHAT_COUNTS} Nothing else may change.`,

  colleague: (input) =>
    `Before I touch \`${input.qualifiedName}\` in ${input.path} (line ${input.line}) I want to see in the code what it relies on. ` +
    `Please look up each function, method and class of our own that it calls directly and leave this line right above its definition, or above its decorators:\n\n${input.marker}\n\n` +
    `${WHAT_COUNTS} One line for each definition, and please leave everything else exactly as it is.`,

  steps: (input) =>
    `${place(input)}\n\n1. Read it and list what it calls directly.\n2. Follow imports, attributes and inheritance to the one definition that each call reaches.\n` +
    `3. Put the following line directly above each of these definitions that lies in this repository, above its decorators if it has any.\n4. Check that no definition is marked twice and that nothing else changed.\n\n` +
    `${input.marker}\n\n${WHAT_COUNTS}`,

  impact: (input) =>
    `We are measuring how far a change could reach. Start from the ${input.kind} \`${input.qualifiedName}\` at ${input.path}:${input.line} and annotate every definition of this code base that it calls directly with\n\n` +
    `${input.marker}\n\nas a comment line of its own, immediately above the definition (and above its first decorator). ${WHAT_COUNTS} Several definitions may have the same name: mark the one that is really called. ` +
    `Add no other line and edit no code.`,

  question: (input) =>
    `Which definitions of this repository does \`${input.qualifiedName}\` (${input.path}, line ${input.line}) call directly? Answer in the code: write\n\n${input.marker}\n\n` +
    `above each of them, on the line before the definition or before its first decorator. ${WHAT_COUNTS} Make no other modification.`,

  ticket: (input) =>
    `**Annotate the callees of \`${input.qualifiedName}\`**\n\nWhere: ${input.path}, line ${input.line}.\nHow: this comment, on a line of its own, directly above each definition (above its decorators):\n\n${input.marker}\n\n` +
    `Which: every function, method and class in this repository that it calls directly. ${WHAT_COUNTS}\nOut of scope: any other edit.`,

  newcomer: (input) =>
    `Somebody new to the project wants to read \`${input.qualifiedName}\` (${input.path}, line ${input.line}) together with the code that it leans on. Help by putting\n\n${input.marker}\n\n` +
    `right above every definition of ours that it calls directly; if there are decorators, above those. ${WHAT_COUNTS} Once each is enough, and the rest of the code stays untouched.`,
} satisfies Record<string, Template>;

export type TemplateId = keyof typeof TEMPLATES;

export const TEMPLATE_IDS = Object.keys(TEMPLATES) as [TemplateId, ...TemplateId[]];

export const WORDINGS: Wordings<TemplateId> = { all: TEMPLATE_IDS, heldOut: ["ticket", "newcomer"] };

export function instructionText(template: TemplateId, input: InstructionInput): string {
  return TEMPLATES[template](input);
}

function place({ kind, qualifiedName, path, line }: InstructionInput): string {
  return `The ${kind} \`${qualifiedName}\` is defined in ${path} at line ${line}.`;
}
