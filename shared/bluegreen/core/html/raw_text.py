"""Elements whose content is text alone, up to their own end tag: whatever looks like a tag in them is none.

https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments names them; scripts count as allowed.
"""

import re

DECODED = {"textarea", "title"}  # `&amp;` is `&` in these only
TAGS = {*DECODED, "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "xmp"}
_ENDS = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE | re.ASCII) for tag in TAGS - {"plaintext"}}
_IN_SCRIPT = re.compile(r"<!--(?!-?>)|-->|</?script(?=[\s/>])", re.IGNORECASE | re.ASCII)


def end(tag: str, html: str, at: int) -> int:
    """Where the end tag of an element begins whose content begins here; the page's end if there is none."""
    if tag == "plaintext":
        return len(html)
    if tag == "script":
        return _end_of_script(html, at)
    found = _ENDS[tag].search(html, at)
    return found.start() if found else len(html)


def _end_of_script(html: str, at: int) -> int:
    """Within `<!--`, a `<script>` takes the next `</script>` to itself: old pages wrote scripts by scripts."""
    commented = inner = False
    for found in _IN_SCRIPT.finditer(html, at):
        match found[0].lower():
            case "<!--":
                commented = True
            case "-->":
                commented = inner = False
            case "<script":
                inner = commented
            case _ if not inner:
                return found.start()
            case _:
                inner = False
    return len(html)
