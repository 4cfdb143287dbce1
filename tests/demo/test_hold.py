"""What is printed to be tried while the cloud runs."""

import re

from bluegreen_demo import hold


def test_the_two_examples_push_two_different_tags_the_second_newer():
    said = "\n".join(command for _, command in hold._commands("v1.9.0", hold._next("v1.9.0")))
    assert re.findall(r'"tag": "(v[\d.]+)"', said) == ["v1.9.0", "v1.9.1"]
