"""Many modules in one script: what is bundled runs as one program, and what cannot be one is refused."""

import re
from pathlib import Path

import pytest

from anylength.report import render
from anylength.server.assets import assets
from anylength.web import SCRIPTS, bundled, policy, script
from anylength.web.bundle import DECLARATION, IMPORT

ENTRY = 'import { a } from "./a.js";\nconsole.log(a);\n'


def bundle(entry: str, **modules: str) -> str:
    """The bundle of modules whose names lack their ending."""
    return bundled(entry, lambda name: modules[name.removesuffix(".js")])


def test_a_module_stands_once_and_after_what_it_imports():
    b = 'import {\n  c,\n} from "./c.js";\nexport const b = c;\n'
    a = 'import { b } from "./b.js";\nimport { c } from "./c.js";\nexport function a() { return b + c; }\n'
    text = bundle(ENTRY, a=a, b=b, c="export const c = 1;\n")
    assert re.findall(r"^(?:const|function) (\w)", text, re.MULTILINE) == ["c", "b", "a"]
    assert "import" not in text
    assert "export" not in text


def test_two_modules_that_declare_the_same_name_are_refused():
    a = 'import { b } from "./b.js";\nexport const a = b;\nfunction helper() {}\n'
    with pytest.raises(ValueError, match=r"b\.js and a\.js both declare helper"):
        bundle(ENTRY, a=a, b="export const b = 1;\nconst helper = 2;\n")


def test_the_entry_counts_as_a_module():
    with pytest.raises(ValueError, match="both declare a"):
        bundle(f"{ENTRY}const a = 1;\n", a="export const a = 1;\n")


def test_modules_that_import_each_other_are_refused():
    b = 'import { a } from "./a.js";\nexport const b = 1;\n'
    with pytest.raises(ValueError, match=r"a\.js imports b\.js imports a\.js: a ring"):
        bundle(ENTRY, a='import { b } from "./b.js";\nexport const a = b;\n', b=b)


@pytest.mark.parametrize(
    "line",
    [
        'import x from "./x.js";', 'import * as x from "./x.js";', 'import "./x.js";', 'export { a } from "./x.js";',
        "export { a };", 'import { x } from "https://example.org/x.js";', 'import { x } from "../x.js";',
    ],
)  # fmt: skip
def test_any_other_form_of_import_or_export_is_refused(line):
    with pytest.raises(ValueError, match="only named imports"):
        bundle(ENTRY, a=f"{line}\nexport const a = 1;\n")


def below(text: str, files: dict[str, str], seen: set[str]) -> set[str]:
    """The modules that a text imports, and those that they import."""
    for name in set(IMPORT.findall(text)) - seen:
        seen.add(name)
        below(files[name], files, seen)
    return seen


def test_every_module_is_used_by_a_page_and_there_is_none_beside_those():
    files = {name: found.content.decode() for name, found in assets().items() if name.endswith(".js")}
    report = (Path(render.__file__).parent / "report.js").read_text()
    assert below(report, files, set()) | below(files["playground.js"], files, {"playground.js"}) == set(files)
    assert set(SCRIPTS) <= set(files)


def test_no_two_shared_modules_declare_the_same_name():
    homes: dict[str, str] = {}
    for name in SCRIPTS:
        for declared, _ in DECLARATION.findall(script(name)):
            if declared:
                assert homes.setdefault(declared, name) == name


def test_a_policy_names_its_own_script_and_style_and_lets_nothing_be_fetched():
    own, other = policy("let a;", "p {}"), policy("let b;", "p {}")
    assert own.startswith("default-src 'none'; script-src 'sha256-")
    assert own != other
    assert "http" not in own
    assert "unsafe" not in own
