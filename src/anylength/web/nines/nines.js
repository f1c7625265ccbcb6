// The page of nines: two nets read the same number; one forgets the carry, the other is proved. Below, the story, with live figures.

import { namedMachine } from "../learning/named-machines.js";
import { counterRecord } from "../learning/opened-net.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { onOpenedFile } from "../shared/dropped-file.js";
import { makeNet } from "../shared/net.js";
import { ProofAsker } from "../site/proof-asker.js";
import { removeStartNote } from "../shared/start-note.js";
import { currentColours, themeSwitch } from "../shared/theme.js";
import { countingFigure } from "./counting-figure.js";
import { Duel } from "./duel.js";
import { marginsChart } from "./margins-figure.js";
import { NetFigure } from "./net-figure.js";
import { proofFigure } from "./proof-figure.js";
import { TrainingFigure } from "./training-figure.js";

const WORKER = "nines-worker.js";
const TRAINED = "The net that you have trained";
const COLOURS = { carry: "--s0", none: "--s1", ink: "--ink", card: "--card", bad: "--bad" };

const part = (id) => document.getElementById(id);

class NinesPage {
  constructor() {
    removeStartNote();
    this.data = JSON.parse(part("data").textContent);
    const shown = [this.data.post, this.data.proved];
    this.nets = shown.map(({ net }) => makeNet(net));
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.duel = new Duel({ nets: this.nets, sides: [part("post"), part("proved")], isCalm });
    const machine = namedMachine("count", { count: this.data.machine });
    this.proofs = new ProofAsker(WORKER, machine, (verdict, words) => this.showVerdict(verdict, words));
    setTimeout(() => this.begin()); // in a task of its own, so that the page stays alive
  }

  /** The nets begin to read. */
  begin() {
    this.takeColours();
    themeSwitch(part("theme"), () => this.takeColours());
    this.wire();
    this.fillFigures();
    const tick = (now) => {
      this.duel.tick(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  takeColours() {
    const values = currentColours(Object.values(COLOURS));
    const colours = Object.fromEntries(Object.entries(COLOURS).map(([name, variable]) => [name, values[variable]]));
    this.duel.takeColours(colours);
  }

  wire() {
    const slider = part("nines");
    const wanted = Number(hashValues("k")[0]);
    const first = this.data.post.horizon === null ? Number(slider.value) : this.data.post.horizon + 1;
    slider.value = String(Number.isSafeInteger(wanted) && wanted > 0 ? wanted : Math.min(Number(slider.max), first));
    const take = () => {
      part("nines-value").textContent = slider.value;
      this.duel.load(Number(slider.value));
    };
    slider.oninput = () => {
      take();
      setHashValues("k", [slider.value]);
    };
    window.addEventListener("resize", take);
    onOpenedFile(part("open"), part("open-said"), (file) => this.openRun(file));
    take();
  }

  /** Fills the figures of the story one after the other, so that the page stays alive meanwhile. */
  fillFigures() {
    const [post, proved] = this.nets;
    const named = [
      { name: "the net on the left", net: post, colour: "c0" },
      { name: "the net on the right", net: proved, colour: "c2" },
    ];
    const shown = this.data.post.net;
    const onTrained = (net, tensors) => this.takeNet(net, tensors, TRAINED);
    const figures = {
      "counting-figure": () => countingFigure(),
      "net-figure": () => new NetFigure(post, shown).element,
      "training-figure": () => new TrainingFigure({ shown, onTrained }).element,
      "margins-figure": () => marginsChart(named),
      "proof-figure": () => proofFigure(this.data.proved),
    };
    for (const [id, make] of Object.entries(figures)) setTimeout(() => part(id).append(make()));
  }

  /**
   * A net of the reader's own takes the place of the post's; the page looks for a proof.
   * @throws {BadInput} the file is no such net
   */
  openRun(file) {
    const record = { ...counterRecord(file), task: this.data.post.net.task };
    this.takeNet(makeNet(record), record.tensors, "Your own net");
  }

  showVerdict(verdict, words) {
    const stamp = part("post-verdict");
    Object.assign(stamp, { hidden: false, textContent: verdict, className: `stamp ${verdict}` });
    part("post").querySelector(".side-said").textContent = words;
  }

  /** A net takes the place of the post's. */
  takeNet(net, tensors, title) {
    part("post-title").textContent = title;
    this.duel.replace(0, net);
    part("post-verdict").hidden = true;
    part("post").querySelector(".side-said").textContent = "Is it right everywhere? The page is looking …";
    this.proofs.ask(net, tensors);
  }
}

new NinesPage();
