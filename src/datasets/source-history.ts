import type { History } from "../history.ts";
import { openHistory } from "../histories/git.ts";
import type { OpenRepositoryOptions } from "../repository.ts";

/** The history of one source, opened when it is first asked for: most families never do, and a URL's is a clone. */
export interface SourceHistory extends AsyncDisposable {
  open(): Promise<History>;
}

export function sourceHistory(options: OpenRepositoryOptions): SourceHistory {
  let opened: Promise<History> | undefined;
  return {
    open: () => (opened ??= openHistory(options)),
    async [Symbol.asyncDispose]() {
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
