"""How do values become one HTML file? The templates, the theme, and a policy that lets one script run and
no request out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from latchmark.figures.palette import INKS
from latchmark.wording import count, number, unturned, utc, words

# Only the script with this hash runs, whatever a name in the run file smuggles in. `img-src data:` is for the
# pixels of heat maps, `unsafe-inline` for the style attributes of SVG.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; "
    "base-uri 'none'; form-action 'none'"
)


# Later ones may narrow what earlier ones say.
_STYLES = (
    "page.css",
    "first_screen.css",
    "price_list.css",
    "pitfall_index.css",
    "experiment.css",
    "comparison.css",
    "folder.css",
    "tools.css",
)


def render(template: str, page: object, data: object) -> str:
    """The page of a template: `page` is what the template shows, `data` what is embedded for machines.

    Same values, same bytes. Undefined names are errors; every value is escaped but the figures made here.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "count": count,
        "words": words,
        "for_sorting": for_sorting,
        "utc": utc,
        "capitalize_first": capitalized,
    }
    style = "".join(_source(environment, name) for name in _STYLES)
    script = _source(environment, "page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return with_shared_styles(
        environment.get_template(template).render(
            page=page,
            kind=template.removesuffix(".html"),
            theme=Markup(_theme()),
            style=Markup(style),
            script=Markup(script),
            policy=_POLICY.format(hash=digest),
            data=Markup(embedded_json(data)),
        )
    )


# Both are written by us alone: in names a `<` and a `"` are escaped, in the embedded data as well.
_FIGURE = re.compile(r"<svg .*?</svg>", re.DOTALL)
_STYLE = re.compile(r' style="([^"]+)"')
_FEWEST_USES = 8


def with_shared_styles(page: str) -> str:
    """The page with the styles that its figures repeat written once, as classes: every tick has one of a few,
    and a quarter of all figures would be these."""
    uses = Counter(style for figure in _FIGURE.findall(page) for style in _STYLE.findall(figure))
    shared = sorted(style for style, amount in uses.items() if amount >= _FEWEST_USES)
    names = {style: f"q{index}" for index, style in enumerate(shared)}

    def named(match: re.Match[str]) -> str:
        style = match.group(1)
        return f' class="{names[style]}"' if style in names else match.group()

    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    page = page.replace("</style>", f"{rules}</style>", 1)
    return _FIGURE.sub(lambda figure: _STYLE.sub(named, figure.group()), page)


def embedded_json(data: object) -> str:
    """JSON that can stand in a script element. Every `<` is escaped: after `<!--<script>` a mere
    `</script>` would no longer end the element, and the rest of the page would vanish."""
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def for_sorting(value: float) -> str:
    """Six digits, which tell apart what launches can, and are half of the bytes."""
    return f"{value:.6g}"


def capitalized(text: str) -> str:
    """The first letter as a capital, the others as they are: names keep their case."""
    return text[:1].upper() + text[1:]


def _shown(value: object) -> object:
    """Markup was made here; all else may be, or hold, a name that somebody chose."""
    return unturned(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _theme() -> str:
    """The palette as CSS variables. Dark is for screens only, so that paper is always light."""
    light = ";".join(f"{ink.variable}:{ink.light}" for ink in INKS)
    dark = ";".join(f"{ink.variable}:{ink.dark}" for ink in INKS)
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
