"""After the switch: the job that changes rows once a release is proven, and what is left to a later release."""
