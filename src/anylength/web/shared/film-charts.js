// The two charts of a film's frame: numbers right by length, and the loss up to now.

import { chartPicture } from "./chart.js";
import { percentage, shortNumber } from "./scales.js";
import { lengthTitle } from "./run-charts.js";
import { secondFixedPoint } from "./film-frames.js";

/** The length curve of a frame; `nouns` are the task's. */
export function filmCurve(frame, nouns) {
  const points = (read) => frame.curve.map((point) => ({ x: point.length, y: read(point) }));
  const last = frame.curve.at(-1);
  return chartPicture({
    title: lengthTitle(nouns),
    says: last
      ? `At ${last.length} ${nouns.units} ${percentage(last.random)} of random ${nouns.inputs} are right${hardWords(last.worst)}.`
      : "",
    x: { label: `${nouns.units} (orange, dashed: hard ${nouns.inputs})`, log: true },
    y: { share: true, domain: [0, 1] },
    series: [
      { colour: "c1", points: points((point) => point.random) },
      { colour: "c0", points: points((point) => point.worst).filter(({ y }) => y !== null) },
    ],
  });
}

function hardWords(share) {
  return share === null ? "" : `, and ${percentage(share)} of hard ones`;
}

/** The loss of all frames, with a line at the present one and one where the second attracting fixed point appeared. */
export function filmLoss(frame, frames) {
  const last = frames.at(-1);
  const second = secondFixedPoint(frames);
  const rules = [{ x: frame.update, label: "", colour: "ci" }];
  if (second && second !== frames[0]) rules.push({ x: second.update, label: "second fixed point", colour: "c2" });
  const points = frames.filter(({ loss }) => loss > 0).map(({ update, loss }) => ({ x: update, y: loss }));
  return chartPicture({
    title: "Loss by update",
    says: `At update ${last.update} the loss is ${shortNumber(last.loss)}.`,
    x: { label: "updates", whole: true },
    y: { log: true },
    series: [{ colour: "c5", dash: "", points }],
    rules,
  });
}
