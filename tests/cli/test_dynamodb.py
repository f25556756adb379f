#!/usr/bin/env python3
"""A store in DynamoDB as a person meets it: begun, its table made, used like any other, and what is said where something is wrong."""
import base64
import json
import re
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import CREDENTIALS, Emulator, Proxy, raw  # noqa: E402
from tapper import EXAMPLE, ROOT, Place, main, promise, store, with_example  # noqa: E402


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")  # as it is stored


def begun(emulator, *words):
    """A place with a store whose table is not there yet; (place, table)."""
    place = Place()
    table = f"hansard-test-{uuid.uuid4()}"
    place.environment |= CREDENTIALS
    place.run("init", "--set", "backend=dynamodb", "--set", f"dynamodb.table={table}", f"--set=dynamodb.endpoint={emulator.endpoint}", *words)
    return place, table


def made(emulator):
    place, table = begun(emulator)
    place.run("table", "create")
    return place, table


def error_of(place, *words, code, **more):
    out, err = place.run(*words, "--json", code=code, **more)
    return json.loads(err.splitlines()[-1])


@promise("a store is begun in DynamoDB: until its table is made every command names that, and making it again changes nothing")
def _():
    with Emulator() as emulator:
        place, table = begun(emulator)
        with place:
            for words in (["list"], ["table", "status"], ["create", "Steel"]):
                error = error_of(place, *words, code=10)
                assert error["kind"] == "no_table" and "hansard table create" in error["hint"], error
            first = place.json("table", "create")
            assert first["table"] == table and first["active"] and first["on_demand"] and first["deletion_protection"], first
            page = (ROOT / "docs" / "json.md").read_text().split("### table\n")[1].split("\n### ")[0]
            assert all(f"`{key}`" in page for key in first.keys() - {"schema_version", "kind"}), page
            assert first["identity"].startswith("dynamodb:") and first["endpoint"] == emulator.endpoint, first
            assert first["made"] and first["endpoint_from"] == f"{place.path}/.hansard/config", first
            out = place.run("table", "create", HANSARD_DYNAMODB_ENDPOINT=emulator.endpoint)[0]
            assert out.startswith(f"Table {table} in us-east-1, which was there already\n") and f"{emulator.endpoint} (HANSARD_DYNAMODB_ENDPOINT)" in out, out
            assert not place.json("table", "create")["made"] and "made" not in place.json("table", "status")
            assert place.json("table", "create")["identity"] == first["identity"] == place.json("table", "status")["identity"]
            assert error_of(place, "table", "create", "--shards", "2", code=11)["kind"] == "shards_fixed"
            assert place.json("doctor")["findings"][0]["good"]
            place.run("init", code=11)


@promise("what is read from a store in DynamoDB is what is read from one in SQLite")
def _():
    with Emulator() as emulator:
        here, name = with_example()
        place, _ = made(emulator)
        with here, place:
            place.run("import", EXAMPLE)
            for words in (["show", name], ["scoreboard", name], ["tensions", name], ["render", name], ["list", "--ids"], ["stats"], ["show", name, "--problems"]):
                assert place.run(*words)[0] == here.run(*words)[0], words
            out, lag = place.run("verify")[0], r"\nWhich dialogues there are was read at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\s+from\s+an\s+index\s+of\s+the\s+table,\s+which\s+may\s+lag[^.]*\."
            assert re.search(lag, out) and re.sub(lag, "", out) == here.run("verify")[0] and "1 good" in out, out
            answer, sure = place.json("verify"), here.json("verify")
            assert MOMENT.fullmatch(answer["as_of"]) and [one["subject"] for one in answer["not_proved"]] == ["completeness"], answer
            assert MOMENT.fullmatch(sure["as_of"]) and "not_proved" not in sure, sure
            assert not {"as_of", "not_proved"} & place.json("verify", name).keys() and "may lag" not in place.run("verify", name)[0]
            place.run("export", name, "--files", "out")
            for path in EXAMPLE.rglob("*"):
                if path.is_file():
                    assert (place.path / "out" / path.relative_to(EXAMPLE)).read_bytes() == path.read_bytes(), path


