"""The app's HTML: a front page in the environment's colour, and the sign-in form."""

from html import escape

_COLOURS = {"blue": "#1d4ed8", "green": "#15803d"}
_STYLE = """body{margin:0;min-height:100vh;display:grid;place-items:center;background:%s;color:#fff;
font:18px/1.5 system-ui,sans-serif}main{text-align:center}h1{font-size:4rem;margin:0;font-weight:600}
p{opacity:.85;margin:.2rem}form{display:grid;gap:.6rem;width:16rem}input,button{font:inherit;padding:.5rem .7rem;
border:0;border-radius:.4rem}button{background:#111;color:#fff}a{color:inherit}"""


def front(version: str, environment: str) -> str:
    body = f"<h1>{escape(version)}</h1><p>{escape(environment)}</p><p><a href='/login'>Sign in</a></p>"
    return _page(f"{version} on {environment} · Holi Labs", environment, body)


def login(environment: str) -> str:
    form = """<form method="post" action="/api/auth/signin">
<input name="email" type="email" placeholder="Email" autocomplete="username">
<input name="password" type="password" placeholder="Password" autocomplete="current-password">
<button type="submit">Sign in</button></form>"""
    return _page("Sign in · Holi Labs", environment, form)


def _page(title: str, environment: str, body: str) -> str:
    style = _STYLE % _COLOURS.get(environment, "#374151")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><main>{body}</main></body></html>"
    )
