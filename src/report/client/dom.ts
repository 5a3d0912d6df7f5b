/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The smallest way to make elements. Text only ever becomes a text node, so that nothing that a repository,
 * a model or an agent wrote is read as HTML.
 */
export type Child = Node | string | number | null | undefined | false;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  add(made, ...children);
  return made;
}

export function add(parent: Node, ...children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
  }
}

export function button(label: Child, attributes: Readonly<Record<string, string>>, act: () => void) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** A part of the page with a heading. */
export function section(title: string, ...children: readonly Child[]): HTMLElement {
  return element("section", {}, element("h2", {}, title), ...children);
}

/** A part that is folded until asked for; its content is made on first opening. */
export function fold(
  summary: readonly Child[],
  make: () => readonly Child[],
  options: { readonly open?: boolean; readonly style?: string } = {},
): HTMLDetailsElement {
  const made = element("details", { class: options.style ?? "fold" }, element("summary", {}, ...summary));
  let filled = false;
  const fill = () => {
    if (filled || !made.open) return;
    filled = true;
    add(made, ...make());
  };
  made.addEventListener("toggle", fill);
  if (options.open === true) {
    made.open = true;
    fill();
  }
  return made;
}

/** Makes the first rows at once and the rest when asked, so that long lists open fast. */
export function inPortions<T>(
  items: readonly T[],
  size: number,
  place: (item: T, index: number) => void,
  addMore: (more: HTMLElement) => void,
): void {
  let shown = 0;
  const more = button("", { class: "more" }, () => show());
  const show = () => {
    const next = Math.min(items.length, shown + size);
    for (; shown < next; shown++) {
      const item = items[shown];
      if (item !== undefined) place(item, shown);
    }
    more.textContent = `Show more (${formatCount(items.length - shown)} left)`;
    more.hidden = shown >= items.length;
  };
  show();
  addMore(more);
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

export function formatPercent(share: number): string {
  return `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${formatCount(seconds)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${formatCount(seconds / 3600)} h`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
