"""The state machines as a page of documentation, so that code, database and page cannot differ."""

from django.utils.translation import override

from insureweb.kernel.states import MACHINES, StateMachine

HEADER = """# States

Every record that lives through states has one table of moves. The same table is checked by `transition()`, guarded by a
PostgreSQL trigger and printed here by `uv run manage.py list_states --write`.

"""


def states_page() -> str:
    """The whole page in Markdown, one section a machine, in the order of their names."""
    with override("en"):
        return HEADER + "\n".join(_section(MACHINES[name]) for name in sorted(MACHINES))


def _section(machine: StateMachine) -> str:
    lines = [f"## {machine.name.replace('_', ' ').capitalize()}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in sorted(machine.initial)]
    lines += [f"    {source} --> {target}" for source, target in machine.moves]
    lines += [f"    {state} --> [*]" for state in sorted(machine.final)]
    lines += ["```", "", "| from | to | who may |", "|---|---|---|"]
    for (source, target), owners in machine.moves.items():
        who = ", ".join(owner.replace("_", " ") for owner in sorted(owners))
        lines.append(f"| {machine.states(source).label} | {machine.states(target).label} | {who} |")
    return "\n".join([*lines, ""])
