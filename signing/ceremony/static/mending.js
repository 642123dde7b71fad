// @ts-check
/**
 * What is wrong with a value, shown beside its field and taken away as soon as it is mended. The
 * server finds the words; without this script they come and go with the form alone.
 *
 * A form holds a template `problem-words`, for every field a place `data-problem-of`, and the
 * element that assistive technology asks has `data-asked`, both with the field's key.
 */

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} problems what is wrong, by the field's key
 * @param {Set<string>} left fields that may be told of something new: they have been left
 */
export function tell(form, problems, left) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-problem-of]"))) {
    const key = place.dataset.problemOf ?? "";
    const shown = place.firstElementChild;
    const words = problems[key] ?? "";
    if (words === (shown?.textContent?.trim() ?? "")) continue;
    if (words !== "" && shown === null && !left.has(key)) continue;
    place.replaceChildren(...(words === "" ? [] : [written(form, key, words)]));
    place.closest(".tick")?.classList.toggle("tick--bad", words !== "");
    mark(form, key, words !== "");
  }
}

/** @param {HTMLFormElement} form @param {string} key @param {string} words */
function written(form, key, words) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("template.problem-words"));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const problem = /** @type {HTMLElement} */ (copy.firstElementChild);
  problem.id = `problem-${key}`;
  const place = problem.querySelector("span");
  if (place) place.textContent = words;
  return problem;
}

/** @param {HTMLFormElement} form @param {string} key @param {boolean} wrong */
function mark(form, key, wrong) {
  const field = form.querySelector(`[data-asked="${key}"]`);
  if (field === null) return;
  const id = `problem-${key}`;
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const ids = wrong ? [...others, id] : others;
  if (ids.length > 0) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
