"""A deterministic encoder and a tiny handbook, for tests of logic."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from litestar.testing import TestClient

from index.build import build_index
from index.lexical import terms
from index.types import Judge, Manifest, ModelIdentity, Report, Vectors

ITSM = (sys.executable, "-m", "assistant.cli")
"""The command `itsm` as a process of its own."""

IDENTITY = ModelIdentity("hashing", "0" * 64)

TINY = {
    "change/cab.md": """---
id: T1
title: Change advisory board
aliases: [approval meeting]
sources:
  - {title: "Own", url: "corpus/profile.txt", seen: 2026-11}
---
# Change advisory board

## What a CAB is

**Definition: Change advisory board (CAB).** A change advisory board (CAB) is a group that
advises on higher-risk changes. The CAB meets before the change.

## Behaviour in the CAB

### Do: before a CAB meeting

- Send the request for change in time, because members read it first.
- Bring test evidence for the change.

### Don't: after a CAB meeting

- Do not complain about a CAB decision in public.
- Never implement a rejected change.

## How a rejected change goes on

### Steps: after a rejected change

1. Ask the change manager what would make it a yes.
2. Improve the request for change.
3. Submit the request for change again.

## The CAB saying

> CAB Decides, We Comply

**Meaning:** "CAB Decides, We Comply" means that everyone follows the decision.

**Use it when:** "CAB Decides, We Comply" fits after a fair hearing.
""",
    "practices/incidents.md": """---
id: T2
title: Incidents and problems
---
# Incidents and problems

## Difference between incident and problem

An incident disturbs a service, while a problem is a cause of incidents.

### Comparison: incident and problem

| Aspect | Incident | Problem |
|---|---|---|
| Aim | An incident is restored fast | A problem is solved for good |
| Owner | The incident manager owns it | The problem manager owns it |

## Definitions

**Definition: Incident.** An incident is an unplanned interruption of a service.

**Definition: Problem.** A problem is the cause of one or more incidents.

## Myths about incidents

**Myth:** "An incident turns into a problem after a day."
**Fact:** An incident stays an incident and is linked to a problem record.

## Message to users

### Template: first message

```text
We know that [service] is down since [time].
```

**Community view.** Many teams send the first message within a quarter of an hour.
""",
    "change/cab.asked.yaml": """
What a CAB is:
  - Who looks at risky modifications before they go live?
  - >-
    In our bakery somebody swapped the till program on a Friday without a word to anybody, and now
    my boss wants a round of people who look at such things before. What is it?
How a rejected change goes on:
  - My change was refused. What now?
  - Which steps follow a rejected change?
""",
    "faq/own.md": """---
id: T3
title: Questions only your organisation can answer
scope: organisation-specific
---
# Questions only your organisation can answer

## What are our SLA targets?

This handbook does not contain your SLA targets. The service level manager knows the targets.
""",
}


class HashingModel:
    """Bags of hashed stems as unit vectors; the same text always gives the same vector."""

    dimension = 64
    labels: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def read_question(self, text: str) -> tuple[Vectors, Vectors]:
        return self._vector(text), np.empty(0, dtype=np.float32)

    def export(self, folder: Path) -> float:
        folder.mkdir()
        (folder / "encoder.json").write_text(json.dumps({"dimension": self.dimension}))
        return 0.0

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self.dimension, 0.01, dtype=np.float32)
        for term in terms(text):
            position = int(hashlib.sha256(term.encode()).hexdigest(), 16) % self.dimension
            vector[position] += 1
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


def submit(client: TestClient[Any], path: str, **fields: Any) -> Any:
    """Send a form as a browser does, with the token of a page of this server."""
    if "csrf" not in client.cookies:
        client.get("/privacy")
    headers = {"accept": "text/html", **fields.pop("headers", {})}
    return client.post(
        path, data={"_csrf_token": client.cookies["csrf"], **fields}, headers=headers
    )


def write_tiny(folder: Path, added: Mapping[str, str] | None = None) -> Path:
    """Write the tiny handbook, and what is added to it, below a folder."""
    for name, text in {**TINY, **(added or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def build_tiny(
    corpus_dir: Path,
    data_dir: Path,
    model: HashingModel | None = None,
    report: Report = lambda stage, done, total: None,
    *,
    identity: ModelIdentity = IDENTITY,
    force: bool = False,
    judge: Judge = lambda new, published: None,
) -> Manifest:
    """Build a handbook with the hashing encoder."""
    used = model or HashingModel()
    places = corpus_dir, data_dir
    return build_index(*places, identity, lambda: used, report, force=force, judge=judge)
