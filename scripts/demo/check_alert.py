# SPDX-License-Identifier: GPL-2.0-only
"""Succeeds if the alert on standard input (one line of ECS JSON) has the given
verdict and label, names the rule and the parent, and holds the text in TEXT.
"""
import json
import os
import sys

verdict, label = sys.argv[1:]
text = os.environ["TEXT"]
alert = json.load(sys.stdin)
process = alert["process"]
wrong = [
    what
    for what, right in {
        "verdict": alert["pydetect"]["verdict"] == verdict,
        "label": label in alert["pydetect"]["labels"],
        "rule": bool(alert["rule"]["name"]),
        "command line": text in process["command_line"],
        "parent": process["parent"]["executable"] == "/usr/bin/bash",
        "outcome": (alert["event"]["outcome"] == "failure")
        == (verdict == "deny"),
    }.items()
    if not right
]
if wrong:
    print("wrong in the alert:", ", ".join(wrong))
    print(json.dumps(alert, indent=1))
    sys.exit(1)
