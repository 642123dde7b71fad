// @ts-check
/**
 * What stands where on the pages: the boxes, and how they become the layout that the server keeps.
 * Pure: no element, no request. All lengths are PDF points from the top left corner here; the
 * server counts from the bottom left, and `toLayout` and `fromLayout` turn one into the other.
 */

/** @typedef {{page: number, x: number, y: number, width: number, height: number}} Place */
/**
 * @typedef {object} Box
 * @property {string} kind a kind of field, or "signature", "stamp", "director_signature"
 * @property {string} key name of a field within the document; empty for the others
 * @property {string} label what the client reads
 * @property {string} help
 * @property {boolean} required
 * @property {string[]} options of a choice
 * @property {string} currency of an amount
 * @property {boolean} negative whether a number may be below zero
 * @property {string | null} fixed the value that head office gives; null: its signer is asked
 * @property {boolean} changeable whether its signer may change head office's value
 * @property {string} who fills it in: "client" or "director"
 * @property {Place} place
 */

/** Things of which there is at most one on a document. */
export const ONCE = Object.freeze(["signature", "stamp", "director_signature"]);

/** Width and height of a box that was put down without drawing it. @type {Record<string, [number, number]>} */
const USUAL_SIZE = {
  text: [180, 20],
  multiline: [260, 64],
  number: [100, 20],
  money: [120, 20],
  date: [100, 20],
  email: [180, 20],
  phone: [130, 20],
  pesel: [110, 20],
  nip: [110, 20],
  iban: [220, 20],
  choice: [160, 20],
  checkbox: [14, 14],
  initials: [48, 24],
  signature: [170, 52],
  stamp: [120, 76],
  director_signature: [170, 52],
};

/** @param {string} kind @returns {[number, number]} */
export function usualSize(kind) {
  return USUAL_SIZE[kind] ?? [120, 24];
}

/** @param {string} kind @returns {[number, number]} the least width and height that the server takes */
export function leastSize(kind) {
  return ONCE.includes(kind) ? [60, 20] : [8, 8];
}

/**
 * Keep a place on its page, in whole points and not too small.
 * @param {Place} place @param {string} kind @param {[number, number][]} pages
 * @returns {Place}
 */
export function fitted(place, kind, pages) {
  const [pageWidth, pageHeight] = pages[place.page].map(Math.floor);
  const [leastWidth, leastHeight] = leastSize(kind);
  const width = Math.round(Math.min(Math.max(place.width, leastWidth), pageWidth));
  const height = Math.round(Math.min(Math.max(place.height, leastHeight), pageHeight));
  return {
    page: place.page,
    x: Math.round(Math.min(Math.max(place.x, 0), pageWidth - width)),
    y: Math.round(Math.min(Math.max(place.y, 0), pageHeight - height)),
    width,
    height,
  };
}

/** @param {Box[]} boxes @param {string} kind @returns {string} a key that no box has */
export function freshKey(boxes, kind) {
  const used = new Set(boxes.map((box) => box.key));
  for (let number = 1; ; number += 1) {
    if (!used.has(`${kind}_${number}`)) return `${kind}_${number}`;
  }
}

/**
 * A new box of this kind, with nothing said about it yet.
 * @param {string} kind @param {string} key @param {string} label @param {string} who @param {Place} place
 * @returns {Box}
 */
export function freshBox(kind, key, label, who, place) {
  const currency = kind === "money" ? "PLN" : "";
  return {
    kind, key, label, help: "", required: true, options: [], currency, negative: false, fixed: null,
    changeable: false, who, place,
  };
}

/** Whether its signer has nothing to do with it. @param {Box} box */
export function isSettled(box) {
  return box.fixed !== null && !box.changeable;
}

/** The lines of a text as options: trimmed, none empty, none twice. @param {string} text */
export function optionsOf(text) {
  const lines = text.split("\n").map((line) => line.normalize("NFC").split(/\s+/).join(" ").trim());
  return [...new Set(lines.filter((line) => line !== ""))];
}

/** @param {Place} place @param {[number, number][]} pages @returns {Place} */
function turned(place, pages) {
  const height = Math.round(pages[place.page][1]);
  return { ...place, y: Math.max(0, height - place.y - place.height) };
}

/** @param {Box[]} boxes @param {[number, number][]} pages */
export function toLayout(boxes, pages) {
  /** @type {Record<string, any>} */
  const layout = {
    fields: [], director_fields: [], signature: null, stamp: null, director_signature: null,
  };
  for (const box of boxes) {
    const placement = turned(box.place, pages);
    if (ONCE.includes(box.kind)) {
      layout[box.kind] = placement;
    } else {
      const { key, kind, help, required } = box;
      const label = box.label.trim() || key;
      /** @type {Record<string, any>} */
      const field = { key, kind, label, required, help, placement };
      if (kind === "choice") field.options = box.options;
      if (kind === "money") field.currency = box.currency;
      if (box.negative) field.negative = true;
      if (box.fixed !== null) field[box.changeable ? "suggested" : "fixed"] = box.fixed;
      layout[box.who === "director" ? "director_fields" : "fields"].push(field);
    }
  }
  return layout;
}

/** @param {any} layout @param {[number, number][]} pages @returns {Box[]} */
export function fromLayout(layout, pages) {
  const boxes = ["client", "director"].flatMap((who) =>
    layout[who === "director" ? "director_fields" : "fields"].map((/** @type {any} */ field) => ({
      kind: field.kind,
      key: field.key,
      label: field.label,
      help: field.help,
      required: field.required,
      options: field.options ?? [],
      currency: field.currency ?? "",
      negative: field.negative ?? false,
      fixed: field.fixed ?? field.suggested ?? null,
      changeable: field.suggested !== undefined,
      who,
      place: turned(field.placement, pages),
    })),
  );
  for (const kind of ONCE) {
    if (layout[kind]) {
      const place = turned(layout[kind], pages);
      boxes.push(freshBox(kind, "", "", "client", place));
    }
  }
  return boxes;
}
