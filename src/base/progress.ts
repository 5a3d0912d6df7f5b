/** How far long work is: `12 of 33 repositories, 4.0 a minute, about 6 min left`. */
export function progressText(what: string, done: number, total: number, seconds: number): string {
  const far = `${done} of ${total} ${what}`;
  if (done === 0 || seconds === 0) return far;
  const left = Math.ceil(((seconds / done) * (total - done)) / 60);
  return `${far}, ${((done / seconds) * 60).toFixed(1)} a minute${done === total ? "" : `, about ${left} min left`}`;
}
