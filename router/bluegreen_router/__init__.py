"""The traffic router: Envoy, and the agent beside it that follows the journal and measures. Start with agent."""
