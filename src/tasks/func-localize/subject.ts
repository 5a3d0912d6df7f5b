import type { Retrieval } from "../../text/retrieval.ts";
import { searchTerms, sharesStem, stem, STOP_WORDS } from "../../text/words.ts";

/**
 * What a docstring is about: its telling noun phrases, found without a parser of English. Candidate phrases are the
 * runs between stop words, verbs and punctuation (RAKE, Rose et al. 2010), weighed by tf-idf against the
 * docstrings of the project.
 */
export interface Subject {
  /** Most telling first; lower case as in running text, abbreviations in capitals. */
  readonly phrases: readonly string[];
  /** Distinct stems in them. */
  readonly terms: number;
  /** The verb the docstring opens with (`return`, `compute`…), as a stem; undefined for other openings. */
  readonly action: string | undefined;
}

const LONGEST_PHRASE = 3;

/** Words that do things: a phrase ends before them, and none of them names a subject. By stem. */
const VERBS: ReadonlySet<string> = new Set(
  (
    "accept achieve acquire add adjust affect aggregate allow alter append apply arrange ask assert assign assume attach attempt avoid base become begin behave " +
    "belong break bring build calculate call cause choose clean collect combine compare complete compute concatenate confirm connect consider consist " +
    "construct consume contain continue control convert copy correspond create deal decide decode define delegate delete depend derive describe detect determine " +
    "differ disable discard display divide draw drop emit enable encode encounter end enforce ensure evaluate examine exceed exclude execute exist expand expect " +
    "expose extend extract fail fetch figure fill find finish fix follow force generate get give grab guess handle happen help hold identify ignore " +
    "implement imply include increase indicate infer inherit initialize initialise insert inspect instantiate invoke involve iterate join keep know launch lead " +
    "let like list load locate look lose maintain make manage mark match mean measure merge modify move must need notice notify obtain occur open operate " +
    "override parse pass perform pick place plan point pop populate prepare present preserve prevent print proceed process produce prompt provide pull push put " +
    "raise reach read receive recognize recognise refer reflect register reject rely remain remove rename render repeat replace represent request require reset " +
    "resolve respond restore retain retrieve return run save say search see select send serve set setup should show simplify skip sort specify split start stop store " +
    "submit suggest supply support take tell test throw track transform treat trigger try turn understand undo unpack update use validate verify visit wait want " +
    "warn wish work wrap write yield"
  )
    .split(" ")
    .map(stem),
);

/** Of the verbs above, those that are as often things; they end a phrase only at the start of a sentence. */
const ALSO_NOUNS: ReadonlySet<string> = new Set(
  (
    "base break call cause copy control display end fix help hold join list load look match mark measure merge move pass plan place point print process request register " +
    "report search set sort split start store support test track update use wrap work"
  )
    .split(" ")
    .map(stem),
);

/** Describing words that cannot stand at the end of a phrase, and words too empty to be a subject. */
const NOT_A_NOUN =
  /(?:able|ible|ous|ful|less|ly|ized|ised|ated|ied|ive|est|ish)$|^(?:additional|actual|arbitrary|automatic|available|bad|big|complete|correct|current|different|dynamic|easy|empty|entire|equal|equivalent|exact|existing|explicit|external|fast|final|full|general|generic|global|good|hard|high|identical|immediate|implicit|important|individual|initial|internal|invalid|large|larger|least|left|local|long|low|main|manual|maximal|maximum|minimal|minimum|mere|multiple|mutable|new|normal|null|numeric|old|open|optimal|original|parallel|partial|particular|previous|primary|private|proper|pure|quick|random|rare|raw|ready|real|recent|regular|reserved|right|safe|separate|short|similar|simple|slow|small|smaller|special|specific|stable|standard|static|strict|subsequent|total|true|false|typical|unique|unknown|upper|lower|usual|valid|verbose|visible|wrong|likely|okay|ok|greater|fewer|bigger|higher|longer|shorter|better|worse|subject|regardless|otherwise|plus|minus|else|none|also|actually)$/;
const EMPTY_NOUN =
  /^(?:function|method|class|object|objects|instance|instances|argument|arguments|parameter|parameters|value|values|result|results|return|code|implementation|docstring|documentation|doc|docs|detail|details|information|info|thing|things|example|behavior|behaviour|type|types|kind|item|items|data|version|versions|python|option|options|time|number|numbers|order|part|parts|fact|sense|lot|bit|note|attribute|attributes|variable|variables|caller|callers|callable|keyword|keywords|def|self|true|false|none|str|int|dict|bool|list|tuple|float|bytes|string|strings|optional|default|defaults|sure|people|person|reason|reasons|idea|point|points|way|hand|place|case|sort|set|call|calls|end|start|use|user|users|need|work|help|look|support|usage|effect|effects|purpose|purposes)$/;

