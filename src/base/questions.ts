/** Questions to another process, each answered by its number. */
export interface Questions<Question, Answer extends { readonly id: number }> {
  /** @throws what `stop` was given. */
  ask(question: (id: number) => Question): Promise<Answer>;
  answer(answer: Answer): void;
  /** No answer comes any more: what waits for one fails, and what is asked later. */
  stop(reason: Error): void;
}

export function createQuestions<Question, Answer extends { readonly id: number }>(
  send: (question: Question) => void,
): Questions<Question, Answer> {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let lastId = 0;
  let stopped: Error | undefined;
  return {
    async ask(question) {
      if (stopped !== undefined) throw stopped;
      const id = ++lastId;
      const answered = Promise.withResolvers<Answer>();
      waiting.set(id, answered);
      send(question(id));
      return answered.promise;
    },
    answer(answer) {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    },
    stop(reason) {
      stopped = reason;
      for (const { reject } of waiting.values()) reject(reason);
    },
  };
}
