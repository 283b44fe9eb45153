"""Telling the person what the gestures do, by sound and notice, as the configuration asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daemon.config.model import FeedbackEvent, FeedbackSettings
from daemon.desk.notify import Notifier, open_notifier
from daemon.desk.sounds import Sounds, open_sounds
from daemon.reload.outcome import ConfigEvent
from daemon.reports import ActionEvent
from gestures.events import ArmingEvent

#: The action that shows a text of its own, so its firing needs no notice besides.
_NOTIFY = "notify"


class Feedback:
    """Takes the daemon's reports, and tells of those that the settings name.

    What is typed appears nowhere: an action is told by its type.

    Args:
        settings: Of what to tell, and how.
        notifier: Shows the notices.
        sounds: Plays the sounds.
    """

    def __init__(self, settings: FeedbackSettings, notifier: Notifier, sounds: Sounds) -> None:
        self._settings = settings
        self._notifier = notifier
        self._sounds = sounds

    @property
    def problems(self) -> tuple[str, ...]:
        """What does not work, each with its mend."""
        return tuple(
            problem
            for problem in (self._notifier.problem, self._sounds.problem)
            if problem is not None
        )

    def report(self, reports: Iterable[object]) -> None:
        """Tell of what happened in a frame; what is no report to tell of is passed over.

        Of several sounds at once only the last is heard, and of several notices the last is seen.
        """
        for report in reports:
            match report:
                case ConfigEvent(state="failed", reason=reason):
                    self._notifier.show("gestured: the configuration is wrong", reason)
                case ArmingEvent(event="armed", hand=hand):
                    self._tell("armed", "Gestures armed", f"{hand} hand" if hand else "")
                case ArmingEvent(event="disarmed", reason=reason):
                    self._tell("disarmed", "Gestures disarmed", reason)
                case ActionEvent(gesture=gesture, action=action, dry_run=dry_run):
                    aside = " (dry run)" if dry_run else ""
                    shown = action.type != _NOTIFY
                    self._tell("fired", gesture, f"{action.type}{aside}", shown=shown)

    def notify(self, text: str) -> None:
        """Show the text of a `notify` action, whatever the settings."""
        self._notifier.show("gestured", text)

    def close(self) -> None:
        """Show and play the last of what was told, if that takes no longer than a moment."""
        self._notifier.close()
        self._sounds.close()

    def _tell(self, event: FeedbackEvent, summary: str, body: str, *, shown: bool = True) -> None:
        if event in self._settings.sound:
            self._sounds.play(event)
        if shown and event in self._settings.notify:
            self._notifier.show(summary, body)


def open_feedback(
    settings: FeedbackSettings, environ: Mapping[str, str], platform: str
) -> Feedback:
    """Feedback by what this desktop has. Opens nothing before there is something to tell.

    Args:
        settings: Of what to tell, and how.
        environ: Environment variables.
        platform: As `sys.platform`.
    """
    return Feedback(settings, open_notifier(environ, platform), open_sounds(platform))
