"""The recording that was made inside, replayed outside: the same passage that the live run saw."""

import json
import subprocess
from pathlib import Path


def replayed(daemon: Path, results: Path):
    """The line of the case `record.replay`; None when nothing was recorded or nothing was seen live."""
    recording, live = results / "recording", results / "live.json"
    if not recording.exists() or not live.exists():
        return None
    try:
        return f"ok   record.replay  {compare(daemon, recording, json.loads(live.read_text()))}"
    except AssertionError as why:
        return f"FAIL record.replay  {why}"


def compare(daemon, recording, live):
    result = subprocess.run([daemon, "replay", recording, "--dry-run", "--json"], capture_output=True, text=True)
    assert result.returncode == 0, f"replay ended with {result.returncode}: {result.stderr.strip()[-300:]}"
    events = [json.loads(line) for line in result.stdout.splitlines()]
    passages = [event for event in events if event["event"] == "passage"]
    (summary,) = [event for event in events if event["event"] == "summary"]
    assert len(passages) == 1, f"{len(passages)} passages, and the live run saw 1"
    (passage,) = passages
    seconds = passage["to"] - passage["from"]
    assert passage["direction"] == live["direction"], f"{passage['direction']}, and live it was {live['direction']}"
    assert sorted(passage["cameras"]) == live["cameras"], f"{sorted(passage['cameras'])}, and live it was {live['cameras']}"
    assert abs(seconds - live["seconds"]) <= 0.3, f"{seconds:.2f} s long, and live it was {live['seconds']:.2f} s"
    return f"{summary['frames']} frames, {passage['direction']}, {seconds:.2f} s as live {live['seconds']:.2f} s, the same cameras"
