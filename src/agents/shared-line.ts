/** The argument that tells a host to take several agents. */
export const SHARED = "shared";

/**
 * Between a host of several agents and its parent, a line is `WORD NUMBER [MESSAGE]`, where the number is the agent's. The parent says
 * `start` (with the first message of `protocol.ts`), `say` and `stop`; the host says `say`, and `done` after an agent's last.
 */
export function splitLine(line: string): { word: string; id: string; message: string } {
  const [head = "", word = "", id = ""] = /^(\w+) (\d+) ?/.exec(line) ?? [];
  return { word, id, message: line.slice(head.length) };
}
