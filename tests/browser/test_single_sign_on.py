"""Log-in with the account of the house, against a small real OpenID Connect provider: who was invited gets in, nobody else."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import probestadt


class Provider(ThreadingHTTPServer):
    """Lets everybody in as `claims` says; remembers codes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, str] = {}
        self.address = f"http://127.0.0.1:{self.server_port}"


class Door(BaseHTTPRequestHandler):
    """The five addresses of a provider."""

    server: Provider

    def log_message(self, *_arguments: Any) -> None:
        """Nothing."""

    def _json(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Discovery, authorisation, user info, keys."""
        at, parts = self.server.address, urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json({"issuer": at, "authorization_endpoint": f"{at}/a", "token_endpoint": f"{at}/t", "userinfo_endpoint": f"{at}/u", "jwks_uri": f"{at}/k", "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]})  # fmt: skip
        elif parts.path == "/a":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_hex(8)
            self.server.codes[code] = asked.get("nonce", "")
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()
        elif parts.path == "/u":
            self._json(self.server.claims)
        else:
            numbers = self.server.key.public_key().public_numbers()
            n, e = (base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode() for value in (numbers.n, numbers.e))  # fmt: skip
            self._json({"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": n, "e": e}]})

    def do_POST(self) -> None:
        """Code against token, each code once."""
        sent = {
            k: v[0]
            for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        nonce = self.server.codes.pop(sent.get("code", ""), None)
        if nonce is None:
            self.send_error(400)
            return
        claims = {**self.server.claims, "iss": self.server.address, "aud": "sozialraum", "exp": time.time() + 300, "iat": time.time(), "nonce": nonce}  # fmt: skip
        token = jwt.encode(claims, self.server.key, algorithm="RS256", headers={"kid": "1"})
        self._json(
            {
                "access_token": secrets.token_hex(8),
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": token,
            }
        )


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A running provider."""
    found = Provider()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()


@pytest.mark.browser
def test_single_sign_on(
    chromium: Any, tmp_path: Path, fresh_site: Callable[..., Any], provider: Provider
) -> None:
    release = probestadt.write(tmp_path / "freigabe")
    told = provider.address.replace("http://", "http://sozialraum:geheim@")
    with fresh_site(release, SOZIALRAUM_OIDC=told, SOZIALRAUM_OIDC_NAME="Anmeldung der Stadt") as site:

        def enter(email: str, verified: bool) -> str:
            provider.claims = {"sub": email, "email": email, "email_verified": verified, "name": "Jemand"}
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{site.address}/konto/login/")
            page.click("text=Anmeldung der Stadt")
            page.wait_for_load_state("networkidle")
            page.goto(f"{site.address}/probestadt/planung/")
            text = page.inner_text("header") + page.inner_text("nav.plan-nav")
            context.close()
            return text

        assert "Wo stehen wir?" in enter("amira@demo.example", verified=True)
        # an address the house did not verify proves nothing
        assert "Wo stehen wir?" not in enter("sabine@demo.example", verified=False)
        # nobody gets an account by logging in
        assert "Anmelden" in enter("fremd@example.org", verified=True)
