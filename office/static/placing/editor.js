// @ts-check
/** The editor: tools, pages, the panel of the chosen box, and keeping every change. */

import { Keeper } from "./keeper.js";
import { fitted, freshBox, freshKey, fromLayout, isSettled, ONCE, optionsOf, toLayout, usualSize } from "./model.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("./model.js").Box} Box */

const DRAWN_AT_LEAST = 6; // points; anything smaller was a click

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

const editor = byId("editor");
/** @type {[number, number][]} */
const pages = JSON.parse(editor.dataset.pages);
const boxes = fromLayout(JSON.parse(editor.dataset.layout), pages);
/** Fields whose boxes have little room for their kind: "tight" or "too_small". @type {Record<string, string>} */
let rooms = JSON.parse(editor.dataset.rooms);
const keeper = new Keeper(editor.dataset.save, byId("saved"), byId("trouble"), (said) => {
  rooms = said.rooms;
  show();
});
const tools = /** @type {HTMLButtonElement[]} */ ([...editor.querySelectorAll("[data-tool]")]);
/** @type {Record<string, string>} */
const names = Object.fromEntries(
  tools.map((tool) => [tool.dataset.tool ?? "", tool.textContent?.trim() ?? ""]),
);
/** @type {Box | null} */
let chosen = null;
let tool = "";
let who = "client"; // fills in what is placed next

const hands = {
  tool: () => tool,
  draw,
  choose,
  changed: () => keep(),
  name,
  remove,
  words: (/** @type {Box} */ box) => box.label || names[box.kind],
  room: (/** @type {Box} */ box) => rooms[box.key] ?? "",
};
/** What is placed for the other clients: shown, never touched. @type {import("./sheet.js").Other[]} */
const others = JSON.parse(editor.dataset.others).flatMap(
  (/** @type {{name: string, layout: any}} */ other) =>
    fromLayout({ director_fields: [], director_signature: null, ...other.layout }, pages).map((box) => ({
      place: box.place,
      name: other.name,
      words: `${other.name}: ${box.label || names[box.kind]}`,
    })),
);
const sheets = [...editor.querySelectorAll(".sheet")].map(
  (figure, page) => new Sheet(figure, page, pages, hands, others),
);

/** @param {number} page @param {number} x @param {number} y @param {number} width @param {number} height */
function draw(page, x, y, width, height) {
  const drawn = width >= DRAWN_AT_LEAST && height >= DRAWN_AT_LEAST;
  const [usualWidth, usualHeight] = usualSize(tool);
  put(tool, { page, x, y, width: drawn ? width : usualWidth, height: drawn ? height : usualHeight });
}

/**
 * @param {string} kind @param {import("./model.js").Place} place
 * @param {boolean} byKeyboard stay on the box, to move it; otherwise go on to its name
 */
function put(kind, place, byKeyboard = false) {
  const to = fitted(place, kind, pages);
  let box = ONCE.includes(kind) ? boxes.find((one) => one.kind === kind) : undefined;
  if (box) {
    box.place = to;
  } else {
    const key = ONCE.includes(kind) ? "" : freshKey(boxes, kind);
    const label = key ? names[kind] : "";
    box = freshBox(kind, key, label, who, to);
    if (kind === "choice") box.options = optionsOf(byId("box-options").dataset.examples);
    boxes.push(box);
  }
  take("");
  keep();
  choose(box);
  sheets[to.page].shown.get(box)?.focus();
  if (box.key && !byKeyboard) name();
}

/** Go to the name of the chosen field. */
function name() {
  if (chosen?.key) byId("box-label").select();
}

/** @param {Box} box */
function remove(box) {
  boxes.splice(boxes.indexOf(box), 1);
  choose(null);
  keep();
}

/** @param {Box | null} box */
function choose(box) {
  chosen = box;
  byId("nothing").hidden = box !== null;
  byId("something").hidden = box === null;
  if (box) {
    byId("kind-name").textContent = names[box.kind];
    byId("field-words").hidden = !box.key;
    byId("box-label").value = box.label;
    byId("box-help").value = box.help;
    byId("box-required").checked = box.required;
    byId("box-who").value = box.who;
    byId("box-options").value = box.options.join("\n");
    byId("box-currency").value = box.currency;
    byId("box-negative").checked = box.negative;
    showFixed(box);
    byId("for-negative").hidden = box.kind !== "money" && box.kind !== "number";
    byId("for-choice").hidden = box.kind !== "choice";
    byId("for-money").hidden = box.kind !== "money";
  }
  show();
}

