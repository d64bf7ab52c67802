"""The only judge: the books, computed anew from three sources that know nothing of each other.

1. the test's own record of what was tried and what the outbox said of it (`Site.history`),
2. the unit's disk: manifests and pictures in the spool, and what `outbox list` and `outbox check` say,
3. the cloud's ledger.
"""

import hashlib
import json
from pathlib import Path


def seconds(number):
    return 1_790_000_000 + number * 60


def spool(state):
    """Every committed image set on the disk: id, manifest, and what is not as its manifest says."""
    sets, wrong = {}, []
    for path in sorted(Path(state).glob("spool/*/*/manifest.json")):
        manifest = json.loads(path.read_text())
        sets[path.parent.name] = manifest
        for image in manifest["images"]:
            picture = path.parent / image["fileName"]
            if not picture.exists():
                wrong.append(f"{path.parent.name}: {image['fileName']} is gone")
            elif hashlib.sha256(picture.read_bytes()).hexdigest() != image["sha256"]:
                wrong.append(f"{path.parent.name}: {image['fileName']} has changed")
    return sets, wrong


def judge_disk(site, state, may_wait=False):
    """What is wrong with one unit's own account of itself."""
    listed = site.outbox(state, "list", "--all", "--json", "--books")
    if listed.returncode:
        return [f"outbox list ends with {listed.returncode}: {listed.stderr.strip()}"]
    lines = [json.loads(line) for line in listed.stdout.splitlines()]
    books = lines.pop()
    return judge_tree(state, lines, books, may_wait)


def judge_tree(state, lines, books, may_wait=False):
    """The same of a folder whose outbox said this elsewhere."""
    wrong = []
    if not books["balanced"]:
        wrong.append(f"the books do not balance: {books}")
    if books["seen"] != len(lines) + books["interrupted"] + books["refused"]:
        wrong.append(f"{len(lines)} rows do not fit the books: {books}")
    if not may_wait and books["pending"] + books["quarantined"] > 0:
        wrong.append(f"not everything was delivered: {books}, {[row.get('reason') for row in lines]}")
    sets, changed = spool(state)
    wrong += changed
    rows = {row["passage"] for row in lines if row.get("folder")}
    if rows != set(sets):
        wrong.append(f"rows and spool differ: {sorted(rows ^ set(sets))}")
    return wrong


def judge_promises(promises, rows):
    """What of the acknowledged passages the outbox does not know any more. `promises`: lines as `ACK id recDate images`."""
    known = {row["passage"]: row for row in rows}
    wrong = []
    for _, passage, rec_date, images in (line.split() for line in promises):
        row = known.get(passage)
        if row is None:
            wrong.append(f"lost: {passage} was acknowledged and is in no row")
        elif row["images"] != int(images):
            wrong.append(f"incomplete: {passage} was acknowledged with {images} images and has {row['images']}")
    return wrong


def judge_cloud(site):
    """What is lost, doubled or from nowhere at the cloud, held against the test's record."""
    wrong, ledger = [], site.ledger()
    tried = {seconds(entry[1]) for entry in site.history if entry[0] == "TRIED"}
    acknowledged, groups = {}, {}
    for entry in site.history:
        if entry[0] == "ACK":
            acknowledged[int(entry[2])] = (entry[1], int(entry[3]))
        if entry[0] == "GROUP":
            groups[int(entry[2])] = (entry[1], int(entry[3]))
    live = {}
    for item in ledger["imageSets"]["items"]:
        if not item["deleted"]:
            live.setdefault(item["recDate"], []).append(item)
    for rec_date, (passage, images) in acknowledged.items():
        items = live.get(rec_date, [])
        if not items:
            wrong.append(f"lost: {passage} was acknowledged and is not at the cloud")
        elif len(items[0]["images"]) != images:
            wrong.append(f"incomplete: {passage} has {len(items[0]['images'])} of {images} images at the cloud")
    for rec_date, (passage, images) in groups.items():
        items = live.get(rec_date, [])
        if not items or len(items[0]["images"]) < images:
            wrong.append(f"lost: {images} images of {passage} were durable, {len(items[0]['images']) if items else 0} are at the cloud")
    for rec_date, items in live.items():
        if len(items) > 1:
            wrong.append(f"doubled: {len(items)} image sets of second {rec_date}")
        if rec_date not in tried:
            wrong.append(f"from nowhere: an image set of second {rec_date}")
    if ledger["images"]["doubled"]:
        wrong.append(f"doubled images: {ledger['images']['doubledImages']}")
    wrong += [f"contract: {broken['request']}: {broken['what']}" for broken in ledger["violations"]]
    return wrong


def verdict(name, wrong, told):
    """One line, and the exit status."""
    if wrong:
        print(f"FAIL {name}: {len(wrong)} wrong, {told}")
        for line in wrong[:20]:
            print(f"     {line}")
        return 1
    print(f"ok   {name}: 0 lost, 0 doubled, books balance, {told}")
    return 0
