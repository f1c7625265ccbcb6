"""A verdict as a piece of HTML, for notebooks: a table of a few rows, and the wrong word as a picture."""

from collections.abc import Iterable
from html import escape

from anylength.records.lengths import Mistake

CELL_WIDTH, CELL_HEIGHT, LABEL_WIDTH, LETTER_WIDTH = 14, 18, 52, 8
"""Sizes of a picture in pixels."""

MOST_TEXT = 200
"""Characters of a text in the table."""

WRONG, PLAIN = "#c00", "#888"
"""Colours of a wrong symbol of the answer, and of the names of the rows."""


def verdict_page(title: str, rows: Iterable[tuple[str, str]], mistake: Mistake | None) -> str:
    """A title, rows of a name and a text, and the picture of a mistake."""
    cells = "".join(f"<tr><td>{escape(name)}</td><td>{escape(_cut(text))}</td></tr>" for name, text in rows)
    picture = "" if mistake is None else mistake_picture(mistake)
    return f"<div><b>{escape(title)}</b><table>{cells}</table>{picture}</div>"


def mistake_picture(mistake: Mistake) -> str:
    """The question, the net's answer and the right one below each other, as an SVG image. What is wrong in the answer is red.

    Numbers are aligned at their last digit. An answer that is a label is one text.
    """
    is_number = mistake.separator is None and (mistake.answer + mistake.expected).isdigit()
    questions = [_symbols(number, mistake.separator) for number in mistake.numbers]
    answers = [list(text) if is_number else [text] for text in (mistake.answer, mistake.expected)]
    longest = max(map(len, questions + answers))
    rows = [symbols if not is_number else [""] * (longest - len(symbols)) + symbols for symbols in questions + answers]
    is_word = mistake.separator is not None
    # a counterexample ends with its wrong answer, so the last 40 symbols are shown
    rows = [symbols[-40:] if is_word else symbols[:40] for symbols in rows]
    width = max([CELL_WIDTH, *(LETTER_WIDTH * len(symbol) for row in rows[: len(questions)] for symbol in row)])
    names, texts = ["input"] * len(questions) + ["net", "right"], []
    for place, (name, symbols) in enumerate(zip(names, rows, strict=True)):
        y = CELL_HEIGHT * (place + 1) - 4
        texts.append(f'<text x="0" y="{y}" fill="{PLAIN}">{name}</text>')
        for column, symbol in enumerate(symbols):
            is_wrong = name == "net" and (column >= len(rows[-1]) or symbol != rows[-1][column])
            colour = f' fill="{WRONG}" font-weight="bold"' if is_wrong else ""
            texts.append(f'<text x="{LABEL_WIDTH + width * column}" y="{y}"{colour}>{escape(symbol)}</text>' if symbol else "")
    label = 0 if is_number else LETTER_WIDTH * max(map(len, (mistake.answer, mistake.expected)))
    size = f'width="{LABEL_WIDTH + max(label, width * max(map(len, rows)))}" height="{CELL_HEIGHT * len(rows)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="monospace" font-size="13">{"".join(texts)}</svg>'


def _symbols(text: str, separator: str | None) -> list[str]:
    """The symbols of a question in their written order."""
    return text.split(separator) if isinstance(separator, str) and separator else list(text)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}… ({len(text):,} characters)"
