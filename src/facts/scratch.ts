export function nameOf(path: string): string {
  return path.split("/").at(-1) ?? path;
}

const SCRATCH_NAME =
  /^(?:test|tests|repro|reproduce|reproduction|reproducer|check|verify|validate|debug|demo|example|tmp|temp|scratch|try|simple|minimal|comprehensive|final)(?:[_\-.\d]|$)|_(?:test|repro|check|debug|demo)\.\w+$/i;
const TESTS_FOLDER = /(?:^|\/)(?:tests?|testing|spec|__tests__|testsuite)\//;

/** A file that is there only to check something, by its name, outside the folders where tests live. */
export function isScratch(path: string): boolean {
  if (path.startsWith("/tmp/")) return true;
  return SCRATCH_NAME.test(nameOf(path)) && !TESTS_FOLDER.test(path);
}
