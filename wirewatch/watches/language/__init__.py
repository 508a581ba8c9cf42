"""The language of `when:`: its grammar, the tree that a text stands for, and what is said of a wrong one."""

from wirewatch.watches.language.errors import LanguageError
from wirewatch.watches.language.parse import parse
from wirewatch.watches.language.tree import All, Any, AtLeast, Near, Node, Not, Term

__all__ = ["All", "Any", "AtLeast", "LanguageError", "Near", "Node", "Not", "Term", "parse"]
