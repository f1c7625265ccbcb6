// The phase portrait: states on the plane of their two main axes, where a held symbol takes them, where they rest.

import { html, refill, svg, tableBehind } from "./dom.js";
import { shortNumber } from "./scales.js";

const VIEW = { width: 460, height: 400, pad: 14 };
const BASIN_OPACITY = 0.13;

/** The colour class of a state of the machine; "cn" for none. */
export function stateColour(names, name) {
  const at = names.indexOf(name);
  return at < 0 ? "cn" : `c${at % 8}`;
}

/**
 * A portrait with caption, legend and table.
 *
 * picture: {symbol, share, orbits [{name, points}], marks [{at, stable, reads}], corners?, basins?, states?, at?}: a Portrait or a
 * frame's Plane. options: names (the machine's states), title, path? ([x, y][], the way of an asked number), handle? ({at, move}: a
 * point that can be dragged or moved by arrow keys; move(dx, dy) in the plane's units).
 */
export function portraitFigure(picture, options) {
  const rows = () => portraitRows(picture);
  return html(
    "figure",
    { class: "portrait" },
    html("figcaption", {}, options.title),
    portraitPicture(picture, options),
    portraitLegend(picture, options.names),
    tableBehind("resting points and orbits", ["what", "reads as", "axis 1", "axis 2"], rows),
  );
}

/** The picture alone. */
export function portraitPicture(picture, options) {
  const { path = [], handle } = options;
  return new LivePortrait(picture, options).show(path, handle);
}

/** A picture on which a path and a handle come and go: what lies below them is drawn again only when it must be looked at from further. */
export class LivePortrait {
  constructor(picture, { names, title }) {
    this.picture = picture;
    this.names = names;
    this.below = svg("g");
    this.above = svg("g");
    this.drawing = svg(
      "svg",
      { viewBox: `0 0 ${VIEW.width} ${VIEW.height}`, "aria-label": `${title}. ${portraitWords(picture)}` },
      this.below,
      this.above,
    );
  }

  /** Shows a path, and a handle where there is one. Returns the drawing, always the same one. */
  show(path, handle) {
    const view = viewOf(this.picture, path);
    const seen = JSON.stringify([view.low, view.high]);
    if (seen !== this.seen) this.draw(view);
    this.seen = seen;
    this.drawing.setAttribute("role", handle ? "group" : "img");
    refill(this.above, ...pathShapes(path, view), handle ? handleShape(handle, view, this.drawing) : null);
    return this.drawing;
  }

  draw(view) {
    const { picture, names } = this;
    refill(
      this.below,
      ...basinShapes(picture, names, view),
      ...dotShapes(picture, view),
      ...picture.orbits.flatMap((orbit) => orbitShapes(orbit, names, view)),
      ...picture.marks.flatMap((mark) => markShapes(mark, names, view)),
    );
  }
}

/** What a portrait shows, in words. */
export function portraitWords(picture) {
  const attracting = picture.marks.filter((mark) => mark.stable);
  const read = attracting.map((mark) => mark.reads ?? "no state");
  const places = attracting.length === 1 ? "1 resting place that attracts" : `${attracting.length} resting places that attract`;
  const others = picture.marks.length - attracting.length;
  return (
    `Reading ${picture.symbol} again and again there ${attracting.length === 1 ? "is" : "are"} ${places}` +
    `${read.length ? ` (read as: ${read.join(", ")})` : ""} and ${others} that repel${others === 1 ? "s" : ""}.`
  );
}

function viewOf(picture, path) {
  const points = [
    ...(picture.states ?? []),
    ...picture.orbits.flatMap((orbit) => orbit.points),
    ...picture.marks.map((mark) => mark.at),
    ...path,
  ];
  const [low, high] = picture.corners ? cornersAround(picture.corners, path) : cornersOf(points);
  const scale = (at, from, to, a, b) => from + ((at - a) / (b - a || 1)) * (to - from);
  const x = (point) => clampTo(scale(point[0], VIEW.pad, VIEW.width - VIEW.pad, low[0], high[0]), VIEW.width);
  const y = (point) => clampTo(scale(point[1], VIEW.height - VIEW.pad, VIEW.pad, low[1], high[1]), VIEW.height);
  const units = [(high[0] - low[0]) / (VIEW.width - 2 * VIEW.pad), (high[1] - low[1]) / (VIEW.height - 2 * VIEW.pad)];
  return { x, y, low, high, units };
}

/** The corners of a grid, moved out where a path leaves it. */
function cornersAround([low, high], path) {
  const outside = path.some((point) => point.some((value, axis) => value < low[axis] || value > high[axis]));
  return outside ? cornersOf([low, high, ...path]) : [low, high];
}

function cornersOf(points) {
  const ends = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = 0.08 * (high - low) + 1e-3;
    return [low - room, high + room];
  });
  return points.length
    ? [ends.map((each) => each[0]), ends.map((each) => each[1])]
    : [
        [-1, -1],
        [1, 1],
      ];
}

function clampTo(value, most) {
  return Math.min(Math.max(value, -most), 2 * most);
}

function basinShapes(picture, names, view) {
  if (!picture.basins?.length) return [];
  const rows = picture.basins;
  const [count, size] = [rows.length, rows[0].length];
  const [low, high] = picture.corners;
  const [stepX, stepY] = [(high[0] - low[0]) / (size - 1), (high[1] - low[1]) / (count - 1)];
  const corner = (i, j) => [low[0] + (i - 0.5) * stepX, low[1] + (j + 0.5) * stepY];
  const shapes = [];
  rows.forEach((row, j) => {
    for (let i = 0; i < size;) {
      let end = i;
      while (end < size && row[end] === row[i]) end += 1;
      const [a, b] = [corner(i, j), corner(end, j - 1)];
      const mark = row[i] < 0 ? null : picture.marks[row[i]];
      shapes.push(
        svg("rect", {
          class: `fill ${mark ? stateColour(names, mark.reads) : "cn"}`,
          opacity: mark?.reads ? BASIN_OPACITY : BASIN_OPACITY / 2,
          x: view.x(a),
          y: view.y(a),
          width: view.x(b) - view.x(a),
          height: view.y(b) - view.y(a),
          "shape-rendering": "crispEdges",
        }),
      );
      i = end;
    }
  });
  return [
    ...shapes,
    svg("path", {
      class: "series line ci",
      "stroke-width": 1.4,
      "stroke-dasharray": "1 3",
      d: borderPath(rows, low, [stepX, stepY], view),
    }),
  ];
}

/** The border between basins (the separatrix where it crosses the plane): on each square of the grid a line between its cut edges. */
function borderPath(rows, low, [stepX, stepY], view) {
  const place = (i, j) => `${view.x([low[0] + i * stepX, 0]).toFixed(1)} ${view.y([0, low[1] + j * stepY]).toFixed(1)}`;
  let d = "";
  for (let j = 0; j + 1 < rows.length; j += 1) {
    for (let i = 0; i + 1 < rows[j].length; i += 1) {
      const [a, b, c, e] = [rows[j][i], rows[j][i + 1], rows[j + 1][i + 1], rows[j + 1][i]];
      const cuts = [
        a !== b && [i + 0.5, j],
        b !== c && [i + 1, j + 0.5],
        c !== e && [i + 0.5, j + 1],
        e !== a && [i, j + 0.5],
      ].filter(Boolean);
      for (let k = 0; k + 1 < cuts.length; k += 2) d += `M${place(...cuts[k])}L${place(...cuts[k + 1])}`;
    }
  }
  return d;
}

function dotShapes(picture, view) {
  return (picture.states ?? []).map((point, i) =>
    svg("circle", {
      class: `fill c${(picture.at[i] ?? 0) % 8}`,
      opacity: 0.55,
      r: 2.4,
      cx: view.x(point).toFixed(1),
      cy: view.y(point).toFixed(1),
    }),
  );
}

function orbitShapes(orbit, names, view) {
  const colour = stateColour(names, orbit.name.split(" after ")[0]);
  const d = orbit.points.map((point, i) => `${i ? "L" : "M"}${view.x(point).toFixed(1)} ${view.y(point).toFixed(1)}`).join("");
  const dots = orbit.points.map((point) => svg("circle", { r: 1.9, cx: view.x(point).toFixed(1), cy: view.y(point).toFixed(1) }));
  const first = orbit.points[0];
  const start = first
    ? svg("circle", { class: `line ${colour}`, fill: "none", "stroke-width": 1.6, r: 5, cx: view.x(first), cy: view.y(first) })
    : null;
  return [
    svg("path", { class: `series line ${colour}`, "stroke-width": 1.2, opacity: 0.75, d }),
    svg("g", { class: `fill ${colour}` }, ...dots),
    start,
  ];
}

