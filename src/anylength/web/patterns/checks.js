// The table of checks beside the picture: a row for each arrow, a cell for each coordinate. Is the image inside its box there?

import { sizedContext } from "./stage.js";

const HIGHEST_ROW = 12;

/** Draws the table of a scene. */
export function drawChecks(canvas, { machine, units, from, to, share, axes, lit }, colours) {
  const { context, width, height } = sizedContext(canvas);
  const frame = share < 0.5 ? from : to;
  const pairs = machine.delta.length;
  const [across, down] = [width / units, Math.min(HIGHEST_ROW, height / pairs)];
  for (let pair = 0; pair < pairs; pair += 1) {
    for (let unit = 0; unit < units; unit += 1) {
      const [image, box] = [pair * units + unit, machine.delta[pair] * units + unit];
      const isOut = frame.images.low[image] < frame.boxes.low[box] || frame.images.high[image] > frame.boxes.high[box];
      context.fillStyle = isOut ? colours.open : colours.closed;
      context.globalAlpha = isOut ? 1 : lit.includes(pair) ? 0.75 : 0.3;
      context.fillRect(unit * across, pair * down, Math.max(1, across - 1), Math.max(0.6, down - 1));
    }
  }
  context.globalAlpha = 1;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.2;
  for (const { unit } of axes) context.strokeRect(unit * across - 0.5, 0.5, across, pairs * down - 1);
}

/** The pair and the unit under the pointer. */
export function checkAt(canvas, event, { machine, units }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const pairs = machine.delta.length;
  const unit = Math.floor(((event.clientX - left) / width) * units);
  const pair = Math.floor((event.clientY - top) / Math.min(HIGHEST_ROW, height / pairs));
  return { pair: pair < pairs ? pair : null, unit: Math.min(units - 1, Math.max(0, unit)) };
}