@promise("a dialogue is begun, read, kept by a receipt, erased, and its history verified")
def _():
    with Emulator() as emulator:
        place, _ = made(emulator)
        with place:
            place.run("create", "Steel and rust")
            (place.path / "kept").write_text(place.run("receipt", "steel")[0])
            place.run("keys", "rotate")
            place.run("keys", "rotate", "--dialogue", "steel")
            assert "fine" in place.run("verify", "--receipt", "kept")[0].lower()
            place.run("abandon", "steel", "a test")
            error = error_of(place, "create", "Bread", "--read-only", code=1)
            assert error["kind"] == "store_read_only", error
            assert {one["state"] for one in place.json("doctor")["findings"] if one["subject"] in ("freshness", "imports")} == {"not_checked"}  # it costs
            place.run("erase", "steel", "--confirm", "steel-and-rust", "--all")
            assert "(1 erased)" in place.run("verify")[0]
            place.run("show", "steel", code=(1, 3))


@promise("a changed byte in the table is a violation after five looks, and not before")
def _():
    with Emulator() as emulator:
        place, table = made(emulator)
        with place:
            place.run("create", "Steel and rust")
            key = {"PK": {"S": "default#dialogue#steel-and-rust"}, "SK": {"S": "meta#"}}
            row = raw(emulator, "GetItem", TableName=table, Key=key, ConsistentRead=True)["Item"]
            kept = row["c"]["B"]
            changed = bytearray(base64.b64decode(kept))
            changed[-1] ^= 1
            row["c"]["B"] = base64.b64encode(changed).decode()
            raw(emulator, "PutItem", TableName=table, Item=row)
            began = time.monotonic()
            error = error_of(place, "show", "steel", code=13)
            assert "dialogue:steel-and-rust/entity:meta/" in error["message"] and time.monotonic() - began > 4, error
            row["c"]["B"] = kept
            raw(emulator, "PutItem", TableName=table, Item=row)
            assert "1 good" in place.run("verify")[0]
            # A row of another tenant among the heads hides nothing, and stops nothing but a verification that all is well.
            raw(emulator, "PutItem", TableName=table, Item={"PK": {"S": "acme#dialogue#x"}, "SK": {"S": "!head"}, "p2": {"S": "default#head"}, "s2": {"S": "steel"}})
            out, err = place.run("verify", code=13)
            assert "good     steel-and-rust" in out and "BAD      lists: the row acme#dialogue#x / !head" in " ".join(out.split("\n  ")), out
            place.run("keys", "rotate")
            assert "1 dialogue would" in " ".join(place.run("migrate", "--to", "sqlite", "--dry-run")[0].split())
            # One among the statuses: lists name it, and what is of ours is verified all the same.
            raw(emulator, "PutItem", TableName=table, Item={"PK": {"S": "acme#dialogue#x"}, "SK": {"S": "meta#"}, "c": row["c"], "p1": {"S": "default#status#open"}, "s1": {"S": "2999-01-01T00:00:00.000000Z#x"}})
            for words in (["list"], ["stats"]):
                error = error_of(place, *words, code=13)
                assert error["kind"] == "index_differs" and "acme#dialogue#x / meta#" in error["message"], error
            assert "good     steel-and-rust" in place.run("verify", code=13)[0]


