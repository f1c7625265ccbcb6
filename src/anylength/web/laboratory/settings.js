// The settings of a training: in the form, and in the page's address.

import { unitsForCell } from "../learning/cell-programs.js";
import { neverForgets } from "../learning/never-forgets.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { BadInput } from "../shared/errors.js";

const FIELDS = ["task", "cell", "recipe", "layers", "units", "steps", "seed"];
const FIRST_VALUES = { task: "(b|ab*a)*", cell: "lstm", recipe: "proof", layers: "1", units: "", steps: "10", seed: "1" };
const LIMITS = { units: [2, 64], steps: [2, 30], seed: [1, 999_999] };
const UNITS_ON_WORDS = 16;

const fieldOf = (name) => document.getElementById(name);

export class SettingsForm {
  /** @param {Record<string, object>} cells the templates  @param {() => void} onTrain */
  constructor(cells, onTrain) {
    this.cells = cells;
    fieldOf("cell").append(...Object.entries(cells).map(([name, { summary }]) => new Option(`${name}: ${summary}`, name)));
    fieldOf("settings").onsubmit = (event) => {
      event.preventDefault();
      onTrain();
    };
    for (const name of ["cell", "recipe", "layers"]) fieldOf(name).onchange = () => this.offer();
  }

  /** Takes the values of the address; where there are none, the first ones. */
  takeAddress() {
    for (const name of FIELDS) {
      const value = hashValues(name)[0] ?? FIRST_VALUES[name];
      const isOption = fieldOf(name).tagName !== "SELECT" || [...fieldOf(name).options].some((option) => option.value === value);
      fieldOf(name).value = isOption ? value : FIRST_VALUES[name];
    }
    this.offer();
  }

  /** Puts the values into the address. */
  keepAddress() {
    for (const name of FIELDS) {
      const value = fieldOf(name).value;
      setHashValues(name, value === FIRST_VALUES[name] ? [] : [value]);
    }
  }

  take(values) {
    for (const [name, value] of Object.entries(values)) fieldOf(name).value = String(value);
    this.offer();
  }

  /** The number of units that is taken where the field is empty. */
  suggestUnits(units) {
    fieldOf("units").placeholder = String(units);
  }

  /** Some cells alone have layers; boxes of some alone can be learned; words alone have a length. */
  offer() {
    const { layers, with_boxes: withBoxes } = this.cells[fieldOf("cell").value];
    [...fieldOf("layers").options].forEach((option, number) => (option.disabled = number >= layers.length));
    if (Number(fieldOf("layers").value) > layers.length) fieldOf("layers").value = "1";
    const canProve = Object.hasOwn(withBoxes, fieldOf("layers").value);
    fieldOf("recipe").options[0].disabled = !canProve;
    if (!canProve) fieldOf("recipe").value = "words";
    fieldOf("steps-field").hidden = fieldOf("recipe").value !== "words";
  }

  get task() {
    return fieldOf("task").value;
  }

  /**
   * The checked values for a machine. Without a number of units the page takes enough. Where no net of the cell can be proved, it learns
   * from words, and `hasNoProof` says so.
   * @throws {BadInput}
   */
  valuesFor(machine) {
    const [cell, asked] = [fieldOf("cell").value, fieldOf("recipe").value];
    const hasNoProof = asked === "proof" && this.cells[cell].linear && neverForgets(machine);
    const recipe = hasNoProof ? "words" : asked;
    const layers = Number(fieldOf("layers").value);
    const enough = recipe === "proof" ? unitsForCell(machine, this.cells[cell].with_boxes[layers]) : UNITS_ON_WORDS;
    const number = (name) => {
      const [text, [least, most]] = [fieldOf(name).value.trim(), LIMITS[name]];
      if (name === "units" && !text) return enough;
      const value = Number(text);
      if (text && Number.isInteger(value) && value >= least && value <= most) return value;
      const label = document.querySelector(`label[for="${name}"]`).textContent.toLowerCase();
      throw new BadInput(`${label}: a whole number from ${least} to ${most}`, text || "nothing", "correct it");
    };
    return { cell, recipe, hasNoProof, layers, units: number("units"), steps: number("steps"), seed: number("seed") };
  }
}
