"""Section `source`: what a release is built from, or the image that it is."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bluegreen.core.config import tags
from bluegreen.core.model import Frozen

# github.com/opencontainers/distribution-spec, "Pulling manifests"
_IMAGE_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


class PointerBranch(Frozen):
    """Builds from Git: the branch `<prefix><environment>` is moved to the tag's commit."""

    kind: Literal["pointer_branch"]
    prefix: str = Field(default="deploy/", pattern=r"^[a-z0-9._/-]+$")
    apart: tuple[str, ...] = ()  # components that are built from the repository and released apart from this service


class Image(Frozen):
    """An image that CI pushed for the tag, in a registry, pinned by digest."""

    kind: Literal["image"]
    registry_type: Literal["DOCR", "GHCR", "DOCKER_HUB"] = "DOCR"  # as the app's spec names them
    registry: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")  # DOCR: its name; the others: who owns the image
    repository: str = Field(pattern=r"^[a-z0-9]+([._/-]+[a-z0-9]+)*$")
    image_tag: str = "{tag}"  # what CI tags the image of v1.3.0 with; "{version}": 1.3.0
    private: bool = False  # BLUEGREEN_REGISTRY_CREDENTIALS is wanted to read it; DOCR needs none
    component: str = ""  # of the app, where it has more than one that uses images
    apart: tuple[str, ...] = ()  # components that are built from the repository and released apart from this service

    @model_validator(mode="after")
    def _credentials_needed(self) -> "Image":
        if self.private and self.registry_type == "DOCR":
            raise ValueError("private: images in DigitalOcean's own registry need no credentials; leave it out")
        return self

    @model_validator(mode="after")
    def _names_the_release(self) -> "Image":
        if "{tag}" not in self.image_tag and "{version}" not in self.image_tag:
            raise ValueError("image_tag: {tag} or {version} has to be in it, else every release is the same image")
        return self

    def fault(self, tag: str) -> str | None:
        """Why no image can have the tag that a release's makes; None when one can."""
        wanted = tags.filled(self.image_tag, tag)
        if _IMAGE_TAG.fullmatch(wanted):
            return None
        return f"tag {tag} can have no image: {wanted[:150]!r} {_unfit(wanted)}; see source.image_tag"


def _unfit(image_tag: str) -> str:
    if len(image_tag) > 128:
        return f"has {len(image_tag)} characters, an image's tag at most 128"
    if image_tag.startswith((".", "-")):
        return f"begins with {image_tag[0]!r}, an image's tag with a letter, a digit or _"
    unfit = "".join(dict.fromkeys(re.findall(r"[^a-zA-Z0-9._-]", image_tag)))
    return f"has {unfit!r} in it, an image's tag letters, digits, '.', '_' and '-' only"


Source = Annotated[PointerBranch | Image, Field(discriminator="kind")]
