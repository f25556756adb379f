/*
 * What the rules of reading share while they turn files into a record: the files with their parts, the people, facts that
 * were stated, statements, tensions with what was said of them, and moves. Everything lives in the arena of the request.
 *
 * Memory: a function here that cannot allocate marks the work as exhausted and gives back something empty; the steps in
 * derive.c look at the mark before they go on. So a rule need not check each text it makes.
 */
#ifndef DERIVE_WORK_H
#define DERIVE_WORK_H

#include "derive.h"
#include "limits.h"
#include "scan.h"

enum { WORK_NO_ROUND = -1, WORK_ROUNDS = LIMIT_ROUND + 1 };

enum { WORK_NUMBER_BUCKETS = 1024 };

/* How much of each kind a dialogue can have; what is beyond is reported once and left out. */
enum {
	WORK_TENSIONS_MAX = LIMIT_SEQ,
	WORK_MOVES_MAX = LIMIT_SEQ,
	WORK_LINKS_MAX = 500,
	WORK_MEMBERS_MAX = 400,
	WORK_DISSENTS_MAX = 400,
	WORK_INSIGHTS_MAX = 400
};

/* A stretch of a file in which one voice speaks: an expert's, or the Judge's. */
struct work_part {
	size_t from;
	size_t to;
	int round;          /* WORK_NO_ROUND outside the rounds */
	struct text expert; /* slug; absent: the Judge */
	bool repeated;      /* the same expert's response to this round is a file of its own */
};

struct work_file {
	struct text path;
	struct bytes content;
	enum file_kind kind;
	int round;                    /* of its path; WORK_NO_ROUND without one */
	bool in_round;                /* lies in the folder of a round */
	struct text stem;             /* "muffin" of round-0/muffin.md and round-0/muffin.prompt.md */
	struct text speaker;          /* slug of the expert whose response it is */
	const struct scan_file *scan; /* NULL for a file that is not read as markdown */
	bool carries;                 /* a document that carries its record; it has no scan */
	uint32_t *rows;               /* of each line, the line of the row above it and one; made when first asked for */
	size_t *parents;              /* of each heading, the one in whose section it stands; SIZE_MAX for none */
	struct work_part *parts;      /* in order, without gaps; none without a scan */
	size_t part_count;
	size_t part_capacity;
};

/* Where something was read. */
struct work_place {
	const struct work_file *file;
	int64_t line;
	size_t offset;
};

/* Someone who may speak. */
struct work_member {
	struct text slug;
	struct text name; /* as first written */
};

/* Someone on the panel of a round, in the order given. */
struct work_seat {
	int round;
	struct text slug;
	int rank;
};

/* A round as far as it is known. */
struct work_round {
	bool held;
	bool answered; /* someone responded, or it was scored or summarised */
	struct text title;
	struct text summary;
	int summary_rank;
	bool announced;
	struct work_place announced_at;
};

/* Everything that can be stated once for the dialogue, for a round, or for an expert in a round (derive_fact.c). */
enum fact_kind {
	FACT_STATUS,
	FACT_DATE,
	FACT_NUMBER,
	FACT_QUESTION,
	FACT_CONSTRAINTS,
	FACT_DOMAIN,
	FACT_TOTAL,
	FACT_ROUNDS,
	FACT_MAX_ROUNDS,
	FACT_TENSIONS_CLAIMED,
	FACT_CONVERGENCE_CLAIMED,
	FACT_CONVERGENCE_WORDS,
	FACT_PARTICIPANTS,
	FACT_ROUND_SCORE,
	FACT_ROUND_W,
	FACT_ROUND_C,
	FACT_ROUND_T,
	FACT_ROUND_R,
	FACT_ROUND_OPEN,
	FACT_ROUND_NEW,
	FACT_ROUND_VELOCITY,
	FACT_ROUND_SIGNALS,
	FACT_ROUND_CONVERGE,
	FACT_ROUND_PANEL_SIZE,
	FACT_EXPERT_TOTAL,
	FACT_EXPERT_W,
	FACT_EXPERT_C,
	FACT_EXPERT_T,
	FACT_EXPERT_R,
	FACT_SEAT_ROLE,
	FACT_SEAT_TIER,
	FACT_SEAT_RELEVANCE,
	FACT_SEAT_SOURCE,
	FACT_SEAT_FOCUS,
	FACT_KIND_COUNT,
};

