# To a type checker the compiled classes are those in Python: they do the same, for scans of their own.
from wirewatch.tagging.search.scan import Scanner as Scanner
from wirewatch.tagging.topics.weighing import Weigher as Weigher
