import type { Random } from "../../base/random.ts";
import type { Retrieval } from "../../text/retrieval.ts";
import type { TermStatistics } from "../../text/terms.ts";
import { identifierParts, searchTerms, sharesStem, stem, words } from "../../text/words.ts";
import type { Describer, DescriptionFacts, Trait } from "./description.ts";
import { actionOf } from "./actions.ts";
import type { Options } from "./options.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { FRAME_TERMS } from "./vocabulary.ts";

/**
 * Writes descriptions without a model: new sentences, filled with the docstring's most telling phrases and with facts
 * of the source. Every sentence part has several wordings; one that would give the name away is not chosen.
 */
export function offlineDescriber(options: Options, wordUse: () => Promise<Vocabulary>): Describer {
  // Tagging is the dear part, and the same for each attempt.
  const subjects = new WeakMap<DescriptionFacts, Promise<Subject>>();
  const known = (facts: DescriptionFacts, make: () => Promise<Subject>) => {
    let subject = subjects.get(facts);
    if (subject === undefined) subjects.set(facts, (subject = make()));
    return subject;
  };
  return {
    source: "offline",
    async describe(facts, attempt) {
      const { docstrings, definitions } = await wordUse();
      const { summary, prose, sections } = facts.parts;
      const texts = [summary, prose.slice(summary.length), sections];
      const subject = await known(facts, () => subjectOf(texts, facts.secretStems, docstrings));
      // The first attempt speaks of the purpose alone. Where that does not single the definition out, its code helps.
      const code =
        attempt.number === 0 || !options.code_words
          ? []
          : codeWords(facts, subject, definitions).slice(0, 2 + attempt.number);
      if (subject.terms < LEAST_TERMS || subject.terms + code.length < options.min_terms) {
        return { refused: "description-too-thin", detail: `${subject.terms} telling terms` };
      }
      const writer = createWriter(facts, attempt.random.scope(`wording ${attempt.number}`));
      const aim = purpose(facts, subject, writer);
      const vocabulary = codeVocabulary(code, writer);
      const sentences = [
        aim,
        vocabulary,
        shape(facts, options, writer),
        ...(options.details === "full" ? [callsAndErrors(facts, writer), structure(facts, writer)] : []),
      ];
      if (aim === undefined) {
        return { refused: "name-in-description", detail: "no wording avoids the name" };
      }
      const text = sentences.filter((sentence) => sentence !== undefined).join(" ");
      return { text, codeWords: vocabulary === undefined ? 0 : code.length };
    },
  };
}

/** The project's own use of words. */
export interface Vocabulary {
  readonly docstrings: TermStatistics;
  readonly definitions: Retrieval;
}

/** A word in fewer definitions than this would be found by one search. */
const RARE = 4;
/** A word in more than about 8 % of all definitions helps nobody (ln(1 / 0.08) = 2.5). */
const COMMON = 2.5;

