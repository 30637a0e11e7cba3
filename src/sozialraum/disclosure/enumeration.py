"""The smallest attacker: every table of whole numbers that a reader must consider, one by one (Aufzählung).

For tables so small that counting through them is possible. It shares no code with the audit and is what the audit is tested by.
"""

from __future__ import annotations

import numpy as np

from sozialraum.disclosure.system import Floats


def whole_numbered(rows: Floats, values: Floats, *, limit: int, steps: int | None = None) -> Floats | None:
    """Every table of whole numbers >= 0 with rows @ x = values, one per line; None when there are more than `limit`.

    None, too, when the search tries more than `steps` numbers: few tables may hide in very many attempts.
    Plain depth-first search over the atoms: an atom may take what every equation containing it still has left. Every atom
    must stand in an equation; coefficients are 0 or 1.
    """
    found: list[Floats] = []
    members = [np.flatnonzero(rows[:, a]) for a in range(rows.shape[1])]
    last = {int(r): int(np.flatnonzero(rows[r])[-1]) for r in range(len(rows)) if rows[r].any()}
    closing = [np.array([r for r in of if last[int(r)] == a], dtype=int) for a, of in enumerate(members)]
    x = np.zeros(rows.shape[1])

    tried = 0

    def descend(atom: int, left: Floats) -> bool:
        nonlocal tried
        if atom == len(x):
            found.append(x.copy())
            return len(found) <= limit
        for value in range(int(left[members[atom]].min()) + 1):
            tried += 1
            if steps is not None and tried > steps:
                return False
            x[atom] = value
            rest = left - rows[:, atom] * value
            if (rest[closing[atom]] == 0).all() and not descend(atom + 1, rest):
                return False
        x[atom] = 0
        return True

    return np.array(found) if descend(0, np.asarray(values, dtype=np.float64)) else None