function markShapes(mark, names, view) {
  const [x, y] = [view.x(mark.at), view.y(mark.at)];
  const colour = stateColour(names, mark.reads);
  const shape = mark.stable
    ? svg("circle", { class: `fill ${colour}`, stroke: "var(--card)", "stroke-width": 2, r: 7.5, cx: x, cy: y })
    : svg("path", {
        class: `line ${colour}`,
        fill: "var(--card)",
        "stroke-width": 2.2,
        d: `M${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}L${x - 7} ${y}Z`,
      });
  const text = mark.stable ? (mark.reads ?? "no state") : "";
  const late = x > VIEW.width * 0.75;
  return [
    shape,
    svg(
      "text",
      { x: late ? x - 11 : x + 11, y: y + (y < 30 ? 14 : -6), "text-anchor": late ? "end" : "start", class: "ink" },
      text,
    ),
  ];
}

function pathShapes(path, view) {
  if (path.length < 1) return [];
  const d = path.map((point, i) => `${i ? "L" : "M"}${view.x(point).toFixed(1)} ${view.y(point).toFixed(1)}`).join("");
  return [svg("path", { class: "series line ci", "stroke-width": 1.3, opacity: 0.8, d })];
}

function handleShape(handle, view, drawing) {
  const [x, y] = [view.x(handle.at), view.y(handle.at)];
  const knob = svg(
    "g",
    {
      tabindex: "0",
      role: "application",
      class: "handle",
      "aria-label": "The state at this step. Arrow keys move it in the plane.",
    },
    svg("circle", { r: 14, cx: x, cy: y, fill: "transparent" }),
    svg("circle", { r: 8, cx: x, cy: y, fill: "var(--card)", stroke: "var(--ink)", "stroke-width": 3 }),
    svg("circle", { r: 2.5, cx: x, cy: y, fill: "var(--ink)" }),
  );
  knob.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const far = event.shiftKey ? 40 : 8;
    handle.move(way[0] * far * view.units[0], way[1] * far * view.units[1]);
  });
  knob.addEventListener("pointerdown", (event) => draggedFrom(event, knob, drawing, view, handle));
  return knob;
}

function draggedFrom(event, knob, drawing, view, handle) {
  event.preventDefault();
  const scale = VIEW.width / drawing.getBoundingClientRect().width;
  const from = [event.clientX, event.clientY];
  const shift = (now) => [(now.clientX - from[0]) * scale, (now.clientY - from[1]) * scale];
  knob.setPointerCapture(event.pointerId);
  knob.onpointermove = (now) => knob.setAttribute("transform", `translate(${shift(now).join(" ")})`);
  knob.onpointerup = (now) => {
    knob.onpointermove = null;
    knob.onpointerup = null;
    const [dx, dy] = shift(now);
    handle.move(dx * view.units[0], -dy * view.units[1]);
  };
}

/** What colours and marks mean. */
export function portraitLegend(picture, names) {
  const read = [...new Set(picture.orbits.map((orbit) => orbit.name.split(" after ")[0]))];
  const sign = (...shapes) => svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, ...shapes);
  const states = read.map((name) =>
    html("li", {}, sign(svg("circle", { class: `fill ${stateColour(names, name)}`, cx: 9, cy: 9, r: 5 })), `state “${name}”`),
  );
  return html(
    "ul",
    { class: "legend" },
    ...states,
    html("li", {}, sign(svg("circle", { class: "fill ci", cx: 9, cy: 9, r: 7 })), "rests and attracts"),
    html(
      "li",
      {},
      sign(svg("path", { class: "line ci", fill: "none", "stroke-width": 2, d: "M9 2L16 9L9 16L2 9Z" })),
      "rests and repels",
    ),
    html(
      "li",
      {},
      sign(svg("circle", { class: "line ci", fill: "none", "stroke-width": 1.6, cx: 9, cy: 9, r: 5 })),
      "an orbit begins",
    ),
    picture.basins?.length
      ? html(
          "li",
          {},
          sign(svg("path", { class: "series line ci", "stroke-width": 1.4, "stroke-dasharray": "1 3", d: "M1 9H17" })),
          "border of a basin",
        )
      : null,
  );
}

function portraitRows(picture) {
  const place = (point) => [shortNumber(point[0]), shortNumber(point[1])];
  const marks = picture.marks.map((mark) => [mark.stable ? "attracts" : "repels", mark.reads ?? "–", ...place(mark.at)]);
  const orbits = picture.orbits.flatMap((orbit) => [
    [`orbit of ${orbit.name}: first step`, "", ...place(orbit.points[0])],
    [`orbit of ${orbit.name}: step ${orbit.points.length}`, "", ...place(orbit.points.at(-1))],
  ]);
  return [...marks, ...orbits];
}
