"""`python -m benchkit`: the bare command."""

from .cli import command

command()
