"""Voorbeeld 1 and 2 of the handreiking, made over the API for any gemeente: found by their titles, and the figures that are published."""

import numpy as np
import pytest
from celwacht.publish.serve.api import api
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.serve import handreiking, stand_in


@pytest.mark.parametrize("table", sorted(handreiking.EXAMPLES))
def test_the_example_can_be_made_for_any_gemeente(table):
    """One question gives the whole table of the handreiking: rows and columns by their titles, a gemeente, a period."""
    made, names = handreiking.publication(table)
    client = TestClient(Starlette(routes=api.routes(stand_in.Shelf(made))))
    told = client.get(f"/api/v1/tables/{table}").json()
    codes = {d["name"]: [(c["code"], c["title"]["nl"]) for c in d["codes"]] for d in told["dimensions"]}

    def at(name: str, titles: tuple[str, ...]) -> list[int]:
        return [handreiking.position([title for _, title in codes[name]], one) for one in titles]

    rows = {names[field]: at(names[field], titles) for field, titles in handreiking.EXAMPLES[table].items()}
    forms = {names["hulpvorm"]: at(names["hulpvorm"], handreiking.FORMS)}
    gemeenten = [i for i, (code, _) in enumerate(codes[names["gemeente"]]) if code.startswith("GM") and code != "GM9999"]
    assert len(gemeenten) == 342
    for gemeente in gemeenten[::19]:
        chosen = rows | forms | {names["gemeente"]: [gemeente], "Perioden": [0]}
        query = "&".join(f"{name}={','.join(codes[name][i][0] for i in places)}" for name, places in chosen.items())
        answer = client.get(f"/api/v1/tables/{table}/data?{query}").json()
        block = np.ix_(*(sorted(chosen[d.name]) for d in made.dimensions))
        values, states = made.measures[0].values[block].ravel(), made.measures[0].state[block].ravel()
        assert answer["values"] == [int(v) if s == 0 else None for v, s in zip(values, states)]
        assert answer["states"] == "".join(map(str, states))
        assert len(values) == np.prod([len(places) for places in chosen.values()])
