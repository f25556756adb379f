/*
 * Every ceiling of the library, in one place. What grows is born with one of these; reaching it is an error that
 * names it, never a crash and never a silent cut.
 */
#ifndef LIMITS_H
#define LIMITS_H

/* Of some ceilings there is a second column: so low that a few hundred small changes meet every one of them. The conformance suite and the
   differential run are built with it once more (tests/conformance); a program is not (vault_private.h). */
#ifdef HANSARD_LOWERED_CEILINGS
#define LIMIT_OF(true_size, lowered) (lowered)
#else
#define LIMIT_OF(true_size, lowered) (true_size)
#endif
enum { LIMIT_LOWERED = LIMIT_OF(0, 1) };

/* CBOR and JSON (envelope.md, Values). A JSON export of the largest folder that can be imported can be imported again:
   its files in base64 take 86 MiB, what was read from them as much again and more where characters are escaped. Values
   are what JSON takes memory by, up to about as much as LIMIT_ARENA. */
#define LIMIT_INTEGER INT64_C(9007199254740991) /* 2^53 - 1, either sign */
enum {
	LIMIT_CBOR_DEPTH = 16,
	LIMIT_JSON_DEPTH = 64,
	LIMIT_JSON_BYTES = 256 * 1024 * 1024,
	LIMIT_JSON_VALUES = 6000000,
};

/* Names (record.md, Display ids and names), in bytes. */
enum {
	LIMIT_TENANT = 32,
	LIMIT_SLUG = 40,
	LIMIT_DIALOGUE_ID = 80,
	LIMIT_SUBKEY = 128, /* of any type; the longest is a part's */
	LIMIT_ADDRESS = 256,
	LIMIT_ROUND = 99,
	LIMIT_SEQ = 9999,
	LIMIT_PRINCIPAL = 512, /* who commits and who uses keys */
};

/* The boundary (engines.md), the same on every engine. */
enum {
	LIMIT_COMMIT_CHANGES = LIMIT_OF(4096, 100),
	LIMIT_COMMIT_STORED_BYTES = LIMIT_OF(3000000, 40000), /* items and parts as stored, a part with its address */
	LIMIT_COMMIT_BYTES = LIMIT_OF(350000, 5000),          /* the commit itself */
	LIMIT_COMMIT_INDEXED = LIMIT_OF(80, 12),              /* items of types meta, tension and dek */
	LIMIT_STORED_ITEM = LIMIT_OF(140000, 2000),
	LIMIT_ATTRS = LIMIT_OF(8192, 512),
	LIMIT_PIECE = LIMIT_OF(131072, 1024), /* plaintext bytes in one item or part */
	LIMIT_PARTS = 9999,
	LIMIT_GENERATION = 9999,
	LIMIT_GENERATIONS = 64,           /* of one dialogue */
	LIMIT_GENERATION_REVS = 262144,   /* commits on one generation, after which a new one is due */
	LIMIT_NOTE = LIMIT_OF(8192, 400), /* a head with its signature lines */
	LIMIT_PAGE = LIMIT_OF(1000, 20),  /* items of one page of analytics */
};
_Static_assert(LIMIT_PIECE + LIMIT_ATTRS < LIMIT_STORED_ITEM, "a piece and its attrs are one stored item");
_Static_assert(LIMIT_STORED_ITEM < LIMIT_COMMIT_STORED_BYTES, "one item is a commit");

/* What the DynamoDB engine makes of the boundary; that a commit is one transaction is proved in dynamodb_change.c. Of a transaction the true
   sizes are DynamoDB's own, and a page ends there at 1 MB, too. */
enum {
	LIMIT_TRANSACTION_ROWS = LIMIT_OF(100, 32),
	LIMIT_TRANSACTION_BYTES = LIMIT_OF(4 * 1024 * 1024, 75000), /* of all its rows */
	LIMIT_PAGE_ROWS = LIMIT_OF(0, 2),                           /* that a page is asked for; 0: as many as it takes */
	LIMIT_BUNDLE = LIMIT_OF(350000, 5000),                      /* bytes of a row that holds many items, or parts */
};
#define LIMIT_REV INT64_C(9999999999)
#define LIMIT_RESTORE_REVS ((int64_t)1 << 20) /* that a restore of dialogues that nobody named declares lost */

/* Keys: public ones that are listed; how long a change of keys waits for another one, or a commit for it, and between two looks. */
enum {
	LIMIT_KEYS_LISTED = 32,    /* lines of `trusted`, and of `receipts` */
	LIMIT_KEYS_LIST = 8192,    /* bytes of either */
	LIMIT_KEYS_WAIT_MS = 8000, /* longer than a commit waits for the store */
	LIMIT_KEYS_PAUSE_MS = 5,
	LIMIT_KEYS_LOOKS = 100,  /* at key files that change while they are read */
	LIMIT_KEYS_PASSES = 8,   /* of one rotation over all dialogues */
	LIMIT_KEYS_ATTEMPTS = 20 /* at one dialogue that others write to */
};

/* Import (import.md), in bytes. */
enum {
	LIMIT_IMPORT_FILE = 2 * 1024 * 1024,
	LIMIT_IMPORT_FOLDER = 64 * 1024 * 1024,
	LIMIT_IMPORT_FILES = 20000,
	LIMIT_IMPORT_COMMIT = 400000,
};

/* Requests to AWS: headers, or parameters of a query, that are signed; bytes of each text that signing makes. */
enum {
	LIMIT_SIGNED_FIELDS = 64,
	LIMIT_SIGNED_BYTES = 65536,
};

/* HTTP and AWS's answers, in bytes and milliseconds. A limit of STS for the token of a web identity is 20,000
   characters; it names none for the token of a session, which has some hundreds to some thousands. */
enum {
	LIMIT_HTTP_ANSWER = 20 * 1024 * 1024,
	LIMIT_HTTP_FIELDS = 65536, /* the header of an answer */
	LIMIT_HTTP_LINE = 24576,   /* a header of a request */
	LIMIT_HTTP_URL = 4096,
	LIMIT_HTTP_CONNECT_MS = 3000,
	LIMIT_HTTP_ANSWER_MS = 10000,
	LIMIT_HTTP_SLOWEST = 65536,   /* bytes a second that a line carries at least */
	LIMIT_AWS_FILE = 1024 * 1024, /* config or credentials */
	LIMIT_AWS_ANSWER = 65536,     /* that holds keys */
	LIMIT_AWS_ID = 128,
	LIMIT_AWS_SECRET = 256,
	LIMIT_AWS_TOKEN = 8192,
	LIMIT_AWS_IDENTITY = 20480, /* the token of a web identity, or of a container */
	LIMIT_AWS_ROLES = 8,        /* one assumed with the keys of the other */
	LIMIT_AWS_PROCESS_MS = 60000,
};

/* Memory of one loaded dialogue and of one document written out. */
#define LIMIT_ARENA ((size_t)1 << 30)
#define LIMIT_DOCUMENT ((size_t)512 << 20)

#endif
