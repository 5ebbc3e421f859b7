"""Modules put together: they give what they give apart, and what is not known is refused."""

import shutil
import subprocess

import pytest
from celwacht.publish.serve.static.bundle import NotBundled, module, programs, put_together

FILES = {
    "main.js": "import {add as plus, START} from './part/sums.js';\nimport * as all from './part/sums.js';\nconst name = 'main';\n"
    "const later = () => import('./later/far.js');\nconsole.log(name, plus(START), all.one());\n"
    "later().then((far) => console.log(far.told(), far.own === all.COUNTER));\n",
    "part/sums.js": "import {name} from '../base.js';\nexport const START = 40;\nexport const COUNTER = {};\n"
    "export function add(x) { return x + 2; }\nexport const one = () => name;\n",
    "base.js": "export const name = 'base';\n",
    "later/far.js": "import {COUNTER} from '../part/sums.js';\nimport {name} from './near.js';\nexport const own = COUNTER;\n"
    "export const told = () => `${name} ${new URL('./a.json', import.meta.url).pathname.split('/').slice(-2).join('/')}`;\n",
    "later/near.js": "console.log('near runs once');\nexport const name = 'near';\n",
    "later/other.js": "export const unused = 1;\n",
}


def test_they_do_what_they_do_apart(tmp_path):
    """Run in node both ways: names of two modules do not meet, a module runs once, what both programs need is one thing."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    made = programs("main.js", FILES)
    assert len(made) == 2
    said = []
    for folder, entry, files in (("apart", "main.js", FILES), ("together", next(iter(made)), made)):
        for name, text in {**files, "package.json": '{"type": "module"}'}.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        said.append(subprocess.run(["node", str(tmp_path / folder / entry)], capture_output=True, text=True, timeout=60).stdout)
    assert said[0] == said[1] == "main 42 base\nnear runs once\nnear later/a.json true\n"


def test_the_name_changes_with_any_of_its_modules():
    """Kept for ever under a name: other content has another, in both programs, for one names the other."""
    before, after = programs("main.js", FILES), programs("main.js", FILES | {"later/near.js": FILES["later/near.js"] + "// more\n"})
    assert set(before).isdisjoint(after) and programs("main.js", FILES) == before


@pytest.mark.parametrize(
    "line",
    [
        "import './a.js';",
        "import a from './a.js';",
        'import {a} from "./a.js";',
        "import {a} from './a.js'",
        "import {a} from 'elsewhere';",
        "import {a} from './a.js'; more();",
        "  import {a} from './a.js';",
        "export {a};",
        "export * from './a.js';",
        "export default 1;",
        "export let a = 1;",
        "export const {a} = b;",
        "  export const a = 1;",
        "const a = await import(name);",
        "const a = import.meta.resolve('x');",
    ],
)
def test_another_form_is_refused_where_it_stands(line):
    with pytest.raises(NotBundled, match=r"^folder/x\.js:2: a form"):
        module("folder/x.js", f"const first = 1;\n{line}\n")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"main.js": "import {a, b} from './x.js';\n", "x.js": "export const a = 1, b = 2;\n"}, "not there: b"),
        ({"main.js": "import {a} from './y.js';\n"}, "not there: y.js"),
        (
            {"main.js": "import {a} from './x.js';\n", "x.js": "import * as m from './main.js';\nexport const a = 1;\n"},
            "main.js imports itself",
        ),
    ],
)
def test_what_cannot_be_put_together_is_refused(files, said):
    with pytest.raises(NotBundled, match=said):
        programs("main.js", files)


def test_styles_keep_their_order_and_their_paper():
    page = '<link rel="stylesheet" href="a.css">\n<link rel="stylesheet" href="b.css" media="print">\n<script type="module" src="main.js"></script>\n'
    text, made = put_together(page, {"a.css": "p { top: 0; }\n", "b.css": "p { top: 1px; }\n", "main.js": "const a = 1;\n"})
    (sheet,) = (name for name in made if name.endswith(".css"))
    assert made[sheet] == "/* a.css */\np { top: 0; }\n/* b.css */\n@media print {\np { top: 1px; }\n}\n"
    assert text.count("<link") == 1 and sheet in text and "main.js" not in text
