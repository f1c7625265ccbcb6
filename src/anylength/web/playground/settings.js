// The form of a training: task, cell, size, recipe, data, seed; choices and limits come from the server.

import { html, refill } from "../shared/dom.js";

const LABELS = { task: "Task", cell: "Cell", hidden: "Hidden units", recipe: "Recipe", data: "Data", seed: "Seed" };

/** The form. `onChange(settings)` is called after each change, `onSubmit(settings)` for Train, `onStop()` for Stop. */
export class SettingsForm {
  constructor(form, choices, { onChange, onSubmit, onStop }) {
    this.choices = choices;
    this.fields = settingFields(choices);
    this.stopButton = html("button", { type: "button", hidden: true, onclick: onStop }, "Stop");
    this.note = html("p", { class: "quiet", id: "setting-note" });
    for (const field of Object.values(this.fields)) {
      field.addEventListener("change", () => {
        this.update();
        onChange(this.settings());
      });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onSubmit(this.settings());
    });
    this.fill(form);
  }

  fill(form) {
    const fields = Object.entries(this.fields).map(([name, field]) =>
      html("div", { class: "field" }, html("label", { for: field.id }, LABELS[name]), field),
    );
    refill(form, ...fields, html("button", { type: "submit", class: "chief" }, "Train"), this.stopButton);
    form.after(this.note);
    this.update();
  }

  /** Puts settings into the form; names that do not exist are left out. */
  show(settings) {
    for (const [name, field] of Object.entries(this.fields)) {
      const value = settings[name];
      if (value === undefined || value === null) continue;
      const isOffered = [...(field.options ?? [])].some((option) => option.value === String(value));
      if (field.tagName !== "SELECT" || isOffered) field.value = String(value);
      if (name === "task") this.update();
    }
    this.update();
  }

  /** The settings that were chosen. */
  settings() {
    const filled = Object.entries(this.fields).filter(([, field]) => field.value !== "");
    return Object.fromEntries(filled.map(([name, field]) => [name, field.type === "number" ? Number(field.value) : field.value]));
  }

  /** Offers to stop, or not. */
  offerStop(isOffered) {
    this.stopButton.hidden = !isOffered;
  }

  /** Offers the data sets of the chosen task, and describes the choice. */
  update() {
    const { task: taskField, data } = this.fields;
    const task = this.choices.tasks.find(({ name }) => name === taskField.value) ?? this.choices.tasks[0];
    const chosen = data.value;
    refill(data, ...task.data.map((name) => html("option", { value: name }, name)));
    if (task.data.includes(chosen)) data.value = chosen;
    this.note.textContent = this.describe(task);
  }

  describe(task) {
    const { cells, recipes, best } = this.choices;
    const bestRecipe = best[task.name]?.[this.fields.cell.value];
    if (!bestRecipe) return `${task.summary}: this cell cannot learn it; choose another one.`;
    const recipe = recipes.find(({ name }) => name === (this.fields.recipe.value || bestRecipe));
    const cell = cells.find(({ name }) => name === this.fields.cell.value);
    return `${task.summary}. ${cell?.summary ?? ""}. Recipe ${recipe?.name ?? bestRecipe}: ${recipe?.summary ?? ""}.`;
  }
}

function settingFields({ tasks, cells, recipes, limits }) {
  const fields = {
    task: selectOf(tasks),
    cell: selectOf(cells),
    hidden: html("input", { type: "number", min: "1", max: String(limits.hidden), placeholder: "best" }),
    recipe: selectOf([{ name: "", summary: "the best for this task" }, ...recipes]),
    data: html("select"),
    seed: html("input", { type: "number", min: "0", max: String(limits.seed), value: "0" }),
  };
  for (const [name, field] of Object.entries(fields)) field.id = `setting-${name}`;
  return fields;
}

function selectOf(entries) {
  const options = entries.map(({ name, summary }) => html("option", { value: name, title: summary }, name || summary));
  return html("select", {}, ...options);
}