@promise("where something is wrong it is named, with what to do: keys of AWS, region, endpoint, table, a setting")
def _():
    with Emulator() as emulator:
        place, table = made(emulator)
        with place:
            config = place.path / ".hansard" / "config"
            text = config.read_text()
            error = error_of(place, "list", code=(1, 3, 12), AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
            assert error["kind"] == "no_credentials" and error["hint"].endswith("any words: AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any"), error
            error = error_of(place, "list", code=3, AWS_REGION="")
            assert error["kind"] == "no_region" and error["hint"], error
            error = error_of(place, "list", code=10, HANSARD_DYNAMODB_TABLE="not-there")
            assert error["kind"] == "no_table" and error["message"].startswith('table "not-there" in us-east-1: '), error
            # Somebody in between answers writes alone, and may have passed them on, or not.
            with Proxy(emulator.endpoint) as proxy:
                proxy.script({"fault": "forbidden", "op": "TransactWriteItems", "applied": False})
                error = error_of(place, "create", "Between", "--id", "between", code=14, HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint)
                assert error["kind"] == "outcome_unknown" and "HTTP 403" in error["message"], error
                proxy.script({"fault": "forbidden", "op": "TransactWriteItems", "applied": True, "times": 1})
                place.run("create", "Between", "--id", "between", HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint)
            # Another table, which knows nothing of what was seen in the first.
            place.run("create", "Steel", "--id", "steel")
            others = {"HANSARD_DYNAMODB_TABLE": f"{table}-others"}
            place.run("table", "create", **others)
            for words in (("show", "steel"), ("create", "Steel", "--id", "steel")):
                error = error_of(place, *words, code=13, **others)
                assert error["kind"] == "head_missing" and error["hint"].endswith("another table than was used before has marks of its own: marks = NAME in the configuration"), error
            place.run("create", "Steel", "--id", "steel", "--set", "marks=others", **others)
            error = error_of(place, "list", "--set", "dynamodb.tabel=x", code=2)
            assert error["kind"] == "unknown_setting" and "dynamodb.tabel" in error["message"], error
            error = error_of(place, "list", "--set", "dynamodb.table=arn:aws:dynamodb:eu-west-1:1:table/x", code=3)
            assert error["kind"] == "invalid_configuration", error
            config.write_text(text.replace(f"dynamodb.endpoint = {emulator.endpoint}", "dynamodb.endpoint = https://example.com"))
            error = error_of(place, "list", code=3)
            assert error["kind"] == "invalid_configuration" and "HANSARD_DYNAMODB_ENDPOINT" in error["hint"], error
            config.write_text(text)
            assert "steel" in place.run("list")[0]


@promise("a service that nobody answers for is unreachable, and nothing is lost")
def _():
    with Emulator() as emulator:
        place, _ = made(emulator)
        with place:
            place.run("create", "Steel and rust")
            error = error_of(place, "create", "Bread", code=14, HANSARD_DYNAMODB_ENDPOINT="http://127.0.0.1:1")
            assert error["retryable"], error
            assert place.run("list", "--ids")[0].split() == ["steel-and-rust"]


@promise("every answer in JSON ends with what it consumed; stats --cost tells it by dialogue, and a store in SQLite has none")
def _():
    with Emulator() as emulator:
        place, _ = made(emulator)
        with place, store() as here:
            place.run("import", EXAMPLE)
            answer = place.json("create", "Steel and rust")
            assert list(answer)[-1] == "capacity" and answer["capacity"]["write_units"] > 0, answer
            page = (ROOT / "docs" / "json.md").read_text()
            cost = place.json("stats", "--cost")
            section = page.split("### cost\n")[1].split("\n### ")[0]
            assert all(f"`{key}`" in section for key in cost.keys() - {"schema_version", "kind", "capacity"} | cost["dialogues"][0].keys()), cost
            assert len(cost["dialogues"]) == 2 and all(row["requests"] == 1 and row["write_units"] == 0 for row in cost["dialogues"]), cost
            assert cost["read_units"] == sum(row["read_units"] for row in cost["dialogues"]) > 1, cost
            assert cost["capacity"]["requests"] > cost["requests"] == 2, cost
            text = place.run("stats", "--cost")[0]
            assert "Read units" in text and "steel-and-rust" in text and all(len(line) <= 80 for line in text.splitlines()), text
            json.loads(place.run("export", "steel")[0])
            assert "capacity" not in json.loads(place.run("export", "steel", "--json")[0])
            assert "capacity" in place.json("verify") and "capacity" in place.json("list")
            assert error_of(here, "stats", "--cost", code=2)["kind"] == "unsupported"
            assert "capacity" not in here.json("stats")


@promise("every command that asks the table says what it consumed: reading, writing, keys, moves, the table itself and doctor")
def _():
    with Emulator() as emulator:
        place, _ = made(emulator)
        fault = ROOT / "tests" / "fault"
        with place:
            place.run("import", EXAMPLE)
            name = place.run("list", "--ids")[0].strip()
            place.run("create", "--id", "hearth", "--file", fault / "dialogue.json")
            seen = {"help", "version", "completion", "init", "export", "keys", "backup"}  # export has no kind; a backup there is none
            for words, wrote in (
                    (["list"], False), (["show", name], False), (["show", name, "--problems"], False), (["scoreboard", name], False), (["tensions"], False), (["tensions", name], False),
                    (["log", name], False), (["stats"], False), (["stats", "--cost"], False), (["render", name], False), (["context", name], False),
                    (["panel", "hearth"], False), (["register", "hearth", fault / "round.json"], True), (["update", "hearth", fault / "update.json"], True),
                    (["verdict", "hearth", fault / "verdict.json"], True), (["verify"], False), (["verify", name], False), (["receipt", name], False), (["leakage", name], False),
                    (["table", "status"], False), (["table", "create"], False), (["doctor"], False), (["audit", "show"], False), (["keys", "show"], None),
                    (["create", "Steel and rust"], True), (["import", EXAMPLE], False), (["abandon", "steel", "a test"], True),
                    (["keys", "rotate", "--dialogue", "steel"], True), (["keys", "rotate"], True), (["keys", "rotate", "--signing"], True),
                    (["erase", "steel", "--confirm", "steel-and-rust", "--all"], True), (["migrate", "--to", "sqlite", "--dry-run"], False), (["migrate", "--to", "sqlite"], True)):
                answer = place.json(*words)
                seen.add(words[0])
                if wrote is None:
                    assert "capacity" not in answer, words  # nothing of theirs is in the table
                    continue
                units = answer.get("capacity")
                assert units and list(answer)[-1] == "capacity" and units["requests"] > 0, (words, answer)
                assert (units["write_units"] > 0) == wrote and (wrote or units["read_units"] > 0), (words, units)
            assert seen == {one["name"] for one in place.json("help")["commands"]}, seen


@promise("a dialogue that is named by its whole id is loaded once")
def _():
    with Emulator() as emulator:
        place, _ = made(emulator)
        with place:
            place.run("import", EXAMPLE)
            name = place.run("list", "--ids")[0].strip()
            load, = place.json("stats", "--cost")["dialogues"]
            asked = place.json("show", name)["capacity"]
            assert load["read_units"] > 10 and asked["read_units"] < load["read_units"] + 5, (load, asked)
            assert asked["requests"] == 3, asked  # the store, whether there is such a dialogue, the dialogue


@promise("a table that was restored from another is named by status and doctor, and table create gives its store an identity of its own")
def _():
    with Emulator() as emulator:
        place, table = made(emulator)
        with place:
            place.run("create", "Steel and rust")
            first = place.json("table", "status")
            key = {"PK": {"S": "#table"}, "SK": {"S": "!config"}}
            row = raw(emulator, "GetItem", TableName=table, Key=key, ConsistentRead=True)["Item"]
            kept = row["t"]["S"]
            assert not first["restored"] and kept == raw(emulator, "DescribeTable", TableName=table)["Table"]["TableId"], (first, row)
            row["t"]["S"] = "0" * 8 + kept[8:]  # as the row of another table, that this one was restored from, has it
            raw(emulator, "PutItem", TableName=table, Item=row)
            assert place.json("table", "status")["restored"]
            assert "restored" in place.run("table", "status")[0]
            out, err = place.run("doctor", "--json", code=13)
            findings = {one["subject"]: one for one in json.loads(out)["findings"]}
            assert json.loads(err.splitlines()[-1])["hint"] == error_of(place, "verify", code=13)["hint"] == "hansard table create; then look again"
            assert findings["identity"]["state"] == "bad" and "table create" in findings["identity"]["detail"], findings
            raw(emulator, "UpdateTable", TableName=table, DeletionProtectionEnabled=False)  # as after a restore
            assert not place.json("table", "status")["deletion_protection"]
            made_own = place.json("table", "create")
            assert made_own["deletion_protection"], made_own
            assert made_own["former_identity"] == first["identity"] != made_own["identity"] and not made_own["restored"], made_own
            again = place.json("table", "create")
            assert again["identity"] == made_own["identity"] and "former_identity" not in again, again
            assert "1 good" in place.run("verify")[0]


@promise("what is to be done about a table is said of tables: of one whose dialogue is behind, gone, or another than was seen")
def _():
    with Emulator() as emulator:
        place, table = made(emulator)
        with place:
            def told(*words, code=13):
                hint = error_of(place, *words, code=code)["hint"]
                assert "--put" not in hint and "folder" not in hint and len(hint) < 639, (words, hint)
                return hint

            place.run("create", "Steel and rust", "--id", "steel")
            rows = raw(emulator, "Scan", TableName=table, ConsistentRead=True)["Items"]
            place.run("abandon", "steel", "a test")
            (place.path / "kept").write_text(place.run("receipt", "steel")[0])
            for change in ("behind", "otherwise", "gone"):
                for row in raw(emulator, "Scan", TableName=table, ConsistentRead=True)["Items"]:
                    if row["PK"]["S"] != "#table":
                        raw(emulator, "DeleteItem", TableName=table, Key={"PK": row["PK"], "SK": row["SK"]})
                for row in (row for row in rows if change != "gone"):
                    raw(emulator, "PutItem", TableName=table, Item=row)
                if change == "otherwise":
                    place.run("abandon", "steel", "another test", XDG_STATE_HOME=str(place.path / "elsewhere"))
                assert "first hansard table create" in told("verify"), change
                shown = told("show", "steel")
                assert change == "behind" or "first hansard table create" in shown, (change, shown)
                assert change == "otherwise" or "dynamodb.table" in shown, (change, shown)
                told("verify", "--receipt", "kept")
            assert "dynamodb.table" in told("backup", "--restored") and "dynamodb.table" in told("create", "Steel", "--id", "steel")
            assert "identity" not in {one["subject"] for one in place.json("doctor")["findings"]}


@promise("a flag beats environment and configuration, and init alone writes it down")
def _():
    with store() as place:
        settings = {row["key"]: row for row in place.json("doctor", "--set", "principal=judge", HANSARD_PRINCIPAL="other")["settings"]}
        assert (settings["principal"]["value"], settings["principal"]["from"]) == ("judge", "flag"), settings
        assert "judge" not in (place.path / ".hansard" / "config").read_text()
        place.run("init", "second", "--set", "principal=judge", "--set", "epoch=2")
        text = (place.path / "second" / ".hansard" / "config").read_text()
        assert "\nprincipal = judge\n" in text and "\nepoch = 2\n" in text and "\n; tenant = default\n" in text, text
        assert error_of(place, "list", "--set", "principal", code=2)["kind"] == "unknown_setting"
        for bad in (f"marks={place.path}/elsewhere", "sqlite.path=../second/.hansard/hansard.db", "sqlite.path=config", f"audit={place.path}/log"):
            error = error_of(place, "init", "third", "--set", bad, code=3)
            assert error["kind"] == "invalid_configuration" and error["message"].startswith("flag: ["), error
        assert not (place.path / "third").exists()


@promise("a value of a flag has no control character, whichever")
def _():
    with store() as place:
        for bad in ("x\ntenant = y", "x\ty", "\tx", "x\x7f", "x\x1by", "x\r"):
            for words in (["init", "third"], ["list"]):
                error = error_of(place, *words, "--set", f"principal={bad}", code=3)
                assert error["kind"] == "invalid_value" and "principal" in error["message"], (bad, error)
        assert not (place.path / "third").exists()


@promise("what init is told to write comes back as it was given, or is refused by name and nothing is made")
def _():
    with store() as place:
        for number, (key, good) in enumerate((("principal", "p" * 187), ("principal", "a=b:c [x]"), ("principal", '"Jane"; Doe #1'), ("principal", "#x"), ("principal", "\u00a0J\u00f6rg\u00a0"),
                                              ("sqlite.path", "./b; c.db"), ("older_epochs", "1 2"))):
            there = f"good-{number}"
            place.run("init", there, "--set", f"{key}={good}", "--set", "epoch=3")
            settings = {row["key"]: row for row in place.json("-C", there, "doctor")["settings"]}
            assert settings[key]["value"] == good and settings[key]["from"].endswith("config"), settings[key]
            place.run("-C", there, "create", "Bread")
        for key, bad, why in (("principal", "Jane ; Doe", '"Jane"'), ("principal", ";x", '""'), ("principal", "Jane ", '"Jane"'), ("principal", " Jane", '"Jane"'), ("principal", " ", '""'),
                              ("principal", "p" * 188, "this one has 200"), ("principal", "p" * 512, "199 bytes"), ("sqlite.path", "a ;b.db", '"a"'), ("sqlite.path", "b.db ", '"b.db"'),
                              ("sqlite.path", "config ", '"config"'), ("sqlite.path", b"\xff.db", "UTF-8"), ("older_epochs", " 1", '"1"'), ("dynamodb.region", "eu ;x", '"eu"')):
            flag = key.encode() + b"=" + bad if isinstance(bad, bytes) else f"{key}={bad}"
            error = error_of(place, "init", "bad", "--set", "epoch=3", "--set", flag, code=3)
            assert error["kind"] == "invalid_value" and key in error["message"] and why in error["message"] and error["hint"], (key, bad, error)
            assert not (place.path / "bad").exists(), bad
        place.run("init", "actor", "--set", "principal=judge", "--actor", "other")
        assert "\nprincipal = judge\n" in (place.path / "actor" / ".hansard" / "config").read_text()


main()
