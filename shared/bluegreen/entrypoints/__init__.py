"""What each function does when it is called: one file per function of project.yml. Each door in packages/ names one."""
