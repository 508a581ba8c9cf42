# To a type checker the compiled classes are those in Python: they do the same, for scans of their own.
from wirewatch.tagging.scan import Scanner as Scanner
from wirewatch.tagging.weighing import Weigher as Weigher
