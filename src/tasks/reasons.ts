/** Why an attempt is not solved. `docs/reason-codes.md` shows an example diff for each. */
export type Reason =
  /** The agent left the repository as it was. */
  | "no-changes"
  /** A target definition has no docstring, or is no longer there. */
  | "target-not-documented"
  /** A docstring was added, removed or changed where the answer is comments. */
  | "docstring-changed"
  /** A dependency has no marker line above it. */
  | "dependency-not-marked"
  /** A marker line stands above a definition that is no dependency. */
  | "not-a-dependency"
  /** A marker line stands where it is above no definition. */
  | "marker-misplaced"
  /** A dependency has more than one marker line. */
  | "marked-twice"
  /** No file that the fix changes was commented. */
  | "gold-file-not-commented"
  /** So many files were touched, so few of them right, that it is no answer. */
  | "shotgun"
  /** The body is still the stub. */
  | "body-not-written"
  /** The module or the function cannot be had with the answer in it. */
  | "import-failed"
  /** A call gives, raises or changes something else than the original's. */
  | "wrong-result"
  /** A test of the repository that judges the answer does not pass, does not end, or passes without calling the function. */
  | "test-failed"
  /** A call has no answer: the process ended, or its answer was not one. */
  | "call-unanswered"
  /** A call, or all calls together, took too long. */
  | "ran-out-of-time"
  /** More was printed than anyone reads. */
  | "output-flood"
  /** Where the answer runs beside what judges it, it uses what could reach that. */
  | "answer-reaches-out"
  /** A target's docstring is empty or white space. */
  | "docstring-empty"
  /** What stands in a docstring's place is an f-string, bytes or another expression. */
  | "docstring-not-plain"
  /** Code differs in a file that existed before. */
  | "code-changed"
  /** A file that was valid before is not valid (or not readable) any more. */
  | "invalid-after"
  /** A comment that steers a tool or the language was changed or removed. */
  | "directive-changed"
  /** A comment that steers a tool or the language was added. */
  | "directive-added"
  /** A file was added. */
  | "file-added"
  /** A file was deleted (a rename is a deletion and an addition). */
  | "file-deleted"
  /** A file's mode changed: executable bit, or a file became a link. */
  | "mode-changed"
  /** A file changed that is not source text of a known language. */
  | "non-source-changed";
