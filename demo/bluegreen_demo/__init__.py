"""`bluegreen demo`: the main job on the local cloud, shown as it happens and measured. Start with stories."""
