/**
 * The body with another value of its field `model`, and not one byte else changed: a body that was read and written again would have other
 * numbers and spaces. Undefined where there is no such field.
 */
export function withModel(body: string, model: string): string | undefined {
  const place = findModel(body);
  return place === undefined
    ? undefined
    : body.slice(0, place.start) + JSON.stringify(model) + body.slice(place.end);
}

const TOKEN = /"(?:[^"\\]|\\[^])*"|[{}[\]]/g;
const VALUE = /\s*:\s*("(?:[^"\\]|\\[^])*")/y;

function findModel(body: string): { start: number; end: number } | undefined {
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(body); token !== null; token = TOKEN.exec(body)) {
    const [text] = token;
    if (text === "{" || text === "[") depth++;
    else if (text === "}" || text === "]") depth--;
    else if (depth === 1 && text === '"model"') {
      VALUE.lastIndex = TOKEN.lastIndex;
      const value = VALUE.exec(body)?.[1];
      if (value !== undefined) return { start: VALUE.lastIndex - value.length, end: VALUE.lastIndex };
    }
  }
  return undefined;
}
