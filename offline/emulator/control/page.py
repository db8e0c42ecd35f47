"""The page at the emulator's own address, for whoever opens it in a browser: what this is, and what it holds."""

from __future__ import annotations

from collections import Counter
from html import escape
from string import Template

from aiohttp import web

from offline.emulator.context import CONTEXT
from offline.emulator.resources import KINDS, SERVICE

__all__ = ["PAGE_ROUTES"]

MOST = 200
"""Services that the page lists; more are counted."""

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Emulator of Twilio Conversations</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% }
  caption, th, td { text-align: left; padding: .25rem 1rem .25rem 0; overflow-wrap: anywhere }
  caption { font-weight: bold; padding-top: 1rem }
  tr { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
</style>
<main>
<h1>Emulator of Twilio Conversations</h1>
<p>This stands in for <code>https://conversations.twilio.com</code> on this machine. Nothing here is at Twilio.</p>
<p>Programs reach it with <code>TWILIO_BASE_URL=$url</code> and any credentials. $kept
<a href="/_emulator/state">All that it holds</a> and <a href="/_emulator/requests">what it was asked</a> are JSON.</p>
<table><caption>Holds</caption>$counts</table>
$services
</main>
</html>
""")


async def page(request: web.Request) -> web.Response:
    """Show the page."""
    context = request.app[CONTEXT]
    store = context.model.store
    stored = {kind.key: store.all(kind.name) for kind in KINDS if not kind.is_single}
    services = stored[SERVICE.key]
    children = [kind.key for kind in KINDS if kind.parent is SERVICE and not kind.is_single]
    held = Counter((row.parent_sid, key) for key in children for row in stored[key])
    rows = [
        [str(row.fields.get("friendly_name") or ""), row.sid, *(str(held[row.sid, key]) for key in children)]
        for row in services[:MOST]
    ]
    heads = ["name", "SID", *children]
    listed = f"<table><caption>Services</caption>{_row('th', heads)}{''.join(_row('td', row) for row in rows)}</table>"
    more = f"<p>and {len(services) - MOST} more</p>" if len(services) > MOST else ""
    place = f"It keeps its data in <code>{escape(str(store.path))}</code>."
    kept = place if store.path else "It forgets all at its end."
    text = _PAGE.substitute(
        url=escape(context.url),
        kept=kept,
        counts="".join(_row("td", [key.replace("_", " "), str(len(each))]) for key, each in stored.items()),
        services=f"{listed}{more}" if services else "<p>There is no service yet.</p>",
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)


def _row(cell: str, texts: list[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{escape(text)}</{cell}>' for text in texts)}</tr>"


PAGE_ROUTES = {("GET", "/"): page}
