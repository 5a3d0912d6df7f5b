/** How long what is not the agent's may take, in seconds; each far above what it takes on a loaded machine. */
export const DEADLINES = {
  prepareSeconds: 600,
  startSeconds: 300,
  stopSeconds: 60,
  gradeSeconds: 600,
  /** For an attempt to end, once it was told to. */
  cleaningSeconds: 120,
} as const;

/** From an attempt's first step to its verdict: past that it is left behind. An agent that is kept waiting has its time twice. */
export function wholeAttempt(agentSeconds: number): number {
  const { prepareSeconds, startSeconds, gradeSeconds, cleaningSeconds } = DEADLINES;
  return prepareSeconds + startSeconds + 2 * agentSeconds + gradeSeconds + cleaningSeconds;
}
