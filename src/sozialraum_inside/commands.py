"""What the command line asks of the Datenwerkstatt: serve one folder on this machine (Betrieb)."""

from __future__ import annotations

import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside import door

HOST = "127.0.0.1"
PORTS = 20  # so many are tried where another municipality or program holds the first


def serve(folder: Path, *, port: int = 8010, browser: bool = True) -> None:
    """Serve the Datenwerkstatt over a folder until interrupted; prints (and opens) an address that works once.

    Where it is already running for this folder, only a new address is given; a port that something else holds is passed over.
    Raises SozialraumError when none is free.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise SozialraumError(
            Finding("Das ist kein Ordner.", "Nennen Sie den Ordner der Kommune.", file=str(folder))
        )
    folder.mkdir(parents=True, exist_ok=True)
    place = door.door_of(folder)
    note = place / "laeuft.txt"
    running = _running(note)
    port = running or free_port(port, _taken)
    address = f"http://{HOST}:{port}/eintreten/{door.new_token(place)}/"
    if running:
        _tell(folder, address, port, browser=False, again=True)
        if browser:
            webbrowser.open(address)
        return
    note.write_text(str(port), "ascii")
    os.environ["SOZIALRAUM_FOLDER"], os.environ["SOZIALRAUM_DOOR"] = str(folder), str(place)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum_inside.settings"
    _tell(folder, address, port, browser)
    try:
        _run(port)
    finally:
        note.unlink(missing_ok=True)


def _running(note: Path) -> int:
    """The port on which the workshop of a folder answers by its note; 0 where it does not run."""
    text = note.read_text("ascii").strip() if note.exists() else ""
    return int(text) if text.isdigit() and _taken(int(text)) else 0


def free_port(wanted: int, taken: Callable[[int], bool]) -> int:
    """The wanted port or the next free one after it; raises SozialraumError when none of them is free."""
    for port in range(wanted, wanted + PORTS):
        if not taken(port):
            return port
    raise SozialraumError(
        Finding(
            f"Die Anschlüsse {wanted} bis {wanted + PORTS - 1} sind alle besetzt.",
            "Beenden Sie eine Datenwerkstatt, die Sie nicht mehr brauchen.",
        )
    )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _tell(folder: Path, address: str, port: int, browser: bool, *, again: bool = False) -> None:
    print(f"Die Datenwerkstatt {'läuft schon' if again else 'läuft'} für {folder}")
    print(f"  {address}")
    print(
        "Die Adresse öffnet sich einmal, in den nächsten zehn Minuten."
        + ("" if again else " Beenden mit Strg+C."),
        flush=True,
    )
    if browser:
        threading.Thread(target=_open, args=(address, port), daemon=True).start()


def _open(address: str, port: int) -> None:
    """Open the browser as soon as somebody answers."""
    for _ in range(60):
        if _taken(port):
            webbrowser.open(address)
            return
        time.sleep(0.25)


def _run(port: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "sozialraum_inside.wsgi:application", address=HOST, port=port, interface=Interfaces.WSGI,
        workers=1, blocking_threads=4, log_access=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip
