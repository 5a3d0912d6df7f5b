/** A term to search code for: lower case, one word or two that stand together (`chunk size`). */
export interface Term {
  /** As the description has it. */
  readonly word: string;
  /** What is searched for: the beginning that forms of the word share. */
  readonly stem: string;
}

/**
 * Words that carry no subject: function words, the words in which instructions speak of code and of the
 * work, and the empty verbs and nouns of descriptions.
 */
const EMPTY_WORDS = new Set(
  (
    "a about above across after again against all almost along already also although always am among an and another any anything apart are around as " +
    "ask asks at away back be became because become been before behind being below beside besides between beyond both briefly bring brings brought but by came can " +
    "cannot come comes concerned concerning connection could deal dealing deals described describes did different do does doing done down during each either else end " +
    "enough etc even every everything exactly except few first following for form formed found from full further gather gathers gave get gets getting give given gives giving go " +
    "goes good got had hand handed hands has have having he help helpful hence her here him his hold holds how however i if important in indeed inside instead into involve " +
    "involved involves is it its itself job just keep kept kind know known last later least less let like likely long look looks lot made main mainly make makes making " +
    "many matter matters may me mean meant means might more most mostly much must my name named need needed needs neither never new next no none nor not note nothing " +
    "now of off often on once one ones only onto or original other others otherwise our out outside over overall own part particular parts per perhaps piece play " +
    "plays please plus point portion possible previous purpose put puts question quite rather really related rest result results right role said same say says see seems " +
    "seen set sets several shall she should show shows similar simply since single singles small so some somebody someone something sort still subject such take takes taken " +
    "taking talk talks tell tells than that the their them themselves then there therefore these they thing things this those through thus time times to together too " +
    "toward towards turn two three four five six seven eight nine ten eleven twelve under unless until up upon us use used user uses using usually various very via want wants was way we well went were what " +
    "whatever when where whether which while who whole whom whose why will with within without work works worth would yes yet you your " +
    "code codebase repository project file files line lines place module package program programmer caller callers call calls called calling find finds " +
    "definition definitions function functions method methods class classes member members routine callable generator coroutine type types property attribute attributes python " +
    "docstring docstrings documentation documented document describe description comment comments write writes writing written read reads reading style change changed changes " +
    "parameter parameters argument arguments return returns returned returning value values yield yields raise raises raised body loops branches short middling length " +
    "special public instance instances object objects state states missing exist exists existing input output answer answers accept accepts represent represents representation " +
    "defines defined word words adds add content condition decides examines judgement computation alters computed visible communication exchange stored motion exception exceptions handles straight runs enters context manager"
  ).split(" "),
);

export function isEmptyWord(word: string): boolean {
  return word.length < 3 || EMPTY_WORDS.has(word);
}

const ENDINGS =
  /(?:izations?|isations?|ations?|itions?|ically|ements?|ments?|ness|ings?|ions?|ally|able|ible|ized?|ised?|ies|ied|als?|ors?|ers?|ed|es|ly|s|y|e)$/;

/** The beginning that forms of a word share (`distribution`, `distributed`: `distribut`), four letters at least. */
function stemOf(word: string): string {
  const stem = word.replace(ENDINGS, "");
  return stem.length >= 4 ? stem : word.replace(/s$/, "");
}

/** The telling words of a text and the pairs of them that stand together, in order, without repeats. */
export function termsOf(text: string): Term[] {
  const terms = new Map<string, Term>();
  const add = (word: string, stem: string) => {
    if (!terms.has(stem)) terms.set(stem, { word, stem });
  };
  for (const phrase of text.toLowerCase().split(/[^\p{L}\p{N}_' -]+|\s-\s/u)) {
    let before: string | undefined;
    for (const token of phrase.split(/[\s'-]+/)) {
      if (isEmptyWord(token) || /^\d+$/.test(token)) {
        before = undefined;
        continue;
      }
      add(token, stemOf(token));
      if (before !== undefined) add(`${before} ${token}`, `${before} ${stemOf(token)}`);
      before = token;
    }
  }
  return [...terms.values()];
}
