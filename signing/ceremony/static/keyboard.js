// @ts-check
/**
 * The keyboard in the page: a kiosk's browser has no other that would lie above it.
 *
 * Opens under any field with `data-keyboard` ("letters", "capitals", "email", or a
 * pad of layouts.js) when
 * it gets the focus, in a row of its own, so that it never covers anything. Keys are real buttons
 * with names; the field keeps the focus while they are tapped. A hardware keyboard works as well.
 */
import { ACCENT_KEY, ACCENTS, EMAIL_SIGNS, GAP, LETTERS, PADS, SIGNS } from "./layouts.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const LONG_PRESS_MS = 380;
const ORDER = ["pl", "en", "de", "uk"];

class Keyboard {
  /** @param {DOMStringMap} words names of the special keys, in the client's language */
  constructor(words) {
    this.words = words;
    this.language = ORDER.includes(document.documentElement.lang) ? document.documentElement.lang : "pl";
    this.layer = "letters";
    this.shift = false;
    this.accents = false;
    this.spelling = false; // letters where a pad belongs
    /** @type {Field | null} */
    this.field = null;
    this.dock = document.createElement("div");
    this.dock.className = "keyboard";
    this.dock.setAttribute("role", "region");
    this.dock.setAttribute("aria-label", words.label ?? "");
    this.dock.addEventListener("mousedown", (event) => event.preventDefault());
    this.dock.addEventListener("contextmenu", (event) => event.preventDefault());
    document.querySelector(".screen")?.append(this.dock);
    this.close();
  }

  /** @param {Field} field */
  open(field) {
    if (this.field !== field) {
      this.field = field;
      this.layer = "letters";
      this.spelling = false;
      this.shift = field.dataset.keyboard === "capitals"
        || (field.dataset.keyboard === "letters" && field.value === "");
      this.accents = false;
      if (field.dataset.keyboard === "email" && this.language === "uk") this.language = "en";
    }
    this.draw();
    this.dock.hidden = false;
    document.body.classList.add("has-keyboard");
    field.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.dock.hidden = true;
    document.body.classList.remove("has-keyboard");
  }

  draw() {
    const kind = this.field?.dataset.keyboard ?? "letters";
    const pad = kind in PADS && !this.spelling;
    const rows = pad ? this.padRows(PADS[kind], kind) : this.letterRows(kind);
    this.dock.classList.toggle("keyboard--pad", pad);
    this.dock.replaceChildren(...rows);
  }

  /** @param {string[]} pad @param {string} kind @returns {HTMLElement[]} */
  padRows(pad, kind) {
    const special = [
      this.special("erase", "erase", () => this.erase()),
      this.special("hide", "hide", () => this.close()),
    ];
    if (kind === "account") { // some countries' account numbers have letters
      special.push(this.special("letters", "", () => {
        this.spelling = true;
        this.layer = "letters";
        this.shift = true;
        if (this.language === "uk") this.language = "en";
        this.draw();
      }, "ABC"));
    }
    return pad.map((signs, i) => row([
      ...[...signs].map((sign) => (sign === GAP ? gap() : this.key(sign, sign === " " ? this.words.space ?? sign : sign))),
      special[i] ?? gap(),
    ]));
  }

  /** @param {string} kind @returns {HTMLElement[]} */
  letterRows(kind) {
    const rows = this.layer === "letters" ? LETTERS[this.language] : SIGNS;
    const [first, second, third] = rows.map((signs) => [...signs].map((sign) => this.letter(sign)));
    const shift = this.special("shift", "shift", () => { this.shift = !this.shift; this.draw(); });
    shift.setAttribute("aria-pressed", `${this.shift}`);
    const wide = this.layer === "letters" ? [shift] : [];
    return [
      row(first),
      row(second),
      row([...wide, ...third, this.special("erase", "erase", () => this.erase())]),
      row(this.bottomKeys(kind)),
    ];
  }

  /** @param {string} kind @returns {HTMLElement[]} */
  bottomKeys(kind) {
    const letters = this.layer === "letters";
    const layer = this.special(letters ? "symbols" : "letters", "", () => {
      if (kind in PADS) this.spelling = false;
      else this.layer = letters ? "signs" : "letters";
      this.draw();
    }, letters ? "?123" : "ABC");
    const language = this.special("layout", "", () => {
      this.language = ORDER[(ORDER.indexOf(this.language) + 1) % ORDER.length];
      this.accents = false;
      this.draw();
    }, this.language.toUpperCase());
    const keys = [layer, language];
    if (letters && ACCENT_KEY[this.language]) {
      const accents = this.special("accents", "", () => { this.accents = !this.accents; this.draw(); }, "ąę");
      accents.setAttribute("aria-pressed", `${this.accents}`);
      keys.push(accents);
    }
    const signs = kind === "email" ? EMAIL_SIGNS : [",", "."];
    const space = this.key(" ", this.words.space ?? " ");
    space.classList.add("key--space");
    space.setAttribute("aria-label", this.words.space ?? "");
    keys.push(...(kind === "email" ? [] : [space]), ...signs.map((sign) => this.key(sign, sign)));
    if (this.field instanceof HTMLTextAreaElement) keys.push(this.special("enter", "", () => this.insert("\n"), "↵"));
    keys.push(this.special("hide", "hide", () => this.close()));
    return keys;
  }

  /** @param {string} sign @returns {HTMLElement} */
  letter(sign) {
    const swapped = this.accents ? (ACCENT_KEY[this.language]?.[sign] ?? sign) : sign;
    const shown = this.shift ? capital(swapped) : swapped;
    const key = this.key(shown, shown);
    const others = this.accents ? "" : (ACCENTS[sign] ?? "");
    if (others) this.offer(key, [...others].map((other) => (this.shift ? capital(other) : other)));
    return key;
  }

