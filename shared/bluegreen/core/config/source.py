"""Section `source`: what a release is built from, or the image that it is."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bluegreen.core.model import Frozen


class PointerBranch(Frozen):
    """Builds from Git: the branch `<prefix><environment>` is moved to the tag's commit."""

    kind: Literal["pointer_branch"]
    prefix: str = Field(default="deploy/", pattern=r"^[a-z0-9._/-]+$")


class Image(Frozen):
    """An image of the tag's name in a registry, pinned by digest."""

    kind: Literal["image"]
    registry_type: Literal["DOCR", "GHCR", "DOCKER_HUB"] = "DOCR"  # as the app's spec names them
    registry: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")  # DOCR: its name; the others: who owns the image
    repository: str = Field(pattern=r"^[a-z0-9]+([._/-]+[a-z0-9]+)*$")
    private: bool = False  # BLUEGREEN_REGISTRY_CREDENTIALS is wanted to read it; DOCR needs none
    component: str = ""  # of the app, where it has more than one that uses images

    @model_validator(mode="after")
    def _credentials_needed(self) -> "Image":
        if self.private and self.registry_type == "DOCR":
            raise ValueError("private: images in DigitalOcean's own registry need no credentials; leave it out")
        return self


Source = Annotated[PointerBranch | Image, Field(discriminator="kind")]