/** Words that its identifiers are made of, the most telling first; none that stands in hardly any other definition. */
function codeWords(facts: DescriptionFacts, subject: Subject, definitions: Retrieval): string[] {
  const told = new Set(searchTerms(subject.phrases.join(" ")));
  const counts = new Map<string, number>();
  const identifiers = facts.code.match(/[A-Za-z_]\w*/g) ?? [];
  for (const word of identifiers.flatMap(identifierParts)) {
    const [term] = searchTerms(word);
    if (term === undefined || word.length < 4 || told.has(term) || FRAME_TERMS.has(term)) continue;
    if (
      definitions.documentFrequency(term) < RARE ||
      definitions.weight(term) < COMMON ||
      sharesStem(word, facts.secretStems)
    )
      continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const weight = ([word, count]: readonly [string, number]) =>
    Math.log(1 + count) * definitions.weight(searchTerms(word)[0] ?? "");
  const stems = new Set<string>();
  return [...counts]
    .toSorted((a, b) => weight(b) - weight(a) || (a[0] < b[0] ? -1 : 1))
    .map(([word]) => word)
    .filter((word) => !stems.has(stem(word)) && stems.add(stem(word)));
}

function codeVocabulary(code: readonly string[], writer: Writer): string | undefined {
  if (code.length === 0) return undefined;
  const words = list(code.map((word) => `"${word}"`));
  if (code.length === 1)
    return writer.choose([`A word that comes up in its code is ${words}.`, `Its code speaks of ${words}.`]);
  return writer.choose([
    `Words that come up in its code are ${words}.`,
    `Its code speaks of ${words}.`,
    `The vocabulary of its code includes ${words}.`,
  ]);
}

interface Writer {
  /** One of the wordings that give nothing away, or undefined when all do. */
  choose(wordings: readonly string[]): string | undefined;
  /** Whether a name may be written. */
  speakable(name: string): boolean;
}

function createWriter(facts: DescriptionFacts, random: Random): Writer {
  const safe = (text: string) => !words(text).some((word) => sharesStem(word, facts.secretStems));
  return {
    choose(wordings) {
      const allowed = wordings.filter(safe);
      return allowed.length === 0 ? undefined : random.pick(allowed);
    },
    speakable: safe,
  };
}

const PHRASES_TOLD = 6;
/** Telling terms that must come from the docstring; words of the code alone say nothing of a purpose. */
const LEAST_TERMS = 2;

function purpose(facts: DescriptionFacts, subject: Subject, writer: Writer): string | undefined {
  const phrases = subject.phrases.slice(0, PHRASES_TOLD);
  const kind = writer.choose(kindNouns(facts));
  if (kind === undefined) return undefined;
  const says = actionOf(subject);
  const all = list(phrases);
  const main = list(phrases.slice(0, 3));
  const rest = list(phrases.slice(3));
  const first = phrases[0] ?? "";
  const others = list(phrases.slice(1));
  const also = rest === "" ? "" : ` Also involved: ${rest}.`;
  const connected = others === "" ? "" : `, in connection with ${others}`;
  const further = others === "" ? "" : ` What else plays a part in it: ${others}.`;
  const openings =
    says === undefined || facts.kind === "class"
      ? [
          `${article(kind)} concerned with ${main}.${also}`,
          `${article(kind)} whose subject is ${first}${connected}.`,
          `${article(kind)} to do with ${first}.${further}`,
          `${article(kind)} that is about ${all}.`,
          `What is meant is ${lower(article(kind))} in charge of matters such as ${all}.`,
        ]
      : says.flatMap(([third, infinitive]) => [
          `${article(kind)} that ${third}. It is concerned with ${main}${rest === "" ? "" : `, and further with ${rest}`}.`,
          `${article(kind)} whose job is to ${infinitive}. Its subject is ${first}${connected}.`,
          `${article(kind)} to do with ${first}: it ${third}.${further}`,
          `${article(kind)} that is about ${all}. Put briefly, it ${third}.`,
          `What is meant is ${lower(article(kind))} that ${third}; at hand: ${all}.`,
        ]);
  return writer.choose(openings);
}

function kindNouns(facts: DescriptionFacts): string[] {
  if (facts.kind === "class") return ["class", "type"];
  const property = facts.decorators.some((decorator) => /\b(?:cached_)?property\b|\.getter$/.test(decorator));
  if (facts.kind === "method") {
    if (property) return ["property of a class", "computed attribute"];
    if (facts.decorators.includes("classmethod"))
      return ["class method", "method that belongs to the class itself"];
    if (facts.traits.includes("async")) return ["coroutine method", "asynchronous method"];
    return ["method", "method of a class", "member of a class"];
  }
  if (facts.traits.includes("async")) return ["coroutine function", "asynchronous function", "coroutine"];
  if (facts.returns === "yields") return ["generator function", "generator"];
  return ["function", "routine", "callable"];
}

/** Parameters and results, as far as the level of detail allows. */
function shape(facts: DescriptionFacts, options: Options, writer: Writer): string | undefined {
  if (facts.kind === "class") return classShape(facts, options, writer);
  const count = facts.parameters.length;
  const result = writer.choose(resultWordings(facts));
  const named =
    options.details === "none" ? [] : facts.parameters.filter((name) => writer.speakable(name)).slice(0, 8);
  const counted =
    count === 0
      ? ["It takes no parameters", "It needs no arguments", "It has no parameters"]
      : [
          `It takes ${quantity(count, "parameter")}`,
          `It has ${quantity(count, "parameter")}`,
          `It is given ${quantity(count, "argument")}`,
        ];
  const opening = writer.choose(counted);
  if (opening === undefined) return result === undefined ? undefined : `It ${result}.`;
  const names =
    named.length === 0
      ? ""
      : `${named.length === count ? ", " : ", among them "}${list(named.map((name) => `\`${name}\``))},`;
  return result === undefined ? `${opening}${names.replace(/,$/, "")}.` : `${opening}${names} and ${result}.`;
}

function resultWordings(facts: DescriptionFacts): string[] {
  if (facts.returns === "yields")
    return ["yields its results one by one", "produces its results one after the other"];
  if (facts.returns === "value")
    return ["returns a value", "gives a result back", "hands a result to its caller"];
  return ["returns nothing", "gives nothing back", "works by its effects alone"];
}

function classShape(facts: DescriptionFacts, options: Options, writer: Writer): string | undefined {
  const count = facts.members.filter((name) => !/^__.*__$/.test(name)).length;
  const size = writer.choose(
    count === 0
      ? [
          "It defines no public methods of its own besides the special ones.",
          "Apart from special methods it has none of its own.",
        ]
      : [
          `It defines ${quantity(count, "method")} besides the special ones.`,
          `Not counting special ones, there ${count === 1 ? "is" : "are"} ${quantity(count, "method")} in it.`,
        ],
  );
  const named = facts.parameters.filter((name) => writer.speakable(name)).slice(0, 8);
  if (options.details === "none" || named.length === 0) return size;
  const built = writer.choose([
    `It is built from ${list(named.map((name) => `\`${name}\``))}.`,
    `Its constructor takes ${list(named.map((name) => `\`${name}\``))}.`,
  ]);
  return [size, built].filter((sentence) => sentence !== undefined).join(" ") || undefined;
}

function callsAndErrors(facts: DescriptionFacts, writer: Writer): string | undefined {
  const calls = facts.calls
    .filter((name) => isTellingCall(name, facts) && writer.speakable(name))
    .slice(0, 4);
  const raises = facts.raises.filter((name) => writer.speakable(name)).slice(0, 3);
  const called = writer.choose([
    `Among the things it calls ${calls.length === 1 ? "is" : "are"} ${quoted(calls, "and")}.`,
    `Its body makes use of ${quoted(calls, "and")}.`,
  ]);
  const raised = writer.choose([
    `It may raise ${quoted(raises, "or")}.`,
    `When things go wrong, it raises ${quoted(raises, "or")}.`,
  ]);
  const sentences = [calls.length === 0 ? undefined : called, raises.length === 0 ? undefined : raised];
  return sentences.filter((sentence) => sentence !== undefined).join(" ") || undefined;
}

function isTellingCall(name: string, facts: DescriptionFacts): boolean {
  return name.length > 2 && !BUILTINS.has(name) && !name.startsWith("__") && !facts.raises.includes(name);
}

const BUILTINS = new Set(
  (
    "len str int list dict set tuple isinstance issubclass range print super getattr hasattr setattr type bool float sorted reversed enumerate zip map filter " +
    "format join append extend get items keys values cast sum max min abs any all iter next repr hash cls copy pop update split strip open"
  ).split(" "),
);

const TRAITS: Readonly<Record<Trait, string>> = {
  async: "waits for other work",
  loop: "loops",
  branches: "branches several times",
  context: "enters a context manager",
  "handles-errors": "handles exceptions",
  recursive: "calls itself",
};

function structure(facts: DescriptionFacts, writer: Writer): string | undefined {
  const size = facts.lines <= 8 ? "short" : facts.lines <= 30 ? "of middling length" : "long";
  if (facts.kind === "class")
    return writer.choose([`As a whole it is ${size}.`, `It is ${size} as classes go.`]);
  const traits = facts.traits.map((trait) => TRAITS[trait]);
  const noun = "The body";
  return writer.choose(
    traits.length === 0
      ? [
          `${noun} is ${size} and runs straight through.`,
          `${noun} is ${size}, without loops or many branches.`,
        ]
      : [`${noun} is ${size}; it ${list(traits)}.`, `${noun}, which is ${size}, ${list(traits)}.`],
  );
}

const NUMBERS = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

function quantity(count: number, noun: string): string {
  return `${NUMBERS[count] ?? String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function quoted(names: readonly string[], word: string): string {
  return list(
    names.map((name) => `\`${name}\``),
    word,
  );
}

/** `a, b and c`. */
function list(items: readonly string[], word = "and"): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "An" : "A"} ${noun}`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
