"""What bluegreen.yml says, a module a section. Start with service."""
