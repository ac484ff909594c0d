"""What a page of the desk may do: run scripts that carry its own nonce, and nothing from elsewhere."""

from secrets import token_urlsafe


def fresh_nonce() -> str:
    """A word that no page carried before."""
    return token_urlsafe(16)


def desk_policy(nonce: str) -> str:
    """The policy of one answer. htmx makes its markup under the one policy of Trusted Types that is named here; its
    extension hx-csp strips whatever element does not carry the nonce of the page."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types htmx",
        )
    )
