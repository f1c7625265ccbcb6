// The basins of attraction on the grid of a portrait: which fixed point each square's state goes to.

import { stateColour } from "./theme.js";
import { svg } from "./dom.js";

const OPACITY = { decoded: 0.13, none: 0.065 }; // light enough for the orbits on top of it

/** The basins as coloured boxes, and the boundary between them. */
export function basinShapes(picture, names, view) {
  if (!picture.basins?.length) return [];
  const grid = gridOf(picture);
  const boxes = picture.basins.flatMap((row, j) =>
    runsOf(row).map(({ value, start, end }) => {
      const mark = value < 0 ? null : picture.marks[value];
      return basinBox(view, grid.corner(start, j), grid.corner(end, j - 1), mark, names);
    }),
  );
  const d = boundaryPath(picture.basins, grid, view);
  return [...boxes, svg("path", { class: "series line ci", "stroke-width": 1.4, "stroke-dasharray": "1 3", d })];
}

/** Coordinates of the grid: `place(i, j)` is its point in column i and row j, `corner(i, j)` the upper left corner of the square there. */
function gridOf({ basins, corners: [low, high] }) {
  const [stepX, stepY] = [(high[0] - low[0]) / (basins[0].length - 1), (high[1] - low[1]) / (basins.length - 1)];
  const place = (i, j) => [low[0] + i * stepX, low[1] + j * stepY];
  return { place, corner: (i, j) => place(i - 0.5, j + 0.5) };
}

/** The runs of equal values in a row: {value, start, end}, `end` the first index after the run. */
function runsOf(row) {
  const starts = row.map((_, i) => i).filter((i) => i === 0 || row[i] !== row[i - 1]);
  return starts.map((start, k) => ({ value: row[start], start, end: starts[k + 1] ?? row.length }));
}

function basinBox(view, upperLeft, lowerRight, mark, names) {
  const [x, y] = [view.x(upperLeft), view.y(upperLeft)];
  return svg("rect", {
    class: `fill ${mark ? stateColour(names, mark.reads) : "cn"}`,
    opacity: mark?.reads ? OPACITY.decoded : OPACITY.none,
    x,
    y,
    width: view.x(lowerRight) - x,
    height: view.y(lowerRight) - y,
    "shape-rendering": "crispEdges",
  });
}

/** The boundary between basins (the separatrix in this plane): in each square of the grid, lines between the edges that it crosses. */
function boundaryPath(rows, grid, view) {
  let d = "";
  for (let j = 0; j + 1 < rows.length; j += 1) {
    for (let i = 0; i + 1 < rows[j].length; i += 1) {
      const crossed = crossedEdges(rows, i, j).map(([column, row]) => {
        const point = grid.place(column, row);
        return `${view.x(point).toFixed(1)} ${view.y(point).toFixed(1)}`;
      });
      for (let k = 0; k + 1 < crossed.length; k += 2) d += `M${crossed[k]}L${crossed[k + 1]}`;
    }
  }
  return d;
}

/** The middles of a square's edges whose two ends lie in different basins, in grid coordinates. */
function crossedEdges(rows, i, j) {
  const [a, b, c, d] = [rows[j][i], rows[j][i + 1], rows[j + 1][i + 1], rows[j + 1][i]];
  return [a !== b && [i + 0.5, j], b !== c && [i + 1, j + 0.5], c !== d && [i + 0.5, j + 1], d !== a && [i, j + 0.5]].filter(
    Boolean,
  );
}
