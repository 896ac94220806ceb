"""How the demo speaks at the terminal."""

from collections.abc import Mapping

STEP_WIDTH = 12
ROLE_WIDTH = 18


def shown(step: str, outcome: str) -> str:
    return f"  {step:<{STEP_WIDTH}}{outcome}"


def welcome(address: str, logins: Mapping[str, str], seconds: float) -> str:
    """What a person needs to begin."""
    lines = ["", f"Ready in {seconds:.0f} s: {address}/    (English: {address}/en/)", ""]
    if logins:
        lines.append(f"Sign in with an address; codes and messages arrive at {address}/dev/messages/")
        lines += [f"  {role:<{ROLE_WIDTH}}{email}" for role, email in logins.items()]
        lines += [f"Back office: {address}/staff/", ""]
    lines.append("Ctrl-C stops everything; the data is kept.")
    return "\n".join(lines)
