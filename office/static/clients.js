// @ts-check
/** The rows of clients: adding one, removing one, changing the order in which they sign. */

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-clients]"))) {
  const order = /** @type {HTMLOListElement} */ (list.querySelector("ol"));
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("new-client"));
  const most = Number(list.dataset.most);
  let made = 1;

  /** @returns {HTMLElement[]} */
  const rows = () => /** @type {HTMLElement[]} */ ([...order.children]);

  /** Give a new row a name of its own: labels find their boxes by it. @param {HTMLElement} row */
  const name = (row) => {
    made += 1;
    const hidden = /** @type {HTMLInputElement} */ (row.querySelector("[name=client]"));
    const before = hidden.value;
    const after = `new${made}`;
    hidden.value = after;
    for (const one of row.querySelectorAll("[id], [for]")) {
      for (const attribute of ["id", "for"]) {
        const value = one.getAttribute(attribute);
        if (value) one.setAttribute(attribute, value.replace(new RegExp(`-${before}$`), `-${after}`));
      }
    }
    /** @type {HTMLInputElement} */ (row.querySelector("[name=stamp_wanted]")).value = after;
  };

  const show = () => {
    const all = rows();
    list.classList.toggle("is-several", all.length > 1);
    all.forEach((row, place) => {
      /** @type {HTMLElement} */ (row.querySelector("[data-number]")).textContent = String(place + 1);
      button(row, "up").disabled = place === 0;
      button(row, "down").disabled = place === all.length - 1;
    });
    button(list, "add").disabled = all.length >= most;
  };

  list.addEventListener("click", (event) => {
    const pressed = /** @type {HTMLElement} */ (event.target).closest("[data-do]");
    if (!(pressed instanceof HTMLButtonElement)) return;
    const row = /** @type {HTMLElement | null} */ (pressed.closest("[data-client]"));
    const what = pressed.dataset.do;
    if (what === "add") {
      const fresh = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
      const added = /** @type {HTMLElement} */ (fresh.querySelector("[data-client]"));
      name(added);
      copyKiosk(rows().at(-1), added);
      order.append(added);
      show();
      /** @type {HTMLElement} */ (added.querySelector("[name=client_name]")).focus();
    } else if (row && what === "remove") {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      show();
      /** @type {HTMLElement | undefined} */ (next?.querySelector("[name=client_name]") ?? undefined)?.focus();
    } else if (row && what === "up") {
      row.previousElementSibling?.before(row);
      show();
      (pressed.disabled ? button(row, "down") : pressed).focus();
    } else if (row && what === "down") {
      row.nextElementSibling?.after(row);
      show();
      (pressed.disabled ? button(row, "up") : pressed).focus();
    }
  });
  show();
}

/** @param {HTMLElement} within @param {string} what @returns {HTMLButtonElement} */
function button(within, what) {
  return /** @type {HTMLButtonElement} */ (within.querySelector(`[data-do="${what}"]`));
}

/** Whoever signs next mostly comes along. @param {HTMLElement | undefined} from @param {HTMLElement} to */
function copyKiosk(from, to) {
  const [source, target] = [from, to].map((row) => row?.querySelector("select"));
  if (source && target) target.value = source.value;
}
