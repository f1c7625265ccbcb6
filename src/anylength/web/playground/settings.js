// The form of a training: task, cell, size, recipe, data, seed; choices and limits come from the server.

import { html, refill } from "../shared/dom.js";
import { wholeNumber } from "../shared/whole-numbers.js";

const LABELS = { task: "Task", cell: "Cell", hidden: "Hidden units", recipe: "Recipe", data: "Data", seed: "Seed" };

/**
 * The form. `onChange(settings)` is called after each change, `onSubmit(settings)` for Train, `onBad(message)` where a field holds what is
 * not allowed, and with "" once it is mended.
 */
export class SettingsForm {
  constructor(form, choices, { onChange, onSubmit, onBad }) {
    this.choices = choices;
    this.onBad = onBad;
    this.fields = settingFields(choices);
    this.note = html("p", { class: "quiet", id: "setting-note" });
    for (const field of Object.values(this.fields)) {
      field.addEventListener("change", () => {
        this.chooseLearner(field);
        this.update();
        this.withSettings(onChange);
      });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.withSettings(onSubmit);
    });
    this.fill(form);
  }

  fill(form) {
    const fields = Object.entries(this.fields).map(([name, field]) =>
      html("div", { class: "field" }, html("label", { for: field.id }, LABELS[name]), field),
    );
    refill(form, ...fields, html("button", { type: "submit", class: "chief" }, "Train"));
    form.after(this.note);
    this.update();
  }

  /** Puts settings into the form; names that do not exist are left out. Settings of a task without a cell get the best one. */
  show(settings) {
    if (settings.task && !settings.cell) this.fields.cell.value = "";
    for (const [name, field] of Object.entries(this.fields)) {
      const value = settings[name];
      if (value === undefined || value === null) continue;
      const isOffered = [...(field.options ?? [])].some((option) => option.value === String(value));
      if (field.tagName !== "SELECT" || isOffered) field.value = String(value);
      if (name === "task") this.update();
    }
    this.update();
  }

  /** The settings that were chosen. Throws `BadInput` where a field holds no number within its limits. */
  settings() {
    const filled = Object.entries(this.fields).filter(([, field]) => field.value.trim() !== "");
    const ranges = numberRanges(this.choices.limits);
    return Object.fromEntries(
      filled.map(([name, field]) => [name, ranges[name] ? wholeNumber(field.value, ranges[name]) : field.value]),
    );
  }

  /** Calls a function with the settings, or says what is wrong with them. */
  withSettings(use) {
    let settings;
    try {
      settings = this.settings();
    } catch (error) {
      this.onBad(error.message);
      return;
    }
    this.onBad("");
    use(settings);
  }

  /** Where the reader chose a task that the chosen cell cannot learn, the best cell is chosen instead. */
  chooseLearner(changed) {
    const { task, cell } = this.fields;
    if (changed === task && cell.value && !this.choices.best[task.value]?.[cell.value]) cell.value = "";
  }

  /** Offers the data sets of the chosen task, names what is best for it, and describes the choice. */
  update() {
    const { task: taskField, cell, recipe, data } = this.fields;
    const task = this.choices.tasks.find(({ name }) => name === taskField.value) ?? this.choices.tasks[0];
    const chosen = data.value;
    refill(data, ...task.data.map((name) => html("option", { value: name }, name)));
    if (task.data.includes(chosen)) data.value = chosen;
    cell.options[0].textContent = `best (${task.cell})`;
    const best = this.choices.best[task.name][cell.value || task.cell];
    recipe.options[0].textContent = best ? `best (${best})` : "best";
    this.note.textContent = this.describe(task);
  }

  describe(task) {
    const { cells, recipes, best } = this.choices;
    const cellName = this.fields.cell.value || task.cell;
    const bestRecipe = best[task.name]?.[cellName];
    if (!bestRecipe) return `${task.summary}: the cell ${cellName} cannot learn it; choose another one.`;
    const recipe = recipes.find(({ name }) => name === (this.fields.recipe.value || bestRecipe));
    const cell = cells.find(({ name }) => name === cellName);
    const limit = task.limit ? ` ${task.limit}.` : "";
    return `${task.summary}. Cell ${cellName}: ${cell?.summary ?? ""}. Recipe ${recipe?.name ?? bestRecipe}: ${recipe?.summary ?? ""}.${limit}`;
  }
}

/** The limits of the fields that hold whole numbers. */
function numberRanges({ hidden, seed }) {
  return { hidden: { what: "hidden units", least: 1, most: hidden }, seed: { what: "for the seed", least: 0, most: seed } };
}

function settingFields({ tasks, cells, recipes }) {
  const fields = {
    task: groupedSelectOf(tasks),
    cell: selectOf([{ name: "", summary: "best" }, ...cells]),
    hidden: numberField({ placeholder: "best" }),
    recipe: selectOf([{ name: "", summary: "best" }, ...recipes]),
    data: html("select"),
    seed: numberField({ value: "0" }),
  };
  for (const [name, field] of Object.entries(fields)) field.id = `setting-${name}`;
  return fields;
}

/** A field that takes a whole number as people write it; a browser's own number field drops what it cannot read. */
function numberField(attributes) {
  return html("input", { type: "text", inputmode: "numeric", autocomplete: "off", size: 8, ...attributes });
}

function selectOf(entries) {
  return html("select", {}, ...entries.map(optionOf));
}

/** A choice of tasks: those of no suite, then each suite's as a group. */
function groupedSelectOf(tasks) {
  const suites = [...new Set(tasks.map(({ suite }) => suite).filter(Boolean))];
  const group = (suite) => html("optgroup", { label: suite }, ...tasks.filter((task) => task.suite === suite).map(optionOf));
  return html("select", {}, ...tasks.filter(({ suite }) => !suite).map(optionOf), ...suites.map(group));
}

function optionOf({ name, summary }) {
  return html("option", { value: name, title: summary }, name || summary);
}
