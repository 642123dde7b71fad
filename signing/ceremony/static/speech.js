// @ts-check
/**
 * Reads the screen aloud when the client switched that on: what is on it from top to bottom, then
 * the buttons; after that whatever gets the focus by keyboard, and what a live region says.
 *
 * The words go to the device's own voice (`data-speech-url` on the tool's button) a few sentences
 * at a time, the next part while one is heard. Parts with `data-private` are left out unless the
 * sound goes to headphones (`data-sound="headphones"`). A touch of the button stops, another one
 * begins again. While it speaks the client counts as present.
 */
import { csrfToken } from "./screen.js";

const LONGEST = 320; // letters in one part: short enough to begin at once
const BLOCKS = "h1,h2,h3,p,li,dt,dd,legend,label,figcaption,a,button,[data-page-text]";
const SILENT = "svg,video,template,script,.keypad,.keyboard,[aria-hidden=true],[hidden],.digits__boxes";

/** @typedef {{text: string, language: string}} Part */

class Voice {
  /** @param {HTMLButtonElement} button */
  constructor(button) {
    this.button = button;
    this.url = button.dataset.speechUrl ?? "";
    this.headphones = button.dataset.sound === "headphones";
    this.turn = 0; // a newer one silences an older one
    this.audio = new Audio();
    button.addEventListener("click", () => {
      if (this.speaking) this.stop();
      else this.say(this.screen());
    });
    window.addEventListener("pagehide", () => this.stop());
  }

  get speaking() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  stop() {
    this.turn += 1;
    this.audio.pause();
    this.show(false);
  }

  /** @param {boolean} speaking */
  show(speaking) {
    this.button.setAttribute("aria-pressed", `${speaking}`);
    this.button.classList.toggle("is-on", speaking);
  }

  /** @param {Part[]} parts */
  async say(parts) {
    this.stop();
    const mine = this.turn;
    this.show(parts.length > 0);
    let next = parts.length ? this.sound(parts[0]) : null;
    for (let n = 0; n < parts.length && mine === this.turn; n += 1) {
      const sound = await next;
      next = n + 1 < parts.length ? this.sound(parts[n + 1]) : null;
      if (sound === null || mine !== this.turn) continue;
      await this.play(sound, mine);
    }
    if (mine === this.turn) this.show(false);
  }

  /** @param {Part} part @returns {Promise<string | null>} address of the sound */
  async sound(part) {
    try {
      const body = new URLSearchParams({ text: part.text, language: part.language });
      const answer = await fetch(this.url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
      return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
    } catch {
      return null; // no voice: everything is still there to be read
    }
  }

  /** @param {string} address @param {number} mine */
  async play(address, mine) {
    this.audio.src = address;
    const ended = new Promise((done) => {
      this.audio.onended = this.audio.onerror = this.audio.onpause = done;
      this.audio.ontimeupdate = () => document.dispatchEvent(new CustomEvent("kiosk:alive"));
    });
    try {
      await this.audio.play();
      if (mine === this.turn) await ended;
    } catch {
      this.turn += 1; // the browser wants a touch first: the button is there for that
      this.show(false);
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  /** Everything on the screen, in order. @returns {Part[]} */
  screen() {
    /** @type {Part[]} */
    const parts = [];
    const place = document.querySelector(".progress")?.getAttribute("aria-label");
    if (place) parts.push({ text: place, language: document.documentElement.lang });
    const open = document.querySelector("dialog[open]");
    for (const area of open ? [open] : document.querySelectorAll("main, footer.actions")) this.collect(area, parts);
    return parts.flatMap(inParts);
  }

  /** @param {Element} element @param {Part[]} parts */
  collect(element, parts) {
    for (const one of element.children) {
      if (one.matches(SILENT) || (!this.headphones && one.matches("[data-private]"))) continue;
      const boxless = getComputedStyle(one).display === "contents"; // the forms around buttons
      if (!boxless && !one.checkVisibility({ checkVisibilityCSS: true })) continue;
      if (one.matches(BLOCKS) && !(!this.headphones && one.querySelector("[data-private]"))) parts.push(said(one));
      else this.collect(one, parts);
    }
  }

  /** @param {Element} element @returns {Part[]} */
  name(element) {
    if (!this.headphones && element.closest("[data-private]")) return [];
    const label = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
      ? element.labels?.[0] : null;
    const named = element.getAttribute("aria-label");
    if (named) return [{ text: named, language: document.documentElement.lang }];
    return inParts(said(label ?? element));
  }
}

/** @param {Element} element @returns {Part} */
function said(element) {
  const language = element.closest("[lang]")?.getAttribute("lang") ?? "";
  return { text: (element.textContent ?? "").replace(/\s+/g, " ").trim(), language };
}

/** A long text in parts that end with a sentence where they can. @param {Part} part @returns {Part[]} */
function inParts({ text, language }) {
  const parts = [];
  let rest = text;
  while (rest) {
    let end = rest.length;
    if (end > LONGEST) {
      const window = rest.slice(0, LONGEST);
      end = Math.max(window.lastIndexOf(". "), window.lastIndexOf("; "), window.lastIndexOf(": ")) + 1
        || window.lastIndexOf(" ") || LONGEST;
    }
    parts.push({ text: rest.slice(0, end), language });
    rest = rest.slice(end).trim();
  }
  return parts;
}

/** @param {Voice} voice */
function listen(voice) {
  document.addEventListener("focusin", (event) => {
    const element = /** @type {Element} */ (event.target);
    if (element === voice.button || !element.matches(":focus-visible") || element.matches("main, [data-takes-focus]")) return;
    voice.say(voice.name(element));
  });
  document.addEventListener("speech:say", (event) => {
    voice.say([{ text: /** @type {CustomEvent} */ (event).detail, language: document.documentElement.lang }]);
  });
  const live = new MutationObserver((changes) => {
    const region = changes[0]?.target;
    const element = region instanceof Element ? region : region?.parentElement;
    if (element && !element.closest("dialog")) voice.say(voice.name(element));
  });
  for (const region of document.querySelectorAll("main [role=status], main [aria-live=polite]")) {
    live.observe(region, { childList: true, characterData: true, subtree: true });
  }
}

const button = document.querySelector("button[data-speech-url]");
if (button instanceof HTMLButtonElement) {
  const voice = new Voice(button);
  listen(voice);
  voice.say(voice.screen());
}
