import type { Wordings } from "../checks/wordings.ts";

/** What an instruction says of one target. */
export interface TargetText {
  /** `function`, `method` or `class`. */
  readonly kind: "function" | "method" | "class";
  /** How it is called; left out in masked instances. */
  readonly name?: string;
  readonly description: string;
}

type Template = (targets: readonly TargetText[]) => string;

/**
 * The wordings of the instruction. All say the same: find the definition, write its docstring in the project's
 * style, change nothing else. Some hint at a way of working, some do not.
 */
const TEMPLATES = {
  plain: (targets) =>
    `${one(targets, "One definition in this Python repository has lost its docstring.", "Some definitions in this Python repository have lost their docstrings.")} ` +
    `${one(targets, "Find it and write a new one.", "Find them and write new ones.")}\n\n${listed(targets)}\n\n` +
    `Follow the docstring style that the project uses. Do not change any code, and do not add, delete or rename files. ` +
    `${one(targets, "File and line are not given; finding the place is part of the task.", "Files and lines are not given; finding the places is part of the task.")}`,

  terse: (targets) =>
    `${one(targets, "Locate and document this definition", "Locate and document these definitions")}:\n\n${listed(targets)}\n\n` +
    `Only ${one(targets, "its docstring", "their docstrings")} may change. Match the style of the docstrings around ${one(targets, "it", "them")}.`,

  colleague: (targets) =>
    `I am going through the code base to complete its documentation, and ${one(targets, "one piece is", "a few pieces are")} still missing. ` +
    `I no longer know where ${one(targets, "it is", "they are")}, but I can tell you about ${one(targets, "it", "them")}:\n\n${listed(targets)}\n\n` +
    `Please find ${one(targets, "the definition and give it", "each definition and give it")} a proper docstring, written like the others in this project. ` +
    `Please leave everything else exactly as it is: no refactoring, no formatting, no new files.`,

  steps: (targets) =>
    `Your task is to add ${one(targets, "a missing docstring", "missing docstrings")} to this repository.\n\n${listed(targets)}\n\n` +
    `A way to go about it:\n` +
    `1. Search the code for terms that the description suggests, and list the candidates.\n` +
    `2. Read the candidates and compare them with the description until only one fits${one(targets, "", ", for each of them")}.\n` +
    `3. Write the docstring as the first statement of its body, in the project's style.\n` +
    `4. Look at your change again: nothing but ${one(targets, "the docstring", "docstrings")} may differ.`,

  review: (targets) =>
    `A review of this project noted that documentation is missing for the following:\n\n${listed(targets)}\n\n` +
    `Resolve the note. Identify the right definition by reading the code (several may look alike), then write a docstring that says what it does, ` +
    `what it takes and what it gives back, in the conventions of the project. The behaviour of the code must stay the same: edit docstrings only, in existing files only.`,

  careful: (targets) =>
    `Somewhere in this repository is ${one(targets, "a definition that matches this description", "one definition for each of these descriptions")}, without a docstring:\n\n${listed(targets)}\n\n` +
    `Read before you write: make sure that the definition you have found really does what is described, and that no other one fits better. Then document it with a docstring, ` +
    `taking the neighbouring docstrings as a model. Any other edit, such as changed code, comments in other places or additional files, counts against you.`,

  goal: (targets) =>
    `Goal: ${one(targets, "the definition described below has a docstring", "each of the definitions described below has a docstring")} that a user of this project would find helpful, and the repository is otherwise unchanged.\n\n${listed(targets)}\n\n` +
    `You are not told where to look. A docstring is a plain string literal at the start of the body; use the project's own style for it.`,

  question: (targets) =>
    `Which ${one(targets, `${targets[0]?.kind ?? "definition"} of this code base is`, "definitions of this code base are")} meant here?\n\n${listed(targets)}\n\n` +
    `Answer by editing: write the missing docstring into ${one(targets, "that definition", "each of them")}, in keeping with how the project documents its code. Make no other modification.`,

  audit: (targets) =>
    `An audit of the documentation came to ${one(targets, "one entry", "some entries")} without a location:\n\n${listed(targets)}\n\n` +
    `Track down what ${one(targets, "it refers", "they refer")} to and supply the docstring that is missing there, in the manner of this project. ` +
    `The audit is repeated afterwards: code, comments and the list of files have to come out identical.`,

  handover: (targets) =>
    `These are notes that somebody left who worked here before:\n\n${listed(targets)}\n\n` +
    `${one(targets, "The definition has", "The definitions have")} no docstring yet. Work out which ${one(targets, "one is", "ones are")} meant, and write the docstring where it belongs. ` +
    `Keep to the tone and layout of the docstrings that are there already, and touch nothing but docstrings.`,

  ticket: (targets) =>
    `**Documentation gap**\n\n${listed(targets)}\n\n**Expected**: ${one(targets, "the definition", "each definition")} has a docstring in the project's usual form.\n` +
    `**Location**: unknown, please investigate.\n**Out of scope**: behaviour, formatting, other documentation, new files.`,
} satisfies Record<string, Template>;

export type TemplateId = keyof typeof TEMPLATES;

export const TEMPLATE_IDS = Object.keys(TEMPLATES) as [TemplateId, ...TemplateId[]];

export const WORDINGS: Wordings<TemplateId> = { all: TEMPLATE_IDS, heldOut: ["audit", "handover", "ticket"] };

export function instructionText(template: TemplateId, targets: readonly TargetText[]): string {
  return TEMPLATES[template](targets);
}

function one(targets: readonly TargetText[], singular: string, plural: string): string {
  return targets.length === 1 ? singular : plural;
}

function listed(targets: readonly TargetText[]): string {
  const [first] = targets;
  if (targets.length === 1 && first !== undefined) return targetText(first);
  return targets.map((target, place) => `${place + 1}. ${targetText(target)}`).join("\n");
}

function targetText(target: TargetText): string {
  if (target.name === undefined) return target.description;
  return `The ${target.kind} is called \`${target.name}\`. ${target.description}`;
}
