"""Many modules in one script: what is bundled runs as one program, and what cannot be one is refused."""

import re

import pytest

from anylength.web import SHARED, bundled, declared_names, imported_by, policy, scripts, text, without_comments
from anylength.web.bundle import without_indents
from anylength.web.render import TITLES

ENTRY = 'import { a } from "./a.js";\nconsole.log(a);\n'


def bundle(entry: str, **modules: str) -> str:
    """The bundle of an entry and modules whose names lack their ending."""
    return bundled("entry.js", lambda path: (modules | {"entry": entry})[path.removesuffix(".js")])


def test_a_module_stands_once_and_after_what_it_imports():
    b = 'import {\n  c,\n} from "./c.js";\nexport const b = c;\n'
    a = 'import { b } from "./b.js";\nimport { c } from "./c.js";\nexport function a() { return b + c; }\n'
    script = bundle(ENTRY, a=a, b=b, c="export const c = 1;\n")
    assert re.findall(r"^(?:const|function) (\w)", script, re.MULTILINE) == ["c", "b", "a"]
    assert "import" not in script
    assert "export" not in script


def test_two_modules_that_declare_the_same_name_are_refused():
    a = 'import { b } from "./b.js";\nexport const a = b;\nfunction helper() {}\n'
    with pytest.raises(ValueError, match=r"b\.js and a\.js both declare helper"):
        bundle(ENTRY, a=a, b="export const b = 1;\nconst helper = 2;\n")


def test_the_entry_counts_as_a_module():
    with pytest.raises(ValueError, match="both declare a"):
        bundle(f"{ENTRY}const a = 1;\n", a="export const a = 1;\n")


def test_modules_that_import_each_other_are_refused():
    b = 'import { a } from "./a.js";\nexport const b = 1;\n'
    with pytest.raises(ValueError, match=r"a\.js imports b\.js imports a\.js: an import cycle"):
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


def test_a_page_imports_from_its_own_folder_and_from_shared():
    modules = {
        "page/page.js": 'import { a } from "./a.js";\nimport { b } from "../shared/b.js";\n',
        "page/a.js": 'import { b } from "../shared/b.js";\nexport const a = b;\n',
        "shared/b.js": "export const b = 1;\n",
    }
    assert re.findall(r"^const (\w)", bundled("page/page.js", modules.__getitem__), re.MULTILINE) == ["b", "a"]


FOLDERS = (SHARED, "checker", "learning", "site", "python", "report", "summary", "benchmark", *TITLES)
"""The folders of modules."""


def modules_below(path: str, found: set[str]) -> set[str]:
    """A module, those that it imports, and those that they import."""
    found.add(path)
    for imported in set(imported_by(path, text(path))) - found:
        modules_below(imported, found)
    return found


def test_every_module_is_used_by_a_page_and_there_is_none_beside_those():
    pages = ("report", "summary", "benchmark", *TITLES)
    workers = ("nines/worker.js", "patterns/worker.js", "stacks/worker.js", "turn/worker.js", "python/worker.js")
    entries = [*(f"{page}/{page}.js" for page in pages), *workers]
    used = set.union(*(modules_below(entry, set()) for entry in entries))
    assert used == {path for folder in FOLDERS for path in scripts(folder)}


@pytest.mark.parametrize(
    "entry", [*(f"{page}/{page}.js" for page in TITLES), *(f"{page}/worker.js" for page in ("nines", "patterns", "stacks", "turn"))]
)
def test_the_scripts_of_the_site_are_bundled(entry):
    assert "import" not in re.findall(r"^\w+", bundled(entry, text), re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_imported_name_is_exported_by_its_module(folder):
    for path in scripts(folder):
        imports = re.findall(r"^import \{([^}]*)\} from", text(path), re.MULTILINE)
        for names, target in zip(imports, imported_by(path, text(path)), strict=True):
            for name in filter(None, (part.strip() for part in names.split(","))):
                assert re.search(rf"^export (?:async )?(?:function\*?|class|const) {name}\b", text(target), re.MULTILINE), (
                    path,
                    name,
                )


def test_no_two_shared_modules_declare_the_same_name():
    homes: dict[str, str] = {}
    for path in scripts(SHARED):
        for declared in declared_names(text(path)):
            assert homes.setdefault(declared, path) == path


def test_comments_with_lines_of_their_own_are_left_out_and_nothing_else():
    script = """// first
/**
 * What it is: `a`.
 */
const a = "// kept"; // kept, too
  /* one line */
/* kept */ const b = 4 /* kept */ / 2;
/** @type {number} */ const d = 1;
  // last
"""
    kept = [line for line in script.splitlines() if "const" in line]
    assert without_comments(script).splitlines() == kept


def test_indents_and_empty_lines_are_left_out_and_no_other_blanks():
    assert without_indents("\n  a {\n\n\tb: c  d;\n  }\n") == "a {\nb: c  d;\n}\n"


@pytest.mark.parametrize("script", ["const a = `\n// no comment\n`;\n", "const a = `// ${b}\n`;\n"])
def test_a_template_literal_of_several_lines_is_refused_where_comments_are_left_out(script):
    with pytest.raises(ValueError, match="several lines"):
        without_comments(script)


def test_a_policy_names_its_own_script_and_style_and_lets_nothing_be_fetched():
    own, other = policy("let a;", "p {}"), policy("let b;", "p {}")
    assert own.startswith("default-src 'none'; script-src 'sha256-")
    assert own != other
    assert "http" not in own
    assert "unsafe" not in own
