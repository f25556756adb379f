"""Errors in the shape in which DynamoDB gives them."""
import json

import wire

CORAL, DYNAMODB = "com.amazon.coral.service#", "com.amazonaws.dynamodb.v20120810#"  # before the names of types
JSON_TYPE = {"content-type": "application/x-amz-json-1.0"}
REASONS = {  # why an action of a transaction was cancelled: DynamoDB's messages
    "ConditionalCheckFailed": "The conditional request failed",
    "ItemCollectionSizeLimitExceeded": "Collection size exceeded.",
    "ProvisionedThroughputExceeded": "The level of configured provisioned throughput for the table was exceeded.",
    "ThrottlingError": "Throughput exceeds the current capacity of your table or index.",
    "TransactionConflict": "Transaction is ongoing for the item",
    "ValidationError": "Provided item would not be valid.",
}


def error(status, kind, **members):
    """An answer in the shape of DynamoDB's errors."""
    return wire.Answer(status, json.dumps({"__type": kind, **members}).encode(), JSON_TYPE)


def cancelled_answer(reasons):
    """TransactionCanceledException for a list of codes or of whole reasons."""
    whole = [{"Code": reason, **({"Message": REASONS[reason]} if reason in REASONS else {})} if isinstance(reason, str) else reason
             for reason in reasons]
    codes = ", ".join(reason["Code"] for reason in whole)
    return error(400, f"{DYNAMODB}TransactionCanceledException", CancellationReasons=whole,
                 Message=f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]")


def conflict_answer():
    return error(400, f"{DYNAMODB}TransactionConflictException", message=REASONS["TransactionConflict"])


def in_progress_answer():
    return error(400, f"{DYNAMODB}TransactionInProgressException",
                 Message="The transaction with the given request token is already in progress.")
