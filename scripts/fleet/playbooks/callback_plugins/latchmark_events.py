"""What happened to each host of a play? One line of JSON a task, flushed, so that a killed play has told it.

Ansible's return code hides who failed of what, and its own JSON is printed when the play is over.
"""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: latchmark_events
    type: aggregate
    short_description: what happened to each host, a line of JSON a task
    description: Appends to the file that LATCHMARK_EVENTS names.
"""


class CallbackModule(CallbackBase):
    """Only results, never arguments: those may hold secrets."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "latchmark_events"
    CALLBACK_NEEDS_ENABLED = True

    def _note(self, result, word):
        told = result._result
        items = [item for item in told.get("results", ()) if item.get("failed")]
        message = (items[0] if items else told).get("msg", "")
        event = {
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "word": word,
            "rc": told.get("rc"),
            "stdout": str(told.get("stdout", "")),
            "stderr": str(told.get("stderr", "")),
            "message": str(message),
        }
        with open(os.environ["LATCHMARK_EVENTS"], "a", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(event) + "\n")

    def v2_runner_on_ok(self, result):
        self._note(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):  # noqa: ARG002
        self._note(result, "failed")

    def v2_runner_on_unreachable(self, result):
        self._note(result, "unreachable")
