/** A text with no user and password in any of its URLs; the last `@` before the path ends them. */
export function withoutUserInfo(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^\s/?#]*@/g, "$1");
}

export function hasUserInfo(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && `${parsed.username}${parsed.password}` !== "";
}
