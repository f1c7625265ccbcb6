// The arrows of the picture: from a box to where a symbol sends it.

const HEAD = [11, 5]; // length and half width
const EDGE = 12; // from the canvas's border

/** The curve of an arrow: start, control and end, as [x, y]. Loops go over the top or under the bottom of their box. */
export function arrowPath(pair, image, boxes, { delta, symbols }, { width, height }) {
  const [state, symbol] = [Math.floor(pair / symbols.length), pair % symbols.length];
  const box = boxes[state];
  const end = [image.x, image.y];
  if (delta[pair] === state) {
    const isBelow = symbol % 2 === 1;
    const start = [box.x + (isBelow ? 0.2 : -0.2) * (box.right - box.left), isBelow ? box.bottom : box.top];
    const reach = 34 + 10 * Math.min(4, symbol >> 1);
    return { start, control: [(start[0] + end[0]) / 2 + (isBelow ? 30 : -30), start[1] + (isBelow ? reach : -reach)], end };
  }
  const [dx, dy] = [end[0] - box.x, end[1] - box.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = (0.13 + 0.09 * Math.min(4, symbol)) * length + 10;
  const within = (value, most) => Math.min(most - EDGE, Math.max(EDGE, value));
  const control = [
    within((box.x + end[0]) / 2 - (dy / length) * bend, width), within((box.y + end[1]) / 2 + (dx / length) * bend, height),
  ];
  return { start: edgeOf(box, control), control, end };
}

/** Where the line from a box's middle to a point leaves the box. */
function edgeOf(box, [x, y]) {
  const [dx, dy] = [x - box.x, y - box.y];
  const across = (box.right - box.left) / 2 / (Math.abs(dx) + 1e-6);
  const share = Math.min(1, across, (box.bottom - box.top) / 2 / (Math.abs(dy) + 1e-6));
  return [box.x + share * dx, box.y + share * dy];
}

/** Draws an image of a box and the arrow to it, if it has one. Open ones are dashed, with a dotted line to the box that they miss. */
export function drawArrow({ context, colours }, { image, path, aim, isOpen, isQuiet, isFaded, isLit, text }) {
  context.strokeStyle = isOpen ? colours.open : colours.closed;
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.3;
  context.globalAlpha = isQuiet ? 0.1 : 0.25;
  context.fillRect(image.left, image.top, image.right - image.left, image.bottom - image.top);
  context.globalAlpha = isQuiet ? 0.3 : 1;
  context.strokeRect(image.left, image.top, image.right - image.left, image.bottom - image.top);
  if (aim && !isQuiet) dottedLine(context, image, aim);
  context.globalAlpha = isFaded ? 0.07 : isQuiet ? 0.3 : 0.95;
  context.lineWidth = isLit ? 2.6 : 1.5;
  if (!path) return void (context.globalAlpha = 1);
  if (isOpen) context.setLineDash([7, 4]);
  context.beginPath();
  context.moveTo(...path.start);
  context.quadraticCurveTo(...path.control, ...path.end);
  context.stroke();
  context.setLineDash([]);
  drawHead(context, path);
  if (text) drawText(context, colours, path, text, isQuiet);
  context.globalAlpha = 1;
}

function dottedLine(context, from, to) {
  context.globalAlpha = 0.5;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.setLineDash([]);
}

function drawHead(context, { control, end }) {
  const [dx, dy] = [end[0] - control[0], end[1] - control[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  context.beginPath();
  context.moveTo(...end);
  context.lineTo(end[0] - HEAD[0] * ux - HEAD[1] * uy, end[1] - HEAD[0] * uy + HEAD[1] * ux);
  context.lineTo(end[0] - HEAD[0] * ux + HEAD[1] * uy, end[1] - HEAD[0] * uy - HEAD[1] * ux);
  context.fill();
}

const middleOf = ({ start, control, end }, axis) => 0.25 * start[axis] + 0.5 * control[axis] + 0.25 * end[axis];

/** The area of the text on an arrow, about. */
export function textPlace(path) {
  const [x, y] = [middleOf(path, 0), middleOf(path, 1)];
  return { left: x - 10, right: x + 10, top: y - 10, bottom: y + 10 };
}

function drawText(context, colours, path, text, isQuiet) {
  const [x, y] = [middleOf(path, 0), middleOf(path, 1)];
  context.font = `600 13px ${colours.mono}`;
  const half = Math.max(9, context.measureText(text).width / 2 + 5);
  context.globalAlpha = isQuiet ? 0.4 : 1;
  context.beginPath();
  context.roundRect(x - half, y - 9, 2 * half, 18, 9);
  context.lineWidth = 1;
  const ink = context.fillStyle;
  context.fillStyle = colours.card;
  context.fill();
  context.stroke();
  context.fillStyle = ink;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
}
