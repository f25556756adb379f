"""Transactions that are only half visible, and indexes that lag.

A transaction that is torn has been carried out; then the items of it that are not to be seen yet are put back as they were. So every read,
of whatever kind, pages and indexes included, sees what a read in the midst of a transaction sees: some items from before, some from after.
Until the rest is revealed each item of the transaction is held: a write that touches one, or a transaction that reads one, is answered with a
conflict, and the same token with TransactionInProgressException, as DynamoDB does.
"""
import json
import time

from errors import cancelled_answer, conflict_answer, in_progress_answer
from until import PAGED, Until

ACTIONS, ONE_ITEM = ("Put", "Update", "Delete", "ConditionCheck", "Get"), ("PutItem", "UpdateItem", "DeleteItem")
ACTIVE_S = 10


def address(table, key):
    return table, json.dumps(key, sort_keys=True)


def keys_of(world, operation, document):
    """[(table, key)] of the items that a request writes, checks, or reads in a transaction."""
    if operation in ("TransactWriteItems", "TransactGetItems"):
        actions = [action[kind] for action in document.get("TransactItems", []) for kind in ACTIONS if kind in action]
    elif operation in ONE_ITEM:
        actions = [document]
    elif operation == "BatchWriteItem":
        actions = [{"TableName": table, **{"Item": entry["PutRequest"]["Item"]}} if "PutRequest" in entry
                   else {"TableName": table, "Key": entry["DeleteRequest"]["Key"]}
                   for table, entries in document.get("RequestItems", {}).items() for entry in entries]
    else:
        return []
    return [(action["TableName"], action.get("Key") or {name: action["Item"][name] for name in world.key_names(action["TableName"])})
            for action in actions]


def image(world, table, key):
    return world.call("GetItem", TableName=table, Key=key, ConsistentRead=True).get("Item")


def put_back(world, table, key, item):
    if item is None:
        world.call("DeleteItem", TableName=table, Key=key)
    else:
        world.call("PutItem", TableName=table, Item=item)


class Torn:
    """A transaction that is carried out and half visible: it holds `keys`; `hidden` are [(table, key, item as it will be seen)]."""

    def __init__(self, world, exchange, keys, hidden, options):
        self.world, self.held, self.hidden, self.step = world, {address(*key) for key in keys}, hidden, options["reveal"]
        self.token = exchange.document.get("ClientRequestToken")
        self.until = Until(options["until"], PAGED, exchange.entry)

    def notice(self, entry):
        """Takes note of an answered request; item by item where that is wanted."""
        if self.until.notice(entry) and self.step and not self.until.met.is_set():
            self.show(self.step)

    def show(self, number):
        for table, key, item in self.hidden[:number]:
            put_back(self.world, table, key, item)
        del self.hidden[:number]

    def reveal(self):
        self.show(len(self.hidden))
        self.world.torn.remove(self)


def torn(exchange, options):
    world = exchange.world
    with world.gate:
        keys = keys_of(world, exchange.entry["op"], exchange.document)
        before = [image(world, *key) for key in keys]
        answer = exchange.forward()
        after = [image(world, *key) for key in keys]
        changed = [number for number in range(len(keys)) if before[number] != after[number]]
        state = None
        if answer.status == 200 and changed:
            visible = visible_of(exchange, changed, options["visible"])
            hidden = [number for number in changed if number not in visible]
            for number in hidden:
                put_back(world, *keys[number], before[number])
            exchange.dice.shuffle(hidden)
            state = Torn(world, exchange, keys, [(*keys[number], after[number]) for number in hidden], options)
            world.torn.append(state)
    if options["answer"] == "waits" and state:
        world.wait_for(state.until.met)
    return exchange.cut() if options["answer"] == "lost" else exchange.reply(answer)


def visible_of(exchange, changed, wanted):
    """Which of the changed items are seen at once: a list of actions, or a share of them; of a half of two or more always one, never all."""
    if isinstance(wanted, list):
        return wanted
    number = round(wanted * len(changed))
    return exchange.dice.sample(changed, max(min(number, len(changed) - 1), min(1, len(changed) - 1)) if 0 < wanted < 1 else number)


def conflict_of(world, request):
    """The answer to a request that touches what a half visible transaction holds, or None."""
    operation = request.operation
    if not world.torn or operation not in ("TransactWriteItems", "TransactGetItems", "BatchWriteItem", *ONE_ITEM):
        return None
    document = request.json()
    try:
        touched = [address(*key) for key in keys_of(world, operation, document)]
    except (KeyError, TypeError, RuntimeError):  # the service says what is wrong with it
        return None
    for state in list(world.torn):
        if state.token and document.get("ClientRequestToken") == state.token:
            return in_progress_answer()
        if not state.held & set(touched):
            continue
        if operation == "BatchWriteItem":  # has no conflicts: it comes after the transaction
            state.until.met.set()
            world.let_go()
        elif operation in ONE_ITEM:
            return conflict_answer()
        else:
            return cancelled_answer(["TransactionConflict" if key in state.held else "None" for key in touched])
    return None


# -- indexes that lag


def prepare_lag(world, rule):
    """Copies the table of a lagging rule, with its indexes, as it is now."""
    table = rule.options["table"]
    described = world.call("DescribeTable", TableName=table)["Table"]
    copy = f"{table}.as-of-{time.monotonic_ns()}"
    indexes = [{part: index[part] for part in ("IndexName", "KeySchema", "Projection")} for index in described["GlobalSecondaryIndexes"]]
    world.call("CreateTable", TableName=copy, BillingMode="PAY_PER_REQUEST", KeySchema=described["KeySchema"],
               AttributeDefinitions=described["AttributeDefinitions"], GlobalSecondaryIndexes=indexes)
    until = time.monotonic() + ACTIVE_S
    while world.call("DescribeTable", TableName=copy)["Table"]["TableStatus"] != "ACTIVE" and time.monotonic() < until:
        time.sleep(0.01)
    page = {"LastEvaluatedKey": None}
    while "LastEvaluatedKey" in page:
        begin = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if page["LastEvaluatedKey"] else {}
        page = world.call("Scan", TableName=table, ConsistentRead=True, **begin)
        for item in page["Items"]:
            world.call("PutItem", TableName=copy, Item=item)
    rule.shadow["table"] = copy


def forget_lag(world, rule):
    if "table" in rule.shadow:
        world.call("DeleteTable", TableName=rule.shadow.pop("table"))


def lagging(exchange, options):
    if exchange.document.get("TableName") != options["table"] or "IndexName" not in exchange.document:
        return exchange.reply(exchange.forward())
    answer = exchange.forward(exchange.request.with_json(exchange.document | {"TableName": exchange.rule.shadow["table"]}))
    found = answer.json()
    if "ConsumedCapacity" in found:
        found["ConsumedCapacity"]["TableName"] = options["table"]
    return exchange.reply(answer.with_json(found))