struct work_fact {
	enum fact_kind kind;
	int round;          /* WORK_NO_ROUND: of the whole dialogue */
	struct text key;    /* slug of an expert; absent for others */
	int64_t number;     /* of a numeric kind */
	struct text text;   /* of others; of numbers as written */
	int64_t difference; /* stated with a score: 830 (+413) */
	bool has_difference;
	struct work_place place;
	bool lost; /* a statement of higher rank stands */
};

/* A perspective, recommendation, piece of evidence or claim. */
struct work_statement {
	enum entity_type type;
	int round;
	struct text expert;
	struct text label;
	struct text body;
	struct text local_id;
	int number; /* of the local id; -1 without one */
	struct work_place place;
	size_t part_order; /* orders markers of one file */
	struct display_id id;
};

/* A label that a register or marker gives a tension. */
struct work_label {
	struct text text;
	struct text normal;
	struct work_place place;
	bool principal; /* of a row that says who raised it or how it stands */
};

/* Who raised a row, and when. */
struct work_raiser {
	struct text slug;
	int round; /* WORK_NO_ROUND when not said */
	bool taken;
};

/* A tension: a row of the Judge's register, or an expert's own. */
struct work_tension {
	bool judge;
	int round;          /* of its display id: 0 of a row of the Judge */
	int number;         /* of the id as written; -1 for one without digits */
	struct text tail;   /* absent without one */
	struct text expert; /* of an expert's own */
	struct text local_id;
	struct work_label *labels;
	size_t label_count, label_capacity;
	struct text body;
	struct text *contributors;
	size_t contributor_count, contributor_capacity;
	struct work_raiser *raisers;
	size_t raiser_count, raiser_capacity;
	int raised_round; /* of a row that names a round and nobody */
	bool several;     /* and says that several raised it */
	bool taken;       /* a row that names nobody has its marker */
	bool merged;      /* an expert's own that is part of a row */
	struct work_place place;
	enum tension_status status;
	bool accepted;
	struct display_id id;
	size_t next; /* of the same bucket of numbers: its index and one; 0 for none */
};

/* A tension as an expert's marker raises it. */
struct work_raised {
	struct text expert;
	int round;
	int number;
	struct text tail;
	struct text local_id;
	struct text label;
	struct text normal;
	struct text body;
	struct work_place place;
	size_t tension; /* index of the tension it is; SIZE_MAX until found */
	int rule;       /* by which rule, 1 to 4; 0 for one that is its own */
};

/* What the Judge says of a tension's status, or an expert's marker does to it. */
struct work_change {
	size_t tension;
	int round;
	bool bound;                 /* stands in a round's part: says how it was then */
	bool named;                 /* names its round itself */
	struct text actor;          /* slug; absent: the Judge */
	enum tension_status status; /* TENSION_ABSENT: a comment, or see accepted */
	bool accepted;
	bool comment;
	bool refinement; /* counts only where the tension is open */
	struct text reason;
	struct work_place place;
};

struct work_move {
	int round;
	struct text expert;
	enum move_type type;
	struct text *targets;
	size_t target_count;
	struct text context;
	struct work_place place;
	int seq;
};

struct work_ref {
	struct display_id source;
	struct display_id target;
	enum ref_type type;
	struct work_place place;
};

/* A dissent or minority verdict. */
struct work_dissent {
	enum verdict_type type;
	int round;
	struct text expert;
	struct text label;
	struct text body;
	struct work_place place;
};

/* The final verdict. */
struct work_verdict {
	bool present;
	struct text recommendation;
	struct text description;
	struct work_place place;
};

struct table_columns;

struct derive_work {
	struct arena *arena;
	const struct derive_request *request;
	struct problem_list *problems;
	struct derive_count count;
	bool exhausted;
	size_t left_out; /* markers that were understood and are more than a dialogue can hold */

	struct work_file *files;
	size_t file_count;

	struct work_member *members;
	size_t member_count, member_capacity;
	bool members_left_out; /* more were named than a dialogue can hold, which was reported */
	uint8_t *seated;       /* by round and member: a bit for each rank by which they have a seat */
	struct work_seat *seats;
	size_t seat_count, seat_capacity;
	struct work_round rounds[WORK_ROUNDS];

