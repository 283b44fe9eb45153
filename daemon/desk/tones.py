"""The sounds: short soft tones, made here."""

from __future__ import annotations

import io
import wave

import numpy as np

from daemon.config.model import FeedbackEvent

RATE_HZ = 44_100
_LOUDNESS = 0.2
_RISE_S = 0.01

#: The pitches of each sound in Hz, one after the other, and how long each lasts in seconds: a
#: fifth up for what may act, the same down for what may not, a tick for what was done.
TONES: dict[FeedbackEvent, tuple[tuple[float, ...], float]] = {
    "armed": ((523.25, 783.99), 0.12),
    "disarmed": ((783.99, 523.25), 0.12),
    "fired": ((1046.5,), 0.06),
}


def wav(event: FeedbackEvent) -> bytes:
    """The sound of an event as a WAV file: one channel of 16 bits."""
    pitches_hz, each_s = TONES[event]
    tones = np.concatenate([_tone(pitch_hz, each_s) for pitch_hz in pitches_hz])
    # Silence, since some players cut the end off.
    samples = np.concatenate([tones, np.zeros(RATE_HZ // 20)])
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes((samples * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _tone(pitch_hz: float, length_s: float) -> np.ndarray:
    """A sine that rises and falls without a click; array of shape (N,), -1 to 1."""
    t_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    rise = np.minimum(t_s, length_s - t_s) / _RISE_S
    return _LOUDNESS * np.clip(rise, 0.0, 1.0) * np.sin(2 * np.pi * pitch_hz * t_s)
