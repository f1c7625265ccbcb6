// The guided tour: five steps that retell the post with live nets. Its words follow from what the nets do on this machine.

import { findingWords, mistakeWords, shortened } from "../shared/sayings.js";
import { html, refill } from "../shared/dom.js";
import { birthOf } from "../shared/film.js";
import { percentage, shortNumber } from "../shared/scales.js";

const POST = { task: "count", cell: "rnn", hidden: 12, recipe: "blog", data: "post", seed: 15 };
const CURE = { task: "count", cell: "rnn", hidden: 16, recipe: "certified", data: "hundred", seed: 0 };
const TWENTY = 20;
const TITLES = ["It learns", "It goes beyond", "It breaks", "Why", "The cure, and the proof"];

/** The tour in its place. `page` does what the tour's buttons ask for: train(settings), go(step), run() (the LiveRun or null), look(id). */
export class Tour {
  constructor(place, page) {
    this.place = place;
    this.page = page;
    this.step = 1;
    this.seed = POST.seed;
  }

  /** Shows a step, or what it says now. */
  show(step) {
    this.step = step;
    const { text, actions, ready } = [this.learns, this.beyond, this.breaks, this.why, this.cure][step - 1].call(this);
    const focused = this.place.contains(document.activeElement) ? document.activeElement.id : "";
    refill(
      this.place,
      html("h2", { id: "tour-title" }, `Guided tour, step ${step} of ${TITLES.length}: ${TITLES[step - 1]}`),
      html(
        "ol",
        { class: "steps" },
        ...TITLES.map((title, i) =>
          html(
            "li",
            {},
            html(
              "button",
              {
                type: "button",
                id: `tour-${i + 1}`,
                "aria-current": i + 1 === step ? "step" : false,
                onclick: () => this.page.go(i + 1),
              },
              `${i + 1}. ${title}`,
            ),
          ),
        ),
      ),
      ...text.map((paragraph) => html("p", { class: "tour-text" }, paragraph)),
      html(
        "div",
        { class: "row" },
        ...actions.map(({ label, act, chief }, i) =>
          html("button", { type: "button", id: `tour-act${i}`, class: chief ? "chief" : false, onclick: act }, label),
        ),
        step > 1 ? html("button", { type: "button", id: "tour-back", onclick: () => this.page.go(step - 1) }, "Back") : null,
        step < TITLES.length
          ? html(
              "button",
              { type: "button", id: "tour-next", class: ready ? "chief" : false, onclick: () => this.page.go(step + 1) },
              "Next",
            )
          : null,
      ),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  /** The run, if it is the net that this part of the tour speaks of. */
  net(settings) {
    const run = this.page.run();
    const config = run?.shown?.config ?? run?.asked;
    const same = config && ["task", "cell", "recipe", "data"].every((name) => config[name] === settings[name]);
    return same ? run : null;
  }

  post() {
    return { ...POST, seed: this.seed };
  }

  first() {
    return { label: "Train the post's net first", chief: true, act: () => this.page.train(this.post()) };
  }

  learns() {
    const run = this.net(POST);
    const epochs = run ? [...run.epochs.values()] : [];
    const perfect = epochs.find((epoch) => epoch.train_accuracy === 1 && epoch.validation_accuracy === 1);
    const text = [
      "A blog post taught a plain recurrent net to count: it reads a number digit by digit from the right and says the number plus one. It was shown 9,000 numbers of up to 10 digits.",
    ];
    if (perfect)
      text.push(
        `Here it is: 100 % of training and validation numbers right after ${perfect.epoch === 1 ? "one epoch" : `${perfect.epoch} epochs`}, on this machine.${run.film.frames.length > 1 ? " Play the film to see its states move apart while it learns." : ""}`,
      );
    else if (run?.running)
      text.push(
        "It is learning now. In the plane below every dot is a state of the net, coloured by what it should remember: a carry, or none.",
      );
    return {
      text,
      ready: Boolean(perfect),
      actions: run ? [] : [{ label: "Train the post's net", chief: true, act: () => this.page.train(this.post()) }],
    };
  }

  beyond() {
    const run = this.net(POST);
    const twenty = run?.records.stress?.curve.find((point) => point.length === TWENTY);
    const text = ["The net never saw a number of more than 10 digits. Ask it longer ones."];
    if (twenty)
      text.push(
        `Of ${twenty.random.tried} random numbers of 20 digits it gets ${twenty.random.right === twenty.random.tried ? "all" : twenty.random.right} right (${percentage(twenty.random.right / twenty.random.tried)}). The post stopped here: it looks as if the net had learned to count.`,
      );
    return {
      text,
      ready: Boolean(twenty),
      actions: run?.watch
        ? [{ label: "Ask it 20 random digits", chief: !twenty, act: () => this.page.askRandom(TWENTY) }]
        : run
          ? []
          : [this.first()],
    };
  }

  breaks() {
    const run = this.net(POST);
    const verdict = run?.records.verdict;
    if (!verdict)
      return {
        text: [run ? "A moment: the search for a number that it gets wrong is going on." : "Random numbers do not see the fault."],
        ready: false,
        actions: run ? [] : [this.first()],
      };
    if (verdict.verdict !== "REFUTED") {
      return {
        text: [`This net was not refuted (${verdict.verdict}: ${verdict.reason}). That happens to some seeds: take the next one.`],
        ready: true,
        actions: [{ label: "Train the next seed", chief: true, act: () => this.nextSeed() }],
      };
    }
    const text = [
      `But it has not. ${mistakeWords(verdict.mistake)}${verdict.shortest_proved ? ", and no shorter number is wrong" : ""}. Random numbers hardly ever hold so long a carry, so random tests do not see it.`,
    ];
    const { stress } = run.records;
    if (stress)
      text.push(
        stress.horizon === null
          ? "Pure nines it carries for as long as we tried: it is the step after them that goes wrong."
          : `Pure nines it carries ${stress.horizon} times, then the carry is gone.`,
      );
    return {
      text,
      ready: true,
      actions: [
        {
          label: `Watch it fail on ${shortened(verdict.mistake.numbers.join(" and "), 24)}`,
          chief: true,
          act: () => this.page.ask(verdict.mistake.numbers),
        },
      ],
    };
  }

  nextSeed() {
    this.seed += 1;
    this.page.train(this.post());
  }

  why() {
    const run = this.net(POST);
    const explanation = run?.records.explanation;
    if (!explanation)
      return {
        text: [
          run
            ? "A moment: its resting points are being looked for."
            : "To remember a carry for ever, the net must rest somewhere while it reads nines.",
        ],
        ready: false,
        actions: run ? [] : [this.first()],
      };
    const birth = birthOf(run.film.frames);
    const text = [
      "To remember a carry for ever, the net needs a place to rest while it reads nines, and another one for “no carry”. Where one of them is missing, or too near its border, the carry drifts away and is forgotten.",
      ...explanation.findings.slice(0, 2).map(findingWords),
    ];
    if (explanation.predicted_horizon !== null)
      text.push(
        `From its slow point alone the net was predicted to carry ${explanation.predicted_horizon.toLocaleString("en")} nines; measured: ${explanation.measured_horizon === null ? `more than ${explanation.limit.toLocaleString("en")}` : explanation.measured_horizon.toLocaleString("en")}.`,
      );
    if (run.film.frames.length > 1) {
      const never = "In the film no second resting place that attracts is ever born.";
      text.push(birth ? `In the film the second resting place is born at update ${birth.update.toLocaleString("en")}.` : never);
    }
    return {
      text,
      ready: true,
      actions: [
        { label: "Play the film", chief: false, act: () => this.page.playFilm() },
        { label: "Poke its state", chief: false, act: () => this.page.look("ask") },
      ],
    };
  }

  cure() {
    const run = this.net(CURE);
    const verdict = run?.records.verdict;
    const text = [
      "The post gave up training on 0…100 as too few examples. They are enough, if training asks for more than right answers: every state must keep clear of the borders, whatever small push it gets. Then boxes around the states can be checked, finitely many of them, and the answer is known for every length.",
    ];
    if (verdict?.verdict === "PROVED")
      text.push(
        `${verdict.verdict}: ${verdict.reason}. Every state may be off by ${shortNumber(verdict.noise_budget)} in every coordinate at every step and it still counts right. The certificate was accepted by an independent program; the report tells how to check it yourself.`,
      );
    else if (verdict) text.push(`${verdict.verdict}: ${verdict.reason}. Another seed may do better.`);
    else if (run) text.push("It is being trained, then judged.");
    const actions = [];
    if (!run) actions.push({ label: "Train it on 0…100, to be proved", chief: true, act: () => this.page.train(CURE) });
    if (verdict?.verdict === "PROVED")
      actions.push(
        { label: "Ask it 10,000 nines", chief: true, act: () => this.page.ask(["9".repeat(10_000)]) },
        { label: "Open the report", chief: false, act: () => this.page.openReport() },
      );
    return { text, ready: true, actions };
  }
}