  /** @param {string} text @param {string} face @returns {HTMLButtonElement} */
  key(text, face) {
    const key = document.createElement("button");
    key.type = "button";
    key.className = "key";
    key.textContent = face;
    key.addEventListener("click", () => {
      if (key.dataset.held) { delete key.dataset.held; return; }
      this.insert(text);
    });
    return key;
  }

  /**
   * @param {string} name of the key's words @param {string} icon @param {() => void} act
   * @param {string} [face] @returns {HTMLButtonElement}
   */
  special(name, icon, act, face = "") {
    const key = document.createElement("button");
    key.type = "button";
    key.className = `key key--quiet key--${name}`;
    key.setAttribute("aria-label", this.words[name] ?? name);
    if (icon) key.append(drawing(`${this.words.icons}#${icon}`));
    else key.textContent = face;
    key.addEventListener("click", act);
    if (name === "erase") repeat(key, act);
    return key;
  }

  /** A long press on `key` offers `others`. @param {HTMLElement} key @param {string[]} others */
  offer(key, others) {
    let timer = 0;
    key.dataset.more = "yes";
    key.addEventListener("pointerdown", () => {
      timer = window.setTimeout(() => { key.dataset.held = "yes"; this.showOffer(key, others); }, LONG_PRESS_MS);
    });
    for (const kind of ["pointerup", "pointerleave", "pointercancel"]) {
      key.addEventListener(kind, () => window.clearTimeout(timer));
    }
  }

  /** @param {HTMLElement} key @param {string[]} others */
  showOffer(key, others) {
    this.dock.querySelector(".keyboard__offer")?.remove();
    const offer = document.createElement("div");
    offer.className = "keyboard__offer";
    offer.append(...others.map((other) => this.key(other, other)));
    offer.addEventListener("click", () => offer.remove());
    this.dock.append(offer);
    const [dock, place] = [this.dock.getBoundingClientRect(), key.getBoundingClientRect()];
    const left = Math.min(Math.max(place.left - dock.left, 8), dock.width - offer.offsetWidth - 8);
    offer.style.setProperty("left", `${left}px`);
    // Above the key, or below it in the first row: never under the finger, never over the field.
    const above = place.top - dock.top - offer.offsetHeight - 4;
    offer.style.setProperty("top", `${above >= 0 ? above : place.bottom - dock.top + 4}px`);
    window.setTimeout(() => document.addEventListener("pointerdown", (event) => {
      if (!offer.contains(/** @type {Node} */ (event.target))) { offer.remove(); delete key.dataset.held; }
    }, { once: true, capture: true }), 0);
  }

  /** @param {string} text */
  insert(text) {
    const field = this.field;
    if (field === null) return;
    const [start, end] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    if (field.maxLength > 0 && field.value.length - (end - start) + text.length > field.maxLength) return;
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const capitals = this.shift;
    const capital = this.spelling || field.dataset.keyboard === "capitals";
    this.shift = capitals && capital;
    if ((capitals && !capital) || this.accents) { this.accents = false; this.draw(); }
  }

  erase() {
    const field = this.field;
    if (field === null) return;
    const end = field.selectionEnd ?? field.value.length;
    let start = field.selectionStart ?? end;
    if (start === end) start -= [...field.value.slice(0, end)].at(-1)?.length ?? 0;
    field.setRangeText("", Math.max(start, 0), end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** AltGr on a hardware keyboard whose layout has no accents. @param {KeyboardEvent} event */
  altGraph(event) {
    const accent = ACCENTS[event.key.toLowerCase()]?.[0];
    if (!event.getModifierState("AltGraph") || accent === undefined || this.field === null) return;
    event.preventDefault();
    this.insert(event.key === event.key.toLowerCase() ? accent : capital(accent));
  }
}

/** @param {string} sign */
function capital(sign) {
  return sign === "ß" ? "ẞ" : sign.toUpperCase();
}

/** @param {HTMLElement[]} keys @returns {HTMLElement} */
function row(keys) {
  const element = document.createElement("div");
  element.className = "keyboard__row";
  element.append(...keys);
  return element;
}

/** @returns {HTMLElement} */
function gap() {
  const element = document.createElement("span");
  element.className = "keyboard__gap";
  return element;
}

/** @param {string} href @returns {SVGElement} */
function drawing(href) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", href);
  svg.append(use);
  return svg;
}

/** Holding the key goes on erasing. @param {HTMLElement} key @param {() => void} act */
function repeat(key, act) {
  let timer = 0;
  key.addEventListener("pointerdown", () => {
    timer = window.setTimeout(() => { timer = window.setInterval(act, 70); }, 450);
  });
  for (const kind of ["pointerup", "pointerleave", "pointercancel"]) {
    key.addEventListener(kind, () => { window.clearTimeout(timer); window.clearInterval(timer); });
  }
}

const words = document.querySelector("[data-keyboard-words]");
if (words instanceof HTMLElement) {
  const keyboard = new Keyboard(words.dataset);
  for (const field of /** @type {NodeListOf<Field>} */ (document.querySelectorAll("[data-keyboard]"))) {
    field.addEventListener("focus", () => keyboard.open(field));
    field.addEventListener("click", () => keyboard.open(field));
    field.addEventListener("keydown", (event) => keyboard.altGraph(/** @type {KeyboardEvent} */ (event)));
    if (document.activeElement === field || field.autofocus) {
      field.focus();
      keyboard.open(field);
      field.setSelectionRange(field.value.length, field.value.length);
    }
  }
}