/** @param {Box} box */
function showFixed(box) {
  const fixed = box.fixed !== null;
  byId("box-fixed").checked = fixed;
  byId("fixed-value").hidden = !fixed || box.kind === "checkbox";
  byId("fixed-tick").hidden = !fixed || box.kind !== "checkbox";
  byId("box-value").value = box.fixed ?? "";
  byId("box-ticked").checked = box.fixed === "yes";
  byId("fixed-changeable").hidden = !fixed;
  byId("box-changeable").checked = box.changeable;
  byId("box-value-help").textContent = byId("box-value-help").dataset[box.changeable ? "suggested" : "fixed"];
  byId("asked-only").hidden = isSettled(box);
}

/** @param {string} kind take this tool into the hand; the same one again puts it back */
function take(kind) {
  tool = tool === kind ? "" : kind;
  editor.classList.toggle("is-placing", tool !== "");
  for (const one of tools) one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
}

function show() {
  for (const sheet of sheets) sheet.show(boxes, chosen);
  for (const one of tools) {
    const used = ONCE.includes(one.dataset.tool ?? "") && boxes.some((box) => box.kind === one.dataset.tool);
    one.classList.toggle("is-used", used);
  }
  const place = chosen?.place;
  const room = chosen ? hands.room(chosen) : "";
  byId("box-tight").hidden = room !== "tight";
  byId("box-too-small").hidden = room !== "too_small";
  byId("box-place").textContent = place ? `${place.width} × ${place.height} pt` : "";
}

function keep() {
  show();
  keeper.keep(toLayout(boxes, pages));
}

/** The page that takes most of the window. @returns {number} */
function pageInView() {
  const middle = byId("sheets").getBoundingClientRect().top + byId("sheets").clientHeight / 2;
  const distances = sheets.map((sheet) => {
    const frame = sheet.figure.getBoundingClientRect();
    return Math.max(frame.top - middle, middle - frame.bottom, 0);
  });
  return distances.indexOf(Math.min(...distances));
}

for (const one of tools) {
  one.addEventListener("click", () => take(one.dataset.tool ?? ""));
  one.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const kind = one.dataset.tool ?? "";
    const page = pageInView();
    const [width, height] = usualSize(kind);
    const [pageWidth, pageHeight] = pages[page];
    tool = kind;
    put(kind, { page, x: (pageWidth - width) / 2, y: (pageHeight - height) / 2, width, height }, true);
  });
}
byId("box-label").addEventListener("input", (/** @type {any} */ event) => {
  if (chosen) chosen.label = event.target.value;
  keep();
});
byId("box-help").addEventListener("input", (/** @type {any} */ event) => {
  if (chosen) chosen.help = event.target.value;
  keep();
});
byId("box-required").addEventListener("change", (/** @type {any} */ event) => {
  if (chosen) chosen.required = event.target.checked;
  keep();
});
byId("box-who").addEventListener("change", (/** @type {any} */ event) => {
  if (chosen) chosen.who = event.target.value;
  keep();
});
byId("box-negative").addEventListener("change", (/** @type {any} */ event) => {
  if (chosen) chosen.negative = event.target.checked;
  keep();
});
byId("box-options").addEventListener("input", (/** @type {any} */ event) => {
  if (chosen) chosen.options = optionsOf(event.target.value);
  keep();
});
byId("box-currency").addEventListener("change", (/** @type {any} */ event) => {
  if (chosen) chosen.currency = event.target.value;
  keep();
});
byId("box-fixed").addEventListener("change", (/** @type {any} */ event) => {
  if (!chosen) return;
  chosen.fixed = event.target.checked ? "" : null;
  showFixed(chosen);
  if (event.target.checked && chosen.kind !== "checkbox") byId("box-value").focus(); // then it is kept
  else keep();
});
byId("box-changeable").addEventListener("change", (/** @type {any} */ event) => {
  if (!chosen) return;
  chosen.changeable = event.target.checked;
  showFixed(chosen);
  keep();
});
byId("box-value").addEventListener("input", (/** @type {any} */ event) => {
  if (chosen) chosen.fixed = event.target.value;
  keep();
});
byId("box-ticked").addEventListener("change", (/** @type {any} */ event) => {
  if (chosen) chosen.fixed = event.target.checked ? "yes" : "";
  keep();
});
for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (editor.querySelectorAll("[name=who]"))) {
  one.addEventListener("change", () => { who = one.value; });
}
for (const id of ["box-label", "box-help", "box-value"]) {
  byId(id).addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && chosen) sheets[chosen.place.page].shown.get(chosen)?.focus();
  });
}
byId("box-remove").addEventListener("click", () => chosen && remove(chosen));
byId("send").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  if (await keeper.flush()) /** @type {HTMLFormElement} */ (byId("send")).submit();
});
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-leave]"))) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await keeper.flush()) location.assign(link.href);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && tool) take("");
});
window.addEventListener("resize", show);
show();