export function subjectOf(prose: string, secret: ReadonlySet<string>, docstrings: Retrieval): Subject {
  const sentences = sentencesOf(prose);
  const scored = new Map<string, { phrase: string; score: number; place: number }>();
  let place = 0;
  sentences.forEach((sentence, number) => {
    for (const phrase of phrasesIn(sentence, secret)) {
      const key = phrase.map((word) => stem(word.toLowerCase())).join(" ");
      const weight =
        phrase.reduce((sum, word) => sum + telling(word, docstrings), 0) / Math.sqrt(phrase.length);
      const known = scored.get(key);
      const score = weight * (number === 0 ? 1.5 : 1);
      if (known === undefined) scored.set(key, { phrase: phrase.join(" "), score, place: place++ });
      else known.score += score / 2;
    }
  });
  const ranked = [...scored.values()].sort((a, b) => b.score - a.score || a.place - b.place);
  const phrases: string[] = [];
  const seen = new Set<string>();
  for (const { phrase } of ranked) {
    const stems = phrase.split(" ").map((word) => stem(word.toLowerCase()));
    // Each phrase has to add something: "chunk size" after "chunk sizes of blocks" says nothing new.
    if (stems.every((one) => seen.has(one)) || (stems.length === 1 && seen.has(stems[0] ?? ""))) continue;
    stems.forEach((one) => seen.add(one));
    phrases.push(phrase);
  }
  return { phrases, terms: seen.size, action: openingVerb(sentences[0] ?? []) };
}

/** Sentences as runs of words and boundaries (`""`), markup and code taken out. */
function sentencesOf(prose: string): string[][] {
  const plain = prose
    .replace(/``[^`]*``|`[^`]*`_{0,2}|:\w+:`[^`]*`|\b[LCIBUE]\{[^}]*\}|https?:\S+|\{[^}]*\}/g, " , ")
    .replace(/\*{1,2}([^*]+)\*{1,2}/g, "$1")
    .replace(/\[[^\]]*\]_?/g, " , ");
  const sentences = plain.split(/(?<=[.!?])\s+(?=[A-Z,])|\n\n/);
  return sentences.map((sentence) => {
    const tokens = sentence.match(/[\p{L}\p{N}_.'’@/\\=-]*[\p{L}\p{N}_](?:\(\))?|[^\s\p{L}\p{N}]/gu) ?? [];
    return tokens.map((token) => (/^[\p{L}][\p{L}-]*$/u.test(token) ? token : ""));
  });
}

function phrasesIn(sentence: readonly string[], secret: ReadonlySet<string>): string[][] {
  const phrases: string[][] = [];
  let run: string[] = [];
  const flush = () => {
    const phrase = trimmed(run);
    if (phrase.length > 0 && phrase.length <= LONGEST_PHRASE) phrases.push(phrase);
    run = [];
  };
  sentence.forEach((token, place) => {
    const word = proseWord(token);
    if (word === undefined || isBoundary(word, place === 0) || sharesStem(word, secret)) flush();
    else run.push(word);
  });
  flush();
  return phrases;
}

/** The word as it stands in the middle of a sentence; undefined for identifiers and the like. */
function proseWord(token: string): string | undefined {
  if (token === "") return undefined;
  if (/^\p{Lu}{2,5}s?$/u.test(token)) return token;
  return /^\p{Lu}?\p{Ll}+(?:-\p{Ll}+)*$/u.test(token) ? token.toLowerCase() : undefined;
}

function isBoundary(word: string, opening: boolean): boolean {
  const lower = word.toLowerCase();
  if (word.length < 3 || STOP_WORDS.has(lower)) return true;
  const own = stem(lower);
  if (
    /^\w+(?:ed|ly)$/.test(lower) &&
    lower.length > 4 &&
    !/(?:eed|shed|embed|seed|feed|family|assembly|reply|supply|anomaly|monopoly)$/.test(lower)
  )
    return true;
  return VERBS.has(own) && (opening || !ALSO_NOUNS.has(own) || /ing$|ed$/.test(lower));
}

/** Cuts what cannot stand at the end of a noun phrase, and empty nouns at both ends. */
function trimmed(run: readonly string[]): string[] {
  let end = run.length;
  while (end > 0 && (NOT_A_NOUN.test(run[end - 1] ?? "") || EMPTY_NOUN.test(run[end - 1] ?? ""))) end--;
  let start = Math.max(0, end - LONGEST_PHRASE);
  while (start < end && EMPTY_NOUN.test(run[start] ?? "")) start++;
  return run.slice(start, end);
}

function telling(word: string, docstrings: Retrieval): number {
  return Math.max(0, ...searchTerms(word).map((term) => docstrings.weight(term)));
}

function openingVerb(sentence: readonly string[]): string | undefined {
  const first = sentence.find((token) => token !== "");
  return first === undefined ? undefined : stem(first.toLowerCase());
}
