"""What the environment says of the way to the API: proxies and certificates, held before anything is sent.

requests reads these variables on its own and fails for each in a way of its own, some as a broken connection that is
tried again for minutes. Each mistake is one error here that names the variable.
https://requests.readthedocs.io/en/latest/user/advanced/#proxies
"""

from __future__ import annotations

import importlib.util
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["surroundings_problems"]

_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def surroundings_problems(origin: str, environ: Mapping[str, str]) -> list[str]:
    """Name what is wrong with the variables that a request to an origin would follow; no value is told.

    Args:
        origin: scheme and host of the API; one without https follows none of them.
        environ: environment variables.
    """
    if not origin.startswith("https:"):
        return []
    return [*_proxy_problems(origin, environ), *_bundle_problems(environ)]


def _proxy_problems(origin: str, environ: Mapping[str, str]) -> Iterator[str]:
    # requests takes the first of these that is set, and small letters first.
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if environ.get(name):
            break
    else:
        return
    from requests.utils import should_bypass_proxies  # only where a proxy is set, since it takes long to load

    no_proxy = environ.get("no_proxy") or environ.get("NO_PROXY")
    if should_bypass_proxies(origin, no_proxy):
        return
    url = environ[name]
    try:
        # Without a scheme, requests takes http.
        parts = urlsplit(url if "://" in url else f"http://{url}")
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
        parts = urlsplit("")
    if not whole or any(character.isspace() for character in url):
        yield f"{name} must be the URL of a proxy, such as http://proxy.example:3128"
    elif parts.scheme.lower() not in _PROXY_SCHEMES:
        yield f"{name} must begin with http:// or https:// (or socks5://)"
    elif parts.scheme.lower().startswith("socks") and importlib.util.find_spec("socks") is None:
        yield f"{name} names a SOCKS proxy, and the package that speaks to one is missing: pip install pysocks"


def _bundle_problems(environ: Mapping[str, str]) -> Iterator[str]:
    for name in _BUNDLES:
        path = environ.get(name)
        if not path:
            continue
        if not Path(path).exists():
            yield f"{name} names a file that is not there"
        elif Path(path).is_file():
            try:
                ssl.create_default_context(cafile=path)
            except (OSError, ssl.SSLError):
                yield f"{name} names a file that holds no certificates in PEM form, or can't be read"
        return
