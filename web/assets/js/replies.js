// The answers one may tap: ruled rows with their number first, or rows to check with one button below.
import { el, spoken } from "./nodes.js";
import { t, told } from "./words.js";

/** The rows of a question. `choose(said, text)` takes what the server reads and what the person sees. */
export function replies(options, many, choose) {
  const box = el("div", { class: "replies", role: "group", "aria-label": t("choose") });
  box.append(...(many ? checks(options, choose, box) : options.map((option) => row(option, choose))));
  return box;
}

/** The buttons of a leaf, the first the main one; acceptance of a declaration and of a review stand here. */
export function buttons(options, choose) {
  return options.map((option, index) =>
    el(
      "button",
      {
        class: index ? "btn answer" : "btn btn-main answer",
        type: "button",
        on: { click: () => choose({ choice: option.id }, option.label) },
      },
      spoken(option.label, false),
    ),
  );
}

function row(option, choose) {
  const act = () => choose({ choice: option.id }, option.label);
  return el("button", { type: "button", on: { click: act } }, key(option), words(option));
}

/** The number that may be typed instead; where one would mean something else, none is shown. */
function key(option) {
  return option.number ? el("bdi", { class: "key" }, String(option.number)) : null;
}

function words(option) {
  const hint = option.hint ? el("span", { class: "hint" }, spoken(option.hint, false)) : null;
  return el("span", {}, spoken(option.label, false), hint);
}

function checks(options, choose, box) {
  const rows = options.map((option) =>
    el("label", {}, key(option), words(option), el("input", { type: "checkbox", value: option.id })),
  );
  const confirm = el("button", { class: "btn", type: "button", disabled: true }, t("done_many"));
  const chosen = () => options.filter((option) => box.querySelector(`input[value="${CSS.escape(option.id)}"]`).checked);
  box.addEventListener("change", () => {
    const count = chosen().length;
    confirm.disabled = !count;
    confirm.replaceChildren(count ? `${t("done_many")} (${count})` : t("done_many"));
  });
  confirm.addEventListener("click", () =>
    choose(
      { choices: chosen().map(({ id }) => id) },
      chosen()
        .map(({ label }) => label)
        .join(t("comma")),
    ),
  );
  return [...rows, el("div", { class: "confirm" }, confirm)];
}

/** "3 of 11", each number apart. */
export function stepOf(progress) {
  return told("progress", { step: progress.step, of: progress.of });
}