	struct work_fact *facts;
	size_t fact_count, fact_capacity;
	struct work_statement *statements;
	size_t statement_count, statement_capacity;
	struct work_tension *tensions;
	size_t tension_count, tension_capacity;
	struct {
		size_t first, last;          /* index and one; 0 for none */
	} numbered[WORK_NUMBER_BUCKETS]; /* tensions by number, in order of index */
	struct work_tension **by_id;     /* tension_count of them in order of display id; NULL before they have one */
	struct work_raised *raised;
	size_t raised_count, raised_capacity;
	struct work_change *changes;
	size_t change_count, change_capacity;
	struct work_move *moves;
	size_t move_count, move_capacity;
	struct work_ref *refs;
	size_t ref_count, ref_capacity;
	struct work_dissent *dissents;
	size_t dissent_count, dissent_capacity;
	struct record_link *links;
	size_t link_count, link_capacity;
	struct text *insights;
	size_t insight_count, insight_capacity;
	int insight_rank;
	struct record_pool_member *pool;
	size_t pool_count, pool_capacity;
	int pool_rank;
	bool judge_register; /* some register has rows of the Judge */
	int register_until;  /* last round that the Judge's registers cover; WORK_NO_ROUND: all */
	struct work_verdict verdict;

	size_t *last_said;                     /* of each file, for derive_history.c; zeros between its calls */
	const struct scan_table *speech_table; /* whose columns are below: markers of one table follow each other */
	struct table_columns *speech_columns;
};

/* derive_work_take(work, size): zeroed memory, or NULL and the work is exhausted. */
void *derive_work_take(struct derive_work *work, size_t size);

/* derive_work_grow(work, items, count, capacity, size): as arena_grow; false and the work is exhausted. */
bool derive_work_grow(struct derive_work *work, void *items, size_t count, size_t *capacity, size_t size);

/* derive_work_full(work, count, max, place): count has reached max: what stands at the place is reported as left out. */
bool derive_work_full(struct derive_work *work, size_t count, size_t max, struct work_place place);

/* derive_work_tension(work, tension): adds a tension; NULL when exhausted. A later call may move it. */
struct work_tension *derive_work_tension(struct derive_work *work, const struct work_tension *tension);

/* derive_work_numbered(work, number, after): index of the next tension behind `after` that may have that number, to be
   compared; SIZE_MAX as `after` begins, and as result ends. */
size_t derive_work_numbered(const struct derive_work *work, int number, size_t after);

/* derive_work_done(work, done): done, the outcome of an allocation; false marks the work as exhausted. */
bool derive_work_done(struct derive_work *work, bool done);

/* derive_work_plain(work, text), derive_work_label(work, text): as scan_plain and scan_label; "" when exhausted. */
struct text derive_work_plain(struct derive_work *work, struct text text);
struct text derive_work_label(struct derive_work *work, struct text text);

/* derive_work_report(work, code, place, value, message): adds a problem; an import refuses nothing, so it is a
   warning. */
void derive_work_report(struct derive_work *work, enum problem_code code, struct work_place place, struct text value,
						const char *message);

/* derive_work_suggest(work, nearest): gives the problem that was reported last a suggestion: the known word that is
   nearest, unless it is absent, and where the known ones are listed. */
void derive_work_suggest(struct derive_work *work, struct text nearest);

/* derive_work_tell(work, code, place, format, ...): as derive_work_report without a value, the message made as printf
   would. */
void derive_work_tell(struct derive_work *work, enum problem_code code, struct work_place place, const char *format,
					  ...) __attribute__((format(printf, 4, 5)));

/* derive_work_differ(work, what, loser, winner): reports two statements that differ, with the place of both. */
struct work_said {
	struct text value;
	struct work_place place;
};
void derive_work_differ(struct derive_work *work, struct text what, struct work_said loser, struct work_said winner);

/* derive_work_place(file, offset): the place of an offset of a scanned file. */
struct work_place derive_work_place(const struct work_file *file, size_t offset);

/* derive_work_part(file, offset): the part in which an offset lies; NULL in a file without parts. */
const struct work_part *derive_work_part(const struct work_file *file, size_t offset);

/* derive_work_opens(file, offset): only blanks and heading, list or quote marks stand before this offset on its line.
   */
bool derive_work_opens(const struct work_file *file, size_t offset);

/* derive_work_judges(file, offset): the Judge speaks at this offset, and not in a prompt. */
bool derive_work_judges(const struct work_file *file, size_t offset);

/* derive_work_last_round(work): the highest round held, or WORK_NO_ROUND. */
int derive_work_last_round(const struct derive_work *work);

/* derive_work_rank(file): the weight of a file's statements where two differ; the higher stands (import.md,
   Precedence). */
int derive_work_rank(const struct work_file *file);

/* derive_work_before(a, b): order of two places where one of them must stand: rank, then round, then path, then
   offset; negative
   when b stands. */
int derive_work_before(struct work_place a, struct work_place b);

#endif
