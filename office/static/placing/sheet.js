// @ts-check
/** One page with its boxes: drawing new ones, moving and resizing by pointer and by keyboard. */

import { fitted, isSettled } from "./model.js";

const STEP = 1; // points for one press of an arrow key
const BIG_STEP = 10; // with Shift

/** @typedef {import("./model.js").Box} Box */
/**
 * @typedef {object} Hands what the editor offers to its sheets
 * @property {() => string} tool the kind that is being placed; empty when none is
 * @property {(page: number, x: number, y: number, width: number, height: number) => void} draw
 * @property {(box: Box | null) => void} choose
 * @property {(box: Box) => void} changed
 * @property {() => void} name
 * @property {(box: Box) => void} remove
 * @property {(box: Box) => string} words
 * @property {(box: Box) => string} room "tight" or "too_small" where its box has little room
 */

/** @typedef {{place: import("./model.js").Place, name: string, words: string}} Other a box of another client */

export class Sheet {
  /**
   * @param {HTMLElement} figure
   * @param {number} page 0-based
   * @param {[number, number][]} pages sizes in points
   * @param {Hands} hands
   * @param {Other[]} others what is placed for other clients, on any page
   */
  constructor(figure, page, pages, hands, others) {
    this.figure = figure;
    this.picture = /** @type {HTMLImageElement} */ (figure.querySelector("img"));
    this.page = page;
    this.pages = pages;
    this.hands = hands;
    /** @type {Map<Box, HTMLElement>} */
    this.shown = new Map();
    this.picture.addEventListener("pointerdown", (event) => this.startDrawing(event));
    /** @type {[Other, HTMLElement][]} */
    this.others = others.filter((other) => other.place.page === page).map((other) => {
      const element = document.createElement("div");
      element.className = "box box--other";
      element.title = other.words;
      const words = document.createElement("span");
      words.className = "box__words";
      words.textContent = other.name;
      element.append(words);
      figure.append(element);
      return [other, element];
    });
  }

  /** Pixels on the screen for one point. */
  get scale() {
    return this.picture.clientWidth / this.pages[this.page][0];
  }

  /** @param {Box[]} boxes all boxes of the document @param {Box | null} chosen */
  show(boxes, chosen) {
    for (const [other, element] of this.others) this.lay(element, other.place);
    const mine = boxes.filter((box) => box.place.page === this.page);
    for (const [box, element] of this.shown) {
      if (!mine.includes(box)) {
        element.remove();
        this.shown.delete(box);
      }
    }
    for (const box of mine) this.draw(box, box === chosen);
  }

  /** @param {Box} box @param {boolean} chosen */
  draw(box, chosen) {
    let element = this.shown.get(box);
    if (!element) {
      element = this.make(box);
      this.shown.set(box, element);
      this.figure.append(element);
    }
    this.lay(element, box.place);
    element.classList.toggle("is-chosen", chosen);
    element.classList.toggle("is-required", box.required && box.key !== "" && !isSettled(box));
    element.classList.toggle("is-directors", box.who === "director");
    element.classList.toggle("is-fixed", isSettled(box));
    element.classList.toggle("is-tight", this.hands.room(box) === "tight");
    element.classList.toggle("is-too-small", this.hands.room(box) === "too_small");
    const words = /** @type {HTMLElement} */ (element.firstElementChild);
    words.textContent = this.hands.words(box);
    element.setAttribute("aria-label", this.hands.words(box));
  }

  /** @param {HTMLElement} element @param {import("./model.js").Place} place */
  lay(element, { x, y, width, height }) {
    element.style.left = `${x * this.scale}px`;
    element.style.top = `${y * this.scale}px`;
    element.style.width = `${width * this.scale}px`;
    element.style.height = `${height * this.scale}px`;
  }

  /** @param {Box} box @returns {HTMLElement} */
  make(box) {
    const element = document.createElement("div");
    element.className = `box ${box.key ? "box--field" : "box--once"}`;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    const words = document.createElement("span");
    words.className = "box__words";
    const corner = document.createElement("span");
    corner.className = "box__corner";
    element.append(words, corner);
    element.addEventListener("focus", () => this.hands.choose(box));
    element.addEventListener("keydown", (event) => this.key(event, box));
    element.addEventListener("pointerdown", (event) => {
      if (event.button === 0) this.drag(event, box, element, event.target === corner);
    });
    return element;
  }

  /** @param {PointerEvent} event */
  startDrawing(event) {
    if (event.button !== 0) return;
    if (!this.hands.tool()) {
      this.hands.choose(null);
      return;
    }
    event.preventDefault();
    const ghost = document.createElement("div");
    ghost.className = "box box--drawing";
    this.figure.append(ghost);
    const frame = this.picture.getBoundingClientRect();
    const [left, top] = [event.clientX - frame.left, event.clientY - frame.top];
    let [right, bottom] = [left, top];
    follow(event, this.picture, (moved) => {
      right = Math.min(Math.max(moved.clientX - frame.left, 0), frame.width);
      bottom = Math.min(Math.max(moved.clientY - frame.top, 0), frame.height);
      ghost.style.left = `${Math.min(left, right)}px`;
      ghost.style.top = `${Math.min(top, bottom)}px`;
      ghost.style.width = `${Math.abs(right - left)}px`;
      ghost.style.height = `${Math.abs(bottom - top)}px`;
    }).then(() => {
      ghost.remove();
      const scale = this.scale;
      this.hands.draw(
        this.page,
        Math.min(left, right) / scale,
        Math.min(top, bottom) / scale,
        Math.abs(right - left) / scale,
        Math.abs(bottom - top) / scale,
      );
    });
  }

  /** @param {PointerEvent} event @param {Box} box @param {HTMLElement} element @param {boolean} resize */
  drag(event, box, element, resize) {
    event.preventDefault();
    event.stopPropagation();
    element.focus();
    const from = { ...box.place };
    const scale = this.scale;
    follow(event, element, (moved) => {
      const right = (moved.clientX - event.clientX) / scale;
      const down = (moved.clientY - event.clientY) / scale;
      const to = resize
        ? { ...from, width: from.width + right, height: from.height + down }
        : { ...from, x: from.x + right, y: from.y + down };
      box.place = fitted(to, box.kind, this.pages);
      this.draw(box, true);
    }).then(() => this.hands.changed(box));
  }

  /** @param {KeyboardEvent} event @param {Box} box */
  key(event, box) {
    const step = event.shiftKey ? BIG_STEP : STEP;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (event.key === "Delete" || event.key === "Backspace") {
      this.hands.remove(box);
    } else if (event.key === "Enter") {
      this.hands.name();
    } else if (event.key === "Escape") {
      this.hands.choose(null);
    } else if (move) {
      const [right, down] = move.map((way) => way * step);
      const { x, y, width, height } = box.place;
      const to = event.altKey
        ? { ...box.place, width: width + right, height: height + down }
        : { ...box.place, x: x + right, y: y + down };
      box.place = fitted(to, box.kind, this.pages);
      this.draw(box, true);
      this.hands.changed(box);
    } else {
      return;
    }
    event.preventDefault();
  }
}

/**
 * Follow a pointer until it is let go.
 * @param {PointerEvent} start @param {HTMLElement} element @param {(event: PointerEvent) => void} moved
 * @returns {Promise<void>}
 */
function follow(start, element, moved) {
  element.setPointerCapture(start.pointerId);
  return new Promise((resolve) => {
    /** @param {PointerEvent} event */
    const move = (event) => moved(event);
    const end = () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      resolve();
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  });
}
