import { bare, type CallText, parseCall, withCall, writeCall } from "./call-text.ts";
import type { Class } from "./compare.ts";

/** Each is one way in which published rows differ from ours; docs/golden-conversions.md says whose is right, and why. */

export const systemReplaced: Class = {
  name: "system-prompt-replaced",
  ofMessage: (ours, theirs, place) => (place === 0 && ours.role === "system" ? theirs.content : ours.content),
};

/** The result of the call that ended the work, which nobody reads. */
export const lastResultDropped: Class = {
  name: "last-result-dropped",
  ofRow: (ours, theirs) =>
    ours.length === theirs.length + 1 && ours.at(-1)?.role === "user" ? ours.slice(0, -1) : ours,
};

/** A turn that is a call alone begins with two line ends. */
export const emptyThought: Class = {
  name: "empty-thought-written",
  ofMessage: ({ content }) => (content.startsWith("<function=") ? `\n\n${content}` : content),
};

const PRAISE =
  /^(?:EXECUTION RESULT of \[\w+\]:\n|OBSERVATION:\n)?(?:Congratulations! You have successfully solved the task\.|Your solution has been verified as correct\. |Well done on successfully completing the task!|Your implementation satisfies the task requirements\.|Task completed successfully\.)$/;
const LAST_WORD =
  /^(?:I have successfully completed the task\.|I did it! The task is now complete\.|The objective has been achieved with no outstanding issues\.|I have fulfilled all the requirements of the task\.|I've wrapped up the task successfully\.)$/;

/** Praise that no user said, drawn from five sentences, and a last turn that no model wrote. */
export const endMadeUp: Class = {
  name: "end-made-up",
  ofRow(ours, theirs) {
    const [praise, last] = theirs.slice(-2);
    if (ours.length + 2 !== theirs.length || praise === undefined || last === undefined) return ours;
    const said = bare(parseCall(last.content)?.values[0]?.[1] ?? last.content.replace(/<function=.*/s, ""));
    return PRAISE.test(praise.content) && LAST_WORD.test(said.trim()) ? [...ours, praise, last] : ours;
  },
};

const TOLD =
  /^(?:The following (?:pre-defined )?functions are|The environment \w+|In \w+, you can|Available functions in|Note that \w+|Below is a list of functions|The toolkit for \w+)/;

/** Tools are told as Python functions before the task. */
export const toolsInTask: Class = {
  name: "tools-told-in-the-task",
  ofMessage({ content }, theirs, place) {
    const at =
      place === 1 && TOLD.test(theirs.content) ? theirs.content.lastIndexOf(pythonStrip(content)) : -1;
    return at > 0 ? `${theirs.content.slice(0, at)}${content}` : content;
  },
};

/** A step of the task no longer names a tool. */
export const taskReworded: Class = {
  name: "task-reworded",
  ofMessage: ({ content }, _, place) =>
    place === 1
      ? content.replace(
          "2. Create a script to reproduce the error and execute it with `python <filename.py>` using the BashTool",
          "2. Create a script to reproduce the error and execute it",
        )
      : content,
};

const RESULT_HEADER = /^(?:EXECUTION RESULT of \[[^\]\n]+\]:\n|OBSERVATION:\n)/;
const HEADER = /^(EXECUTION RESULT of \[)([^\]\n]+)(\]:\n)/;

/** Another name for the same tool, in calls and before results. */
export function toolRenamed(from: string, to: string): Class {
  const named = (name: string) => (name === from ? to : name);
  return {
    name: "tool-renamed",
    ofMessage: ({ content }) =>
      withCall(content, (call) => ({ ...call, name: named(call.name) })).replace(
        HEADER,
        (_, before: string, name: string, after: string) => `${before}${named(name)}${after}`,
      ),
  };
}

/** SWE-agent's `OBSERVATION:`, which the model saw, is taken away. */
export const observationWords: Class = {
  name: "observation-words-dropped",
  ofMessage: ({ content }) => content.replace(/^(EXECUTION RESULT of \[[^\]\n]+\]:\n)OBSERVATION:\n/, "$1"),
};

/** Every value on lines of its own, also those of one line. */
export const linesAroundValues: Class = {
  name: "lines-around-every-value",
  ofMessage: ({ content }) =>
    withCall(content, (call) => ({
      ...call,
      values: call.values.map(([key, value]) => [key, `\n${bare(value)}\n`] as const),
    })),
};

/** The whitespace around a value is lost: the indentation of the text to be replaced, for one. */
export const valuesStripped: Class = {
  name: "values-stripped",
  ofMessage: ({ content }, theirs) => {
    const other = parseCall(theirs.content);
    return withCall(content, (call) => ({ ...call, values: call.values.map(strippedAs(other)) }));
  },
};

function strippedAs(other: CallText | undefined) {
  return ([key, value]: readonly [string, string], place: number): readonly [string, string] => {
    const theirs = other?.values[place]?.[1];
    return [key, theirs !== undefined && theirs === `\n${pythonStrip(value)}\n` ? theirs : value];
  };
}

/** The whitespace around a message, or around the result in it, is lost. */
export const messageStripped: Class = {
  name: "message-stripped",
  ofMessage({ content }, theirs) {
    const header = RESULT_HEADER.exec(content)?.[0] ?? "";
    const stripped = `${header}${pythonStrip(content.slice(header.length))}`;
    return stripped === theirs.content || stripped.trim() === theirs.content ? theirs.content : content;
  },
};

