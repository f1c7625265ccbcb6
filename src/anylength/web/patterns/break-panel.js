// Two sliders that break a proved net: noise on every unit at every step, and weights that are moved.

const MOST_NOISE = 0.4;
const ELEMENTS = ["noise", "harm"];

export class BreakPanel {
  /** @param {(values: {noise: number, harm: number}) => void} onChange */
  constructor(onChange) {
    this.sliders = ELEMENTS.map((id) => document.getElementById(id));
    this.outputs = ELEMENTS.map((id) => document.getElementById(`${id}-value`));
    for (const slider of this.sliders) {
      slider.oninput = () => {
        this.show();
        onChange(this.values());
      };
    }
  }

  /** The noise, and by how much weights move as a share of their usual size. Sliders are finer near 0. */
  values() {
    const [noise, harm] = this.sliders.map((slider) => (Number(slider.value) / 100) ** 2);
    return { noise: MOST_NOISE * noise, harm };
  }

  show() {
    const { noise, harm } = this.values();
    this.outputs[0].textContent = noise ? `± ${noise.toFixed(3)}` : "none";
    this.outputs[1].textContent = harm ? `by ${(100 * harm).toFixed(1)} %` : "not at all";
  }

  reset() {
    for (const slider of this.sliders) slider.value = "0";
    this.show();
  }
}
