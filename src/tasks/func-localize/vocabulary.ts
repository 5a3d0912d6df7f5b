import { searchTerms } from "../../text/words.ts";

/** Nouns that stand in every docstring and name no subject; singular. */
export const EMPTY_NOUNS: ReadonlySet<string> = new Set(
  (
    "function method class object instance argument parameter value result return code implementation docstring documentation doc detail " +
    "information info thing example behavior behaviour type kind item version python option time number order part fact sense lot bit " +
    "note attribute variable caller callable keyword def self true false none str int dict bool float byte bytes string optional default " +
    "sure people person reason idea point way hand place case sort set call end start use user need work help look support usage effect " +
    "purpose it they them we you one other something anything nothing everything someone none i he she subclass superclass base " +
    "property module package library program routine piece amount couple variety bunch rest kwarg arg ex attempt aim try goal possibility " +
    "situation circumstance possible given list tuple first second third last such same much more most less least ones means tl dr etc foo bar baz " +
    "section paragraph above below todo warning example e.g i.e author question answer issue problem handling process guy hack meaning nature benefit hint"
  ).split(" "),
);

/** Verbs that a tagger may take for the first word of a noun phrase. */
export const VERBS: ReadonlySet<string> = new Set(
  (
    "accept act add allow ascertain allow apply assign attach avoid build call change check clean clear collect combine compare compute concatenate contain convert copy create cull " +
    "decode define delete derive determine display divide drop emit encode ensure evaluate execute expand extend extract fetch filter find format " +
    "fuse generate get give handle hold identify ignore include infer insert inspect invoke iterate join keep load make manage map match merge modify move obtain " +
    "override parse pass perform pick place prepare prevent print process produce provide pull push put raise read receive reduce register remove rename " +
    "render replace represent request require reset resolve restore retrieve return reveal run save search select send set show simulate skip sort specify " +
    "split start stop store strip take test track transform treat trigger try turn update use validate verify wait walk wrap write word fail grab mutate correspond exist matter differ expect hack encompass recast facilitate behave"
  ).split(" "),
);

/** Words that a tagger may take for nouns and that cannot end a phrase. */
export const NOT_NOUNS =
  /(?:able|ible|ous|ful|less|ly|ized|ised|ated|ized|izes?|ifies|ify|ified)$|^(?!size|prize)\w*(?:ize|ise)$|^(?:though|although|although|held|whose|additional|actual|current|different|empty|entire|equal|existing|full|general|initial|internal|invalid|large|left|right|local|long|main|multiple|new|null|old|open|original|particular|previous|raw|real|same|separate|similar|simple|small|special|specific|true|false|unique|unknown|upper|lower|usual|valid|wrong|please|via|per|vs|topological|concrete|parallel|accurate|flat|newer|older|remaining|subsequent|safe|consistent|constant|advanced|short|relative|arbitrary|custom|distinct|underlying|numeric|respective|multi|non|sub|pre|re|un)$/;

/**
 * Search terms that come from how descriptions are worded, not from what they describe. Nobody who looks for a
 * definition searches for them.
 */
export const FRAME_TERMS: ReadonlySet<string> = new Set(
  searchTerms(
    "function routine callable method member class type coroutine asynchronous generator property attribute computed parameter argument value result caller " +
      "return returns give gives given hand hands take takes need needs nothing something effect effects alone concerned involved subject connection plays part " +
      "matter matters charge meant job put briefly further others work works out program outside rest whoever answers asks belongs itself public special " +
      "counting constructor built code speaks vocabulary words come up among things calls body makes use raise wrong short long middling length loops branches several exceptions " +
      "straight runs whole yields produces one after other purpose definition called name",
  ),
);
