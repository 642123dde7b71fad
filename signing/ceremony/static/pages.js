// @ts-check
/**
 * Turning pages without loading the screen anew. The server records each page as it is opened and
 * left (reading_screens.py); the picture of the next page is fetched ahead and kept in memory only.
 */
import { post } from "./screen.js";

const DRAWN_WIDTH = 1240;
const ZOOMED_WIDTH = 1860;

/** @param {HTMLElement} reader */
function turnPages(reader) {
  const picture = /** @type {HTMLImageElement | null} */ (reader.querySelector("[data-page-picture]"));
  const words = /** @type {HTMLElement | null} */ (reader.querySelector("[data-page-text]"));
  const sheet = /** @type {HTMLElement} */ (reader.querySelector("[data-sheet]"));
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-page-form]"));
  const count = /** @type {HTMLElement | null} */ (reader.querySelector("[data-count]"));
  const pages = Number(reader.dataset.pages);
  let page = Number(reader.dataset.page);
  let unseen = numbers(reader.dataset.unseen ?? "");
  let zoomed = false;
  let turning = false;
  /** @type {Map<string, Promise<string>>} */
  const kept = new Map();

  const address = (/** @type {string | undefined} */ pattern, /** @type {number} */ number) =>
    (pattern ?? "").replace("999", `${number}`);
  const fetched = (/** @type {number} */ number) => {
    const width = zoomed ? ZOOMED_WIDTH : DRAWN_WIDTH;
    const url = `${address(reader.dataset.pageUrl, number)}?width=${width}`;
    let blob = kept.get(url);
    if (blob === undefined) {
      blob = fetch(url).then(async (response) => {
        if (!response.ok) throw new Error(`status ${response.status}`);
        return URL.createObjectURL(await response.blob());
      });
      blob.catch(() => kept.delete(url));
      kept.set(url, blob);
      forgetFarPages();
    }
    return blob;
  };
  const forgetFarPages = () => {
    while (kept.size > 4) {
      const [oldest] = kept.keys();
      kept.get(oldest)?.then(URL.revokeObjectURL, () => undefined);
      kept.delete(oldest);
    }
  };
  const showControls = () => {
    const last = page === pages;
    for (const [name, hidden] of /** @type {[string, boolean][]} */ ([
      ["[data-step-back]", page > 1], ["[data-previous]", page === 1],
      ["[data-next]", last], ["[data-finish]", !last],
    ])) {
      const control = /** @type {HTMLElement | null} */ (form?.querySelector(name) ?? null);
      if (control === null) continue;
      control.hidden = hidden;
      if (name === "[data-previous]") /** @type {HTMLButtonElement} */ (control).value = `${page - 1}`;
      if (name === "[data-next]") /** @type {HTMLButtonElement} */ (control).value = `${page + 1}`;
    }
    if (count) {
      count.textContent = (count.dataset.words ?? "").replace("{n}", `${page}`).replace("{m}", `${pages}`);
      sheet.setAttribute("aria-label", count.textContent);
    }
    reader.querySelectorAll("[data-dots] i").forEach((dot, index) => {
      dot.className = index + 1 === page ? "is-here" : unseen.includes(index + 1) ? "" : "is-done";
    });
    const note = /** @type {HTMLElement | null} */ (reader.querySelector("[data-certificate-note]"));
    if (note) note.hidden = `${page}` !== reader.dataset.certificatePage;
    if (form) form.action = address(reader.dataset.readUrl, page);
    const other = /** @type {HTMLAnchorElement | null} */ (document.getElementById("other-view"));
    if (other) other.href = `${address(reader.dataset.readUrl, page)}?view=text`;
    history.replaceState(null, "", address(reader.dataset.readUrl, page));
  };
  const tell = async (/** @type {number} */ shown) => {
    const text = await fetch(address(reader.dataset.textUrl, shown));
    const read = text.ok ? await text.text() : "";
    if (words && text.ok && page === shown) words.textContent = read;
  };
  const turn = async (/** @type {number} */ wanted) => {
    if (turning || picture === null || form === null) return;
    turning = true;
    try {
      const body = new FormData();
      body.set("go", `${wanted}`);
      const [answer, source] = await Promise.all([
        post(address(reader.dataset.readUrl, page), body), fetched(wanted),
      ]);
      if (answer.location) { location.assign(answer.location); return; }
      unseen = answer.unseen ?? unseen;
      page = wanted;
      picture.src = source;
      sheet.scrollTo(0, 0);
      showControls();
      if (page < pages) fetched(page + 1).catch(() => undefined);
      tell(page).catch(() => undefined); // not waited for: the next touch counts from here
    } catch {
      location.assign(address(reader.dataset.readUrl, wanted));
    } finally {
      turning = false;
    }
  };
  const zoom = async (/** @type {HTMLElement} */ button) => {
    zoomed = !zoomed;
    sheet.classList.toggle("is-zoomed", zoomed);
    button.setAttribute("aria-pressed", `${zoomed}`);
    const label = button.querySelector("span");
    if (label) label.textContent = (zoomed ? button.dataset.on : button.dataset.off) ?? "";
    button.querySelector("use")?.setAttribute("href", (button.querySelector("use")?.getAttribute("href") ?? "").replace(/#.*/, zoomed ? "#unzoom" : "#zoom"));
    if (picture) picture.src = await fetched(page);
  };

  const down = /** @type {HTMLElement | null} */ (reader.querySelector("[data-down]"));
  const showDown = () => { if (down) down.hidden = atEnd(sheet); };
  down?.addEventListener("click", () => {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    sheet.scrollBy({ top: sheet.clientHeight * 0.85, behavior: calm ? "auto" : "smooth" });
  });
  sheet.addEventListener("scroll", showDown, { passive: true });
  picture?.addEventListener("load", showDown);
  new ResizeObserver(showDown).observe(sheet);

  form?.addEventListener("submit", (event) => {
    const value = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value ?? "on";
    if (picture === null || value === "on") return;
    event.preventDefault();
    turn(Number(value));
  }, { capture: true });
  reader.querySelector("[data-zoom]")?.addEventListener("click", (event) => zoom(/** @type {HTMLElement} */ (event.currentTarget)));
  window.addEventListener("keydown", (event) => {
    if (event.key === "PageDown" && page < pages && atEnd(sheet)) turn(page + 1);
    if (event.key === "PageUp" && page > 1 && sheet.scrollTop === 0) turn(page - 1);
  });
  if (picture && page < pages) {
    if (picture.complete) fetched(page + 1).catch(() => undefined);
    else picture.addEventListener("load", () => fetched(page + 1).catch(() => undefined), { once: true });
  }
}

/** @param {HTMLElement} sheet */
function atEnd(sheet) {
  return sheet.scrollTop + sheet.clientHeight >= sheet.scrollHeight - 2;
}

/** @param {string} list @returns {number[]} */
function numbers(list) {
  return list.split(",").filter(Boolean).map(Number);
}

const reader = document.querySelector("[data-reader]");
if (reader instanceof HTMLElement) turnPages(reader);
