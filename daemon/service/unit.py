"""The systemd user unit, for systemd 244 (2019) and newer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from daemon.control.errors import ANOTHER_RUNS_CODE
from daemon.service.files import MARK
from daemon.service.program import Program
from daemon.service.system import ServiceError

UNIT = "gestured.service"

#: Words that need no quotes in any setting.
_PLAIN = re.compile(r"[\w@+=:,./-]+", re.ASCII)

_TEMPLATE = """\
# {mark}, and anew by the next;
# `systemctl --user edit {unit}` keeps changes of yours.

[Unit]
Description=gestured: hand gestures for keys and mouse
After=graphical-session.target
PartOf=graphical-session.target
# What fails within 6 s each time is given up after 40 starts, on slow machines too. So 39 kills in
# a row are mended however fast they come, and any number of them that come less often.
StartLimitIntervalSec=240
StartLimitBurst=40

[Service]
Type=notify
NotifyAccess=main
ExecStart=:{run}
ExecReload=kill -HUP $MAINPID
# However it ended, nothing stays held down.
ExecStopPost=-:{release}
{environ}# Events name the keys of bindings; the journal gets the log alone, from stderr.
StandardOutput=null
SyslogIdentifier=gestured
Restart=on-failure
# Bad usage, another daemon and a bad configuration are the same at the next start.
RestartPreventExitStatus=2 {another_runs} 78
RestartSec=100ms
WatchdogSec=10
TimeoutStartSec=90
TimeoutStopSec=20

# Pictures and landmarks never reach a disk.
LimitCORE=0
UMask=0077
MemoryMax=1G
TasksMax=512
NoNewPrivileges=yes
# {families_why}
RestrictAddressFamilies={families}
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM

[Install]
WantedBy=graphical-session.target
"""


def unit_text(program: Program) -> str:
    """The unit that runs a program within the graphical session.

    Waits between restarts don't grow (RestartSteps): systemd would count the kills of weeks, and
    the presenter wait half a minute. The watchdog's deadline is that of turns; the daemon itself
    extends it while it opens something, see `ServiceManager.opening`. Nor is there a longer wait
    after exits than after kills: an unforeseen error amid a talk is one as well.

    The mount and capability settings of system units are left out: a user's manager can't apply
    them without a user namespace, in which cameras and uinput devices have other owners.

    Raises:
        ServiceError: systemd can't start a program of that path.
    """
    if not set(program.run[0]).isdisjoint("\"'\\"):
        raise ServiceError(
            f"{program.run[0]}: systemd starts nothing with a quote or backslash in its path;"
            " install gestured into another folder, or take --autostart"
        )
    environ = "".join(
        f"Environment={quoted([f'{name}={value}'])}\n" for name, value in program.environ.items()
    )
    return _TEMPLATE.format(
        mark=MARK,
        unit=UNIT,
        another_runs=ANOTHER_RUNS_CODE,
        # With the colon before it, systemd leaves every $ as it is.
        run=quoted(program.run),
        release=quoted(program.release),
        environ=environ,
        families_why=(
            "The camera is an address."
            if program.needs_network
            else "No network: the camera is no address. After a change of that, install again."
        ),
        # Name resolution asks the kernel for this machine's addresses, by netlink.
        families="AF_UNIX AF_INET AF_INET6 AF_NETLINK" if program.needs_network else "AF_UNIX",
    )


def quoted(words: Iterable[str]) -> str:
    """Words as systemd.syntax(7) wants them, with specifiers (%) kept from being replaced."""
    return " ".join(_quoted(word) for word in words)


def unquoted(setting: str) -> list[str]:
    """The words that `quoted` made a setting of."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', setting)
    return [re.sub(r"\\(.)", r"\1", inner or plain).replace("%%", "%") for inner, plain in words]


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if _PLAIN.fullmatch(word.replace("%", "")):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
