"""A certificate that is not trusted is no passing fault: a person has to put it right."""

import ssl

_DEEPEST = 8  # errors around each other


def distrust(error: BaseException) -> str:
    """Why the other side's certificate is not trusted, as a sentence's end; "" where that is not the matter."""
    inner: BaseException | None = error
    for _ in range(_DEEPEST):
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {inner.verify_message}"
        if inner is None:
            return ""
        inner = inner.__cause__ or inner.__context__
    return ""
