// The plots of a benchmark: for each task the accuracy over length under each convention, with intervals over the seeds.

import { lengthFigure } from "./lengths.js";
import { openForPrint } from "../shared/dom.js";
import { themeSwitch } from "../shared/theme.js";

const measured = JSON.parse(document.getElementById("data").textContent);

const figures = measured.rows.filter(({ scores }) => scores.length > 0).map((row) => lengthFigure(row));
document.getElementById("plots").replaceChildren(...figures);
themeSwitch(document.getElementById("theme"));
openForPrint(document.getElementById("benchmark"));
