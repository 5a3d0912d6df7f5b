/**
 * Whether a service's name for the model that answered is the name that was asked for, as services write them: with a date or version behind
 * (`gpt-5.1` answers as `gpt-5.1-2025-11-13`), or with or without an owner before (`Qwen/Qwen3-8B`, `qwen3-8b`).
 */
export function isSameModel(asked: string, served: string): boolean {
  const [a, b] = [plain(asked), plain(served)];
  return a === b || (b.startsWith(a) && VERSION.test(b.slice(a.length)));
}

/** What may follow a name without making it another: `gpt-5.1-mini` is no version of `gpt-5.1`. */
const VERSION = /^[-@:](?:v?\d[\d.-]*|latest)$/;

function plain(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).toLowerCase();
}
