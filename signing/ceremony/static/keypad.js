// @ts-check
/**
 * A number in groups of boxes (`.digits`) and the keypad beside it (`[data-keypad-for]`).
 *
 * The input stays a real input: typing, pasting, a scanner and the screen reader work on it; the
 * boxes only show its digits. Everything that is not a digit is dropped.
 */

/** @param {HTMLElement} field the `.digits` element */
function drawBoxes(field) {
  const input = /** @type {HTMLInputElement} */ (field.querySelector("input"));
  const groups = (field.dataset.groups ?? "4,4").split(",").map(Number);
  const length = groups.reduce((sum, size) => sum + size, 0);
  const boxes = document.createElement("div");
  boxes.className = "digits__boxes";
  boxes.setAttribute("aria-hidden", "true");
  groups.forEach((size, index) => {
    if (index > 0) boxes.append(document.createElement("b"));
    for (let n = 0; n < size; n += 1) boxes.append(document.createElement("i"));
  });
  field.append(boxes);
  field.classList.add("is-drawn");

  const show = () => {
    const digits = input.value.replace(/\D/g, "").slice(0, length);
    if (digits !== input.value) input.value = digits;
    [...boxes.querySelectorAll("i")].forEach((box, index) => {
      box.textContent = digits[index] ?? "";
      box.classList.toggle("is-here", index === Math.min(digits.length, length - 1));
    });
  };
  input.removeAttribute("pattern");
  input.addEventListener("input", show);
  show();
}

/** @param {HTMLElement} keypad */
function connect(keypad) {
  const input = document.getElementById(keypad.dataset.keypadFor ?? "");
  if (!(input instanceof HTMLInputElement)) return;
  const field = /** @type {HTMLElement | null} */ (input.closest(".digits"));
  const groups = (field?.dataset.groups ?? "20").split(",").map(Number);
  const length = groups.reduce((sum, size) => sum + size, 0);
  keypad.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const key = /** @type {HTMLElement | null} */ (target.closest("button"));
    if (key === null) return;
    const digits = input.value.replace(/\D/g, "");
    if (key.dataset.digit !== undefined) input.value = (digits + key.dataset.digit).slice(0, length);
    else if (key.dataset.erase !== undefined) input.value = digits.slice(0, -1);
    else input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  window.addEventListener("keydown", (event) => {
    const elsewhere = document.activeElement !== input && !/^(INPUT|TEXTAREA|BUTTON|A)$/.test(document.activeElement?.tagName ?? "");
    if (elsewhere && /^[0-9]$/.test(event.key)) input.focus();
  });
}

for (const field of document.querySelectorAll(".digits")) drawBoxes(/** @type {HTMLElement} */ (field));
for (const keypad of document.querySelectorAll("[data-keypad-for]")) connect(/** @type {HTMLElement} */ (keypad));
