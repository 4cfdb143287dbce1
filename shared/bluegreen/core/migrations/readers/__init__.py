"""Are the readers gone? Whether the code of a release still names what a migration takes away.

A statement that drops or renames something is safe once no release that can come back names it. That is a question
about code, so code is read: of each release at its commit. It is answered generously, for a wrong "nobody" breaks
production and a wrong "somebody" costs a line of review. Any spelling that a language or an ORM makes of the name
counts (`names`), and what is not certainly a comment is code (`comments`). What could not be read is never taken for
clean.
"""
