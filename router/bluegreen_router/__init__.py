"""The traffic router: Caddy, and the agent beside it that follows the journal and measures. Start with agent."""
