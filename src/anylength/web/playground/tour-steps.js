// The steps of the guided tour. Each is a function of the tour to {text, actions, ready}: paragraphs, buttons, and whether the step has
// shown what it is about.

import { cureStep } from "./tour-cure.js";
import { mistakeWords, shortened } from "../shared/sentences.js";
import { percentage } from "../shared/scales.js";
import { secondFixedPoint } from "../shared/film-frames.js";
import { grouped } from "../shared/grouped.js";

/** The settings of the post's net. */
export const POST = { task: "count", cell: "rnn", hidden: 12, recipe: "blog", data: "post", seed: 15 };

/** The titles of the steps. */
export const TOUR_TITLES = ["It learns", "It goes beyond", "It breaks", "Why", "The cure, and the proof"];

const BEYOND_DIGITS = 20; // the length that the post looked at
const MOST_FINDINGS = 2; // findings that are told

/** A step of the tour, from 1. */
export function tourStep(number, tour) {
  return [learnStep, beyondStep, breakStep, whyStep, cureStep][number - 1](tour);
}

function trainFirst(tour) {
  return { label: "Train the post's net first", chief: true, act: () => tour.trainPost() };
}

function learnStep(tour) {
  const run = tour.runOf(POST);
  const epochs = run ? [...run.epochs.values()] : [];
  const perfect = epochs.find((epoch) => epoch.train_accuracy === 1 && epoch.validation_accuracy === 1);
  const post =
    "A blog post taught a plain recurrent net to count: it reads a number digit by digit from the right and answers with the number " +
    "plus one. It was trained on 9,000 numbers of up to 10 digits.";
  const train = { label: "Train the post's net", chief: true, act: () => tour.trainPost() };
  return { text: [post, ...learnWords(run, perfect)], ready: Boolean(perfect), actions: run ? [] : [train] };
}

function learnWords(run, perfect) {
  if (perfect) {
    const epochs = perfect.epoch === 1 ? "one epoch" : `${perfect.epoch} epochs`;
    const film = run.film.frames.length > 1 ? " Play the film to see how its states move apart while it learns." : "";
    return [`Here it is: 100 % of training and validation numbers right after ${epochs}, on this computer.${film}`];
  }
  if (!run?.running) return [];
  return [
    "It is learning now. In the picture below every dot is a state of the net. The colour is what the state should remember: that there " +
      "is a carry, or that there is none.",
  ];
}

function beyondStep(tour) {
  const run = tour.runOf(POST);
  const random = run?.records.stress?.curve.find((point) => point.length === BEYOND_DIGITS)?.random;
  const text = ["In training the net saw no number of more than 10 digits. Ask it longer ones."];
  if (random) {
    const right = random.right === random.tried ? "all" : random.right;
    text.push(
      `Of ${random.tried} random numbers of ${BEYOND_DIGITS} digits it gets ${right} right (${percentage(random.right / random.tried)}). ` +
        "The post stopped here: it looks as if the net had learned to count.",
    );
  }
  const ask = { label: `Ask it ${BEYOND_DIGITS} random digits`, chief: !random, act: () => tour.page.askRandom(BEYOND_DIGITS) };
  return { text, ready: Boolean(random), actions: run?.viewer ? [ask] : run ? [] : [trainFirst(tour)] };
}

function breakStep(tour) {
  const run = tour.runOf(POST);
  const verdict = run?.records.verdict;
  if (!run) return { text: ["Random numbers do not show the mistake."], ready: false, actions: [trainFirst(tour)] };
  if (!verdict) return { text: ["One moment: the search for a number that it gets wrong is running."], ready: false, actions: [] };
  if (verdict.verdict !== "REFUTED") return notRefuted(tour, verdict);
  const { mistake } = verdict;
  const label = `Watch it fail on ${shortened(mistake.numbers.join(" and "), 24)}`;
  const text = [
    `But it has not. ${mistakeWords(mistake)}${verdict.shortest_proved ? ", and no shorter number is wrong" : ""}. ` +
      "Random numbers hardly ever have so long a carry, so random tests miss it.",
  ];
  if (run.records.words?.figures) text.push(run.records.words.figures);
  return { text, ready: true, actions: [{ label, chief: true, act: () => tour.page.ask(mistake.numbers) }] };
}

function notRefuted(tour, { verdict, reason }) {
  return {
    text: [`This net was not refuted (${verdict}: ${reason}). That happens with some seeds: train the next one.`],
    ready: true,
    actions: [{ label: "Train the next seed", chief: true, act: () => tour.trainNextSeed() }],
  };
}

function whyStep(tour) {
  const run = tour.runOf(POST);
  const explanation = run?.records.explanation;
  const memory =
    "While the net reads nines, every step applies the same function to its state. A state that this function does not change is a fixed " +
    "point, and an attracting one keeps nearby states. To remember a carry for ever, the net needs an attracting fixed point for “carry” " +
    "and another one for “no carry”. Where one is missing, or too near the boundary of its basin, the carry drifts away and is forgotten.";
  if (!run) return { text: [memory], ready: false, actions: [trainFirst(tour)] };
  if (!explanation) return { text: ["One moment: the search for its fixed points is running."], ready: false, actions: [] };
  const words = run.records.words;
  return {
    text: [memory, ...(words?.findings ?? []).slice(0, MOST_FINDINGS), ...predictionWords(words), ...filmWords(run.film.frames)],
    ready: true,
    actions: [
      { label: "Play the film", chief: false, act: () => tour.page.playFilm() },
      { label: "Perturb its state", chief: false, act: () => tour.page.scrollTo("ask") },
    ],
  };
}

function predictionWords(words) {
  if (!words?.predicted_horizon) return [];
  return [`The dynamics alone predict for ${words.alone}: ${words.predicted_horizon}. Measured: ${words.measured_horizon}.`];
}

function filmWords(frames) {
  if (frames.length < 2) return [];
  const second = secondFixedPoint(frames);
  return [
    second
      ? `In the film the second attracting fixed point appears at update ${grouped(second.update)}.`
      : "In the film no second attracting fixed point appears for good.",
  ];
}
