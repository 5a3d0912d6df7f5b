import type { Wordings } from "../checks/wordings.ts";

type Template = (issue: string) => string;

/**
 * The wordings of the instruction. All say the same: find the places that have to change for the issue, leave a
 * comment at each, change nothing else. Some hint at a way of working, some do not.
 */
const TEMPLATES = {
  plain: (issue) =>
    `The following issue was reported for this repository.\n\n${issue}\n\n` +
    `Find the places in the source code that would have to change to settle it, and leave a comment at each. Do not fix anything: the code itself must stay as it is, and files must not be added, deleted or renamed.`,

  terse: (issue) =>
    `Locate, do not fix:\n\n${issue}\n\nAdd a source comment wherever the code would need to change. Comments only; tests do not count.`,

  colleague: (issue) =>
    `I have an issue here and no idea where in this code base it belongs:\n\n${issue}\n\n` +
    `Could you look for me? Where you think that something must be changed, put a short comment above the definition or next to the line, saying what is wrong there. ` +
    `I will do the change myself, so please leave the code, the docstrings and the formatting alone, and make no new files.`,

  steps: (issue) =>
    `Your task is to find out where this issue has to be worked on.\n\n${issue}\n\n` +
    `A way to go about it:\n` +
    `1. Collect what the issue says of behaviour, and search for the code that is behind it.\n` +
    `2. Follow calls from there until you have found what is wrong, not only where it shows.\n` +
    `3. Write a comment at each function, method or class that would have to change.\n` +
    `4. Look at your changes again: nothing but comments in existing source files may differ.`,

  triage: (issue) =>
    `You are triaging issues of this project. Nothing gets fixed today; each issue is to be pinned to the code that it is about.\n\n${issue}\n\n` +
    `Pin it: leave comments in the source files, at the definitions that a fix would edit. Be selective, for marking many files at random is worse than marking none.`,

  careful: (issue) =>
    `Read this issue, then read the code before you decide.\n\n${issue}\n\n` +
    `Several places may look as if they were meant. Make sure which ones a fix would really change, and mark those with a comment each. ` +
    `Any other edit counts against you: changed code, changed docstrings, white space, comments in tests, additional files.`,

  goal: (issue) =>
    `Goal: someone who opens this repository after you sees by your comments where the issue below has to be fixed, and the program is unchanged.\n\n${issue}\n\n` +
    `Comments go into the existing source files, at the code in question. You are not told where that is.`,

  review: (issue) =>
    `Act as a reviewer who has been handed an issue:\n\n${issue}\n\n` +
    `Leave review notes as comments in the source, exactly where changes are needed to resolve it. Do not propose the changes as edits. The notes must be in files that the project already has and must not alter what the code does.`,

  question: (issue) =>
    `Which parts of this code base are responsible for the following?\n\n${issue}\n\n` +
    `Answer by editing: put a comment at every definition that needs to be changed because of it. Make no other modification.`,

  handover: (issue) =>
    `Another developer will fix the issue below tomorrow and has little time to search.\n\n${issue}\n\n` +
    `Prepare the ground: find the code that is at fault and mark it with comments, as few as are needed and as many as there are places. Leave everything else untouched, tests and documentation included.`,

  report: (issue) =>
    `A user wrote this:\n\n${issue}\n\n` +
    `Work out from the code why that happens. Then, at each place that you would edit to correct it, insert a comment that explains what to look at. The edit itself is not asked for.`,
} satisfies Record<string, Template>;

export type TemplateId = keyof typeof TEMPLATES;

export const TEMPLATE_IDS = Object.keys(TEMPLATES) as [TemplateId, ...TemplateId[]];

export const WORDINGS: Wordings<TemplateId> = {
  all: TEMPLATE_IDS,
  heldOut: ["question", "handover", "report"],
};

/** The text stands between marks of its own, so that it is not taken for a part of the instruction. */
export function instructionText(template: TemplateId, text: string): string {
  return TEMPLATES[template](`<issue>\n${text.trim()}\n</issue>`);
}
