import type { Wordings } from "../checks/wordings.ts";

/** What an instruction says of the function. */
export interface TargetText {
  readonly kind: "function" | "method";
  /** With its class. */
  readonly name: string;
  readonly path: string;
}

type Template = (target: TargetText) => string;

/**
 * The wordings of the instruction. All say the same: write the body, by the signature and the docstring that are there, and change nothing
 * else but imports that the body needs.
 */
const TEMPLATES = {
  plain: ({ kind, name, path }) =>
    `The ${kind} \`${name}\` in \`${path}\` has no body any more: it raises NotImplementedError. Its signature and docstring are still there. ` +
    `Write the body. You may add imports at the top of that file if you need them; everything else has to stay as it is.`,

  terse: ({ kind, name, path }) =>
    `Implement the ${kind} \`${name}\` (\`${path}\`) as its docstring says. Change its body only, plus new imports in that file.`,

  colleague: ({ kind, name, path }) =>
    `Somebody left \`${name}\` in \`${path}\` unfinished: there is a signature and a docstring, and then only a NotImplementedError. ` +
    `Could you fill in this ${kind}? Look at how the rest of the project uses it and what its helpers offer. ` +
    `Please do not touch anything else, apart from imports you have to add at the top of the file.`,

  steps: ({ kind, name, path }) =>
    `Complete the ${kind} \`${name}\` in \`${path}\`.\n\n` +
    `1. Read its docstring and signature, and the code that calls it.\n` +
    `2. Look for helpers in this repository that do part of the work.\n` +
    `3. Replace the stub with a full implementation; add imports to the file's top where needed.\n` +
    `4. Try it on the docstring's examples and on inputs at the edges.\n\n` +
    `Signature, docstring and all other code must not change.`,

  behaviour: ({ kind, name, path }) =>
    `\`${path}\` declares the ${kind} \`${name}\`, whose implementation is missing. Provide one that behaves as documented for every kind of input, ` +
    `including what it raises and what it does to its arguments. It will be called with inputs that are not shown. Only the body and new imports of that file may be edited.`,

  ticket: ({ kind, name, path }) =>
    `Ticket: "${name} raises NotImplementedError"\n\nFile: ${path}\nExpected: the ${kind} does what its docstring promises.\nActual: its body is a stub.\n` +
    `Scope: the body, and imports it needs. Tests, signatures and other code are out of scope.`,

  goal: ({ kind, name, path }) =>
    `Goal: callers of the ${kind} \`${name}\` (defined in \`${path}\`) get what its documentation describes. At present they get a NotImplementedError. ` +
    `Reach the goal by writing that one body; new import lines in its file are fine, other edits are not.`,

  constraints: ({ kind, name, path }) =>
    `Write the missing body of a ${kind}.\n\n- Where: \`${name}\` in \`${path}\`\n- What: as its docstring and signature say\n` +
    `- Allowed: statements of the body, additional imports at the top of the file\n- Not allowed: other changes, new files, edited tests`,

  question: ({ kind, name, path }) =>
    `What would the body of \`${name}\` in \`${path}\` look like? Answer by writing it into the file, in place of the stub. The ${kind}'s signature and docstring ` +
    `tell what it must do; leave them, and the rest of the code, untouched (imports may be added).`,

  maintainer: ({ kind, name, path }) =>
    `As a maintainer of this project you restore the ${kind} \`${name}\` of \`${path}\`, of which only the header and the documentation were kept. ` +
    `Keep to the conventions of the code around it, handle what the documentation mentions, and leave no trace elsewhere but the imports that you need.`,
} satisfies Record<string, Template>;

export type TemplateId = keyof typeof TEMPLATES;

export const TEMPLATE_IDS = Object.keys(TEMPLATES) as [TemplateId, ...TemplateId[]];

export const WORDINGS: Wordings<TemplateId> = { all: TEMPLATE_IDS, heldOut: ["question", "maintainer"] };

export function instructionText(template: TemplateId, target: TargetText): string {
  return TEMPLATES[template](target);
}
