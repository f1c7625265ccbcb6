// The form in which a training is chosen. What is left open ("the best for it") is chosen by the server.

import { html, refill } from "../shared/dom.js";

const BEST = "the best for it";

/** Fills the form from the choices there are; `changed` gets the settings after each change, `submitted` when Train is pressed. */
export class SettingsForm {
  constructor(form, choices, { changed, submitted, stopped }) {
    this.choices = choices;
    this.fields = {
      task: selectOf(choices.tasks),
      cell: selectOf(choices.cells),
      hidden: html("input", { type: "number", min: "1", max: String(choices.limits.hidden), placeholder: "best" }),
      recipe: selectOf([{ name: "", summary: BEST }, ...choices.recipes]),
      data: html("select"),
      seed: html("input", { type: "number", min: "0", max: String(choices.limits.seed), value: "0" }),
    };
    const labels = { task: "Task", cell: "Cell", hidden: "Hidden units", recipe: "Recipe", data: "Data", seed: "Seed" };
    for (const [name, field] of Object.entries(this.fields)) {
      field.id = `setting-${name}`;
      field.addEventListener("change", () => {
        this.agree();
        changed(this.settings());
      });
    }
    this.train = html("button", { type: "submit", class: "chief" }, "Train");
    this.stop = html("button", { type: "button", hidden: true, onclick: stopped }, "Stop");
    refill(
      form,
      ...Object.entries(this.fields).map(([name, field]) =>
        html("div", { class: "field" }, html("label", { for: field.id }, labels[name]), field),
      ),
      this.train,
      this.stop,
    );
    this.note = html("p", { class: "quiet", id: "setting-note" });
    form.after(this.note);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submitted(this.settings());
    });
    this.agree();
  }

  /** Puts settings into the form; names that do not exist are left out. */
  show(settings) {
    for (const [name, field] of Object.entries(this.fields)) {
      const value = settings[name];
      if (value === undefined || value === null) continue;
      if (name === "task") this.agree(value);
      if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === String(value)))
        field.value = String(value);
      if (name === "task") this.agree();
    }
    this.agree();
  }

  /** The settings that were chosen. */
  settings() {
    const settings = {};
    for (const [name, field] of Object.entries(this.fields)) {
      if (field.value === "") continue;
      settings[name] = field.type === "number" ? Number(field.value) : field.value;
    }
    return settings;
  }

  /** Whether a training is going on that can be stopped. */
  busy(training) {
    this.stop.hidden = !training;
  }

  /** Keeps data sets and words in step with the task and the cell. */
  agree() {
    const task = this.choices.tasks.find((each) => each.name === this.fields.task.value) ?? this.choices.tasks[0];
    const kept = this.fields.data.value;
    refill(this.fields.data, ...task.data.map((name) => html("option", { value: name }, name)));
    if (task.data.includes(kept)) this.fields.data.value = kept;
    const best = this.choices.best[task.name]?.[this.fields.cell.value];
    const recipe = this.choices.recipes.find((each) => each.name === (this.fields.recipe.value || best));
    const cell = this.choices.cells.find((each) => each.name === this.fields.cell.value);
    this.note.textContent = best
      ? `${task.summary}. ${cell?.summary ?? ""}. Recipe ${recipe?.name ?? best}: ${recipe?.summary ?? ""}.`
      : `${task.summary}: this cell cannot learn it; choose another one.`;
  }
}

function selectOf(entries) {
  return html(
    "select",
    {},
    ...entries.map((entry) => html("option", { value: entry.name, title: entry.summary }, entry.name || entry.summary)),
  );
}
