import { stem } from "../../text/words.ts";
import type { Subject } from "./subject.ts";

/** What the opening verb of a docstring comes down to: third person and infinitive, in wordings of our own. */
const ACTIONS: readonly { readonly verbs: string; readonly says: readonly (readonly [string, string])[] }[] =
  [
    {
      verbs: "compute calculate evaluate estimate count measure sum derive determine infer find",
      says: [
        ["works something out", "work something out"],
        ["arrives at a result by calculation", "arrive at a result by calculation"],
      ],
    },
    {
      verbs: "return get fetch obtain retrieve give look lookup select choose pick",
      says: [
        ["looks something up and hands it over", "look something up and hand it over"],
        ["hands something over to whoever asks", "hand something over to whoever asks"],
      ],
    },
    {
      verbs: "create make build construct generate produce instantiate prepare compose assemble new",
      says: [
        ["puts something new together", "put something new together"],
        ["brings something into being", "bring something into being"],
      ],
    },
    {
      verbs: "check verify validate test ensure assert confirm compare detect whether is true",
      says: [
        ["decides whether a condition holds", "decide whether a condition holds"],
        ["examines its input and comes to a judgement", "examine its input and come to a judgement"],
      ],
    },
    {
      verbs: "convert transform translate turn cast encode decode parse format serialize normalize map",
      says: [
        ["brings its input into another form", "bring its input into another form"],
        ["changes one representation into another", "change one representation into another"],
      ],
    },
    {
      verbs: "read load open import scan",
      says: [
        ["takes something in from outside", "take something in from outside"],
        ["brings stored content into memory", "bring stored content into memory"],
      ],
    },
    {
      verbs: "write save store dump export print log emit output",
      says: [
        ["puts something out for others to read", "put something out for others to read"],
        ["passes content on to somewhere outside", "pass content on to somewhere outside"],
      ],
    },
    {
      verbs: "remove delete drop clear discard strip clean pop",
      says: [
        ["gets rid of something", "get rid of something"],
        ["takes something away", "take something away"],
      ],
    },
    {
      verbs: "add append insert register attach extend push include",
      says: [
        ["adds to what is already there", "add to what is already there"],
        ["makes something known that was not there before", "make something known that was not there before"],
      ],
    },
    {
      verbs: "set update change modify replace adjust apply assign reset rename",
      says: [
        ["brings about a change of state", "bring about a change of state"],
        ["alters something that already exists", "alter something that already exists"],
      ],
    },
    {
      verbs: "merge combine join concatenate stack group collect aggregate reduce",
      says: [
        ["brings several things together into one", "bring several things together into one"],
        ["gathers what was apart", "gather what was apart"],
      ],
    },
    {
      verbs: "split divide partition separate break extract filter",
      says: [
        ["takes a whole apart", "take a whole apart"],
        ["singles out a portion of what it is given", "single out a portion of what it is given"],
      ],
    },
    {
      verbs: "run start execute launch call invoke perform process handle dispatch",
      says: [
        ["sets work in motion", "set work in motion"],
        ["carries a piece of work through", "carry a piece of work through"],
      ],
    },
    {
      verbs: "send receive connect request respond notify",
      says: [
        ["takes part in an exchange with another side", "take part in an exchange with another side"],
        ["deals with communication", "deal with communication"],
      ],
    },
    {
      verbs: "draw render display show plot paint",
      says: [
        ["makes something visible", "make something visible"],
        ["has to do with what is seen", "produce what is seen"],
      ],
    },
    {
      verbs: "wait stop close finish cancel end pause",
      says: [
        ["has to do with bringing something to its end", "bring something to its end"],
        ["looks after how something ends", "look after how something ends"],
      ],
    },
  ];

const ACTION_BY_STEM: ReadonlyMap<string, (typeof ACTIONS)[number]["says"]> = new Map(
  ACTIONS.flatMap(({ verbs, says }) => verbs.split(" ").map((verb) => [stem(verb), says] as const)),
);

/** What a docstring's opening verb says that the definition does; undefined for verbs without a wording. */
export function actionOf(subject: Subject): (typeof ACTIONS)[number]["says"] | undefined {
  return subject.action === undefined ? undefined : ACTION_BY_STEM.get(subject.action);
}
