import benchkit.cli

from .cases import cases

benchkit.cli.main(cases)
