// @ts-check
/**
 * The layouts of the on-screen keyboard. Rows of letters per language, the accents that a long
 * press, the accent key or AltGr gives, and the pads for numbers.
 */

/** @type {Record<string, string[]>} */
export const LETTERS = {
  pl: ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
  en: ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
  de: ["qwertzuiopü", "asdfghjklöä", "yxcvbnmß"],
  uk: ["йцукенгшщзхї", "фівапролджє", "ґячсмитьбю"],
};

/** What a letter becomes on a long press, the likeliest first; the first is AltGr's. */
/** @type {Record<string, string>} */
export const ACCENTS = {
  a: "ąäáàâãåăā", c: "ćčç", d: "ďđ", e: "ęéěèêëėē", g: "ğģ", i: "íìîïıįī", k: "ķ", l: "łľļ",
  n: "ńñňņ", o: "óöôõőø", r: "řŕ", s: "śšßşș", t: "ťțţ", u: "üúůűùûųū", x: "ź", y: "ýÿ", z: "żźž", г: "ґ", и: "ы", е: "ёэ", і: "ъ",
};

/** Letters that the accent key shows in place of the plain ones, by language. */
/** @type {Record<string, Record<string, string>>} */
export const ACCENT_KEY = {
  pl: { a: "ą", c: "ć", e: "ę", l: "ł", n: "ń", o: "ó", s: "ś", x: "ź", z: "ż" },
};

export const SIGNS = ["1234567890", "-/:;()&@„”", ".,?!'\"+=%"];

/** Where a pad has no key. */
export const GAP = "\u2007";

/** The pads that open for kinds of fields other than text; a space is a key. */
/** @type {Record<string, string[]>} */
export const PADS = {
  date: ["123", "456", "789", ".0-"],
  number: ["123", "456", "789", ",0\u2007"],
  money: ["123", "456", "789", ",0\u2007"],
  signed: ["123", "456", "789", "-0,"], // a number or an amount that may be below zero
  phone: ["123", "456", "789", "+0 "],
  digits: ["123", "456", "789", "\u20070\u2007"],
  account: ["123", "456", "789", "\u20070 "],
};

export const EMAIL_SIGNS = ["@", ".", "-", "_"];