/** A thought that another model wrote afterwards. */
export const thoughtMadeUp: Class = {
  name: "thought-made-up",
  ofMessage: ({ content }, theirs) => {
    const call = parseCall(content);
    const other = parseCall(theirs.content);
    return call === undefined || other === undefined || call.before !== ""
      ? content
      : writeCall({ ...call, before: other.before });
  },
};

/** What the call that ends the work says; theirs say something where it says nothing. */
function lastMessageOf({ values }: CallText): string {
  const said = values.find(([key]) => key === "message")?.[1];
  return said === undefined ? "Task completed." : bare(said).trim();
}

/** The last call gets a message, and words that it is complete. */
export const finishFilled: Class = {
  name: "finish-filled-in",
  ofMessage: ({ content }) =>
    withCall(content, (call) => {
      if (call.name !== "finish") return call;
      const message = lastMessageOf(call);
      return {
        ...call,
        values: [
          ["message", `\n${message}\n`],
          ["task_completed", "\ntrue\n"],
        ],
      };
    }),
};

/** A tool, or a command of SWE-agent's shell, becomes a Python call in the shell, where nothing of that name exists. */
export const pythonCall: Class = {
  name: "call-as-python",
  ofMessage: ({ content }, theirs) => {
    const call = parseCall(content);
    const code = bare(parseCall(theirs.content)?.values[0]?.[1] ?? "");
    const said = /^(\w+)\(([\s\S]*)\)$/.exec(code);
    if (call === undefined || said === null) return content;
    const [, name = "", given = ""] = said;
    const command = call.values.length === 1 ? bare(call.values[0]?.[1] ?? "") : undefined;
    const words =
      call.name === name ? [name, ...call.values.map(([, value]) => bare(value))].join(" ") : command;
    const named = (text: string) => plain(text.replace(/(^|, |\()\w+=/g, "$1"));
    if (words === undefined || named(`${name}(${given}`) !== named(words.replace(/^\w+ ?/, "$&(")))
      return content;
    const other = parseCall(theirs.content);
    return other === undefined ? content : writeCall({ ...other, before: call.before });
  },
};

/** Arguments without quotes, spaces and the marks between them. */
function plain(text: string): string {
  return text.replace(/end_of_edit\s*$/, "").replace(/[\s"',:()\\]+/g, "");
}

/** A thought in tags of its own. */
export const thoughtInTags: Class = {
  name: "thought-in-tags",
  ofMessage: ({ content }) =>
    withCall(content, (call) => ({
      ...call,
      before: call.before.trim() === "" ? "" : `<think>\n${call.before.trim()}\n</think>\n\n`,
    })),
};

/** That a result was clipped is said by words in front of it, which we take for the form's. */
export const observationWordsKept: Class = {
  name: "observation-words-kept",
  ofMessage: ({ content }, theirs) =>
    content.replace(RESULT_HEADER, (header) =>
      theirs.content.includes("Observation: ") ? `${header}Observation: ` : header,
    ),
};

/** `OBSERVATION:` before the words that SWE-agent has instead of it. */
export const observationWordsAdded: Class = {
  name: "observation-words-added",
  ofMessage: ({ content }) =>
    /^(?:Observation: |Your command ran successfully and did not produce any output\.$)/.test(content)
      ? `OBSERVATION:\n${content}`
      : content,
};

/** What is no call, because its model wrote it wrongly, becomes one that holds the markup as its message. */
export function brokenCallMended(style: "finish" | "submit"): Class {
  return {
    name: "broken-call-mended",
    ofMessage({ content }) {
      const said = /^<finish>([\s\S]*)<\/finish>/.exec(content)?.[1];
      if (said === undefined) return content;
      const message = pythonStrip(said);
      return style === "submit"
        ? writeCall({ before: message, name: "submit", values: [] })
        : writeCall({
            before: "",
            name: "finish",
            values: [
              ["message", `\n${message}\n`],
              ["task_completed", "\ntrue\n"],
            ],
          });
    },
  };
}

/** An argument is lost: that a command is the input of a program that runs, for one. */
export function argumentDropped(key: string): Class {
  return {
    name: "argument-dropped",
    ofMessage: ({ content }) =>
      withCall(content, (call) => ({ ...call, values: call.values.filter(([name]) => name !== key) })),
  };
}

/** The call that ends the work becomes SWE-agent's, and its message a thought. */
export const finishAsSubmit: Class = {
  name: "finish-as-submit",
  ofMessage: ({ content }) =>
    withCall(content, (call) => {
      if (call.name !== "finish") return call;
      const message = lastMessageOf(call);
      return {
        before: call.before === "" ? message : `${call.before}\n${message}`,
        name: "submit",
        values: [],
      };
    }),
};

/** A turn ends where its service stopped it, before the end of its call, and its values stand as the model put them: we write the call whole. */
export const endOfCallMissing: Class = {
  name: "end-of-call-missing",
  ofMessage: ({ content }, theirs) => {
    const mine = parseCall(content);
    const other = parseCall(`${theirs.content.trimEnd()}\n</function>`);
    if (mine === undefined || other === undefined || theirs.content.includes("</function>")) return content;
    const said = ({ before, name, values }: CallText) =>
      JSON.stringify([pythonStrip(before), name, values.map(([key, value]) => [key, bare(value)])]);
    return said(mine) === said(other) ? theirs.content : content;
  },
};

/** Python's strip(), which takes the same whitespace as trim() but for the byte order mark. */
function pythonStrip(text: string): string {
  return text.trim();
}
