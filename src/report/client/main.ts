import type { PageAttempt, PageIndex, PageInstance } from "../page-data.ts";
import { element } from "./dom.ts";
import { accepted, build, rejections } from "./build.ts";
import { attemptDetail, instanceDetail } from "./detail.ts";
import type { Neighbours } from "./detail.ts";
import { attemptList, chooseRows, choiceLink, readChoice } from "./list.ts";
import type { Choice } from "./list.ts";
import { outcomes, pageFooter, pageHeader } from "./overview.ts";
import { hashLink } from "./values.ts";

const blocks = new Map<string, HTMLElement>();
for (const block of document.querySelectorAll<HTMLElement>("script[data-kind]")) {
  blocks.set(`${block.dataset["kind"]}:${block.dataset["id"]}`, block);
}

/** One block of the embedded data. Our own writer made it, so its form is taken as declared. */
function readBlock<T>(kind: string, id: string): T | undefined {
  const text = blocks.get(`${kind}:${id}`)?.textContent;
  return typeof text === "string" ? (JSON.parse(text) as T) : undefined;
}

function start(index: PageIndex): void {
  const page = document.getElementById("page");
  if (page === null) return;
  let choice: Choice = readChoice(new URLSearchParams());
  let neighbours: Neighbours | undefined;
  let overviewScroll = 0;

  const openOverview = () => {
    page.replaceChildren(
      element(
        "main",
        {},
        pageHeader(index),
        outcomes(index) ?? null,
        index.attempts.length > 0 &&
          attemptList(index, choice, (changed) => {
            choice = changed;
            history.replaceState(null, "", choiceLink(choice));
          }),
        build(index) ?? null,
        accepted(index.instances) ?? null,
        rejections(index.rejections, index.dataset) ?? null,
      ),
      pageFooter(index),
    );
  };

  const openAttempt = (id: string): boolean => {
    const row = index.attempts.find((each) => each.id === id);
    const attempt = readBlock<PageAttempt>("attempt", id);
    if (row === undefined || attempt === undefined) return false;
    const rows = chooseRows(index, choice);
    const position = rows.indexOf(row);
    const link = (at: number) => {
      const other = position === -1 ? undefined : rows[at];
      return other === undefined ? undefined : hashLink({ attempt: other.id });
    };
    neighbours = {
      back: choiceLink(choice),
      previous: link(position - 1),
      next: link(position + 1),
      position: position === -1 ? "" : `${position + 1} of ${rows.length}`,
    };
    page.replaceChildren(
      attemptDetail(row, attempt, readBlock<PageInstance>("instance", row.instance), neighbours),
    );
    return true;
  };

  const openInstance = (id: string): boolean => {
    const instance = readBlock<PageInstance>("instance", id);
    if (instance === undefined) return false;
    const attempts = index.attempts.filter((row) => row.instance === id);
    neighbours = { back: choiceLink(choice), previous: undefined, next: undefined, position: "" };
    page.replaceChildren(instanceDetail(id, instance, attempts, neighbours.back));
    return true;
  };

  const route = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const attempt = parameters.get("attempt");
    const instance = parameters.get("instance");
    if (neighbours === undefined) overviewScroll = scrollY;
    if ((attempt !== null && openAttempt(attempt)) || (instance !== null && openInstance(instance))) {
      document.title = `${attempt ?? instance ?? ""} · ${index.title}`;
      scrollTo(0, 0);
      return;
    }
    const wasDetail = neighbours !== undefined;
    neighbours = undefined;
    choice = readChoice(parameters);
    document.title = index.title;
    openOverview();
    if (wasDetail) scrollTo(0, overviewScroll);
    else if (location.hash.length > 1) document.getElementById("attempts")?.scrollIntoView();
  };

  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (search === null) return;
      event.preventDefault();
      search.focus();
    } else if (neighbours === undefined) {
      if (event.key === "j" || event.key === "k") moveFocus(event.key === "j" ? 1 : -1);
    } else if (event.key === "Escape") location.hash = neighbours.back;
    else if (event.key === "j" && neighbours.next !== undefined) location.hash = neighbours.next;
    else if (event.key === "k" && neighbours.previous !== undefined) location.hash = neighbours.previous;
  });
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  route();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea") !== null;
}

/** j and k walk through the rows of the overview; Enter then follows the link. */
function moveFocus(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>(".attempts tbody a")];
  const at = links.findIndex((link) => link === document.activeElement);
  links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

const pageIndex = readBlock<PageIndex>("index", "");
if (pageIndex !== undefined) start(pageIndex);
