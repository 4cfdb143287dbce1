"""Webhooks and their deliveries."""

from flask import Flask, Response, jsonify

from bluegreen_emulator.github.errors import not_found
from bluegreen_emulator.github.hook_shapes import delivery_shape, hook_shape
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.routes.asked import body, paged
from bluegreen_emulator.github.webhooks import Delivery

HOOKS = "/repos/<owner>/<name>/hooks"


def add_to(app: Flask, github: GitHub) -> None:
    _hooks(app, github)
    _what_was_delivered(app, github)


def _hooks(app: Flask, github: GitHub) -> None:
    @app.get(HOOKS)
    def list_hooks(owner: str, name: str) -> Response:
        hooks = [hook for hook in github.webhooks.hooks if hook.repository == f"{owner}/{name}"]
        return paged([hook_shape(hook) for hook in hooks])

    @app.post(HOOKS)
    def create_hook(owner: str, name: str) -> tuple[Response, int]:
        made = github.add_hook(f"{owner}/{name}", body())
        github.webhooks.later(lambda: github.ping(f"{owner}/{name}", made.id))
        return jsonify(hook_shape(made)), 201

    @app.patch(f"{HOOKS}/<int:hook>")
    def change_hook(owner: str, name: str, hook: int) -> Response:
        return jsonify(hook_shape(github.change_hook(f"{owner}/{name}", hook, body())))

    @app.delete(f"{HOOKS}/<int:hook>")
    def delete_hook(owner: str, name: str, hook: int) -> tuple[str, int]:
        github.webhooks.hooks.remove(github.hook(f"{owner}/{name}", hook))
        return "", 204

    @app.post(f"{HOOKS}/<int:hook>/pings")
    def ping(owner: str, name: str, hook: int) -> tuple[str, int]:
        _deliveries(github, f"{owner}/{name}", hook)
        github.webhooks.later(lambda: github.ping(f"{owner}/{name}"))
        return "", 204


def _what_was_delivered(app: Flask, github: GitHub) -> None:
    @app.get(f"{HOOKS}/<int:hook>/deliveries")
    def list_deliveries(owner: str, name: str, hook: int) -> Response:
        made = _deliveries(github, f"{owner}/{name}", hook)
        return paged([delivery_shape(delivery) for delivery in reversed(made)])

    @app.get(f"{HOOKS}/<int:hook>/deliveries/<int:delivery>")
    def get_delivery(owner: str, name: str, hook: int, delivery: int) -> Response:
        _deliveries(github, f"{owner}/{name}", hook)
        return jsonify(delivery_shape(github.webhooks.find(delivery), whole=True))

    @app.post(f"{HOOKS}/<int:hook>/deliveries/<int:delivery>/attempts")
    def redeliver(owner: str, name: str, hook: int, delivery: int) -> tuple[Response, int]:
        _deliveries(github, f"{owner}/{name}", hook)
        github.webhooks.find(delivery)
        github.webhooks.later(lambda: github.redeliver(delivery))
        return jsonify({}), 202


def _deliveries(github: GitHub, repository: str, hook: int) -> list[Delivery]:
    if not any(each.id == hook and each.repository == repository for each in github.webhooks.hooks):
        raise not_found()
    return [delivery for delivery in github.webhooks.deliveries if delivery.hook.id == hook]
