/*
 * Records made by hand.
 */
#include "sample.h"

#include "entity_codec.h"
#include "lifecycle.h"

static void *need(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static struct text text(const char *string)
{
	return text_of_string(string);
}

static struct schema_integer integer(int64_t value)
{
	return (struct schema_integer){.value = value, .present = true};
}

static struct text_list list_of(struct arena *arena, const char *const *items, size_t count)
{
	struct text *texts = need(arena_allocate_array(arena, count, sizeof(*texts)));
	for (size_t i = 0; i < count; i++)
		texts[i] = text(items[i]);
	return (struct text_list){.items = texts, .count = count, .present = true};
}

static void *create(struct record *record, enum entity_type type, struct text subkey)
{
	struct text copy;
	if (!arena_copy_text(record->arena, subkey, &copy))
		abort();
	return need(entity_codec_create(record->arena, type, copy));
}

static void add(struct record *record, void *entity)
{
	if (record_add(record, entity, NULL) != HANSARD_OK)
		abort();
}

static struct text round_subkey(struct record *record, int round)
{
	struct text subkey;
	if (!item_key_round_subkey(record->arena, round, &subkey))
		abort();
	return subkey;
}

void *sample_statement(struct record *record, const char *id)
{
	struct display_id parsed;
	struct text subkey;
	if (!display_id_parse(text(id), &parsed) || !display_id_subkey(record->arena, parsed, &subkey))
		abort();
	struct entity_head *entity = create(record, parsed.type, subkey);
	lifecycle_set_status(entity, lifecycle_initial(parsed.type));
	const struct record_statement statement = {.label = TEXT("a label"), .created_at = TEXT(SAMPLE_TIME)};
	record_set_statement(entity, &statement);
	add(record, entity);
	return entity;
}

void sample_event(struct record *record, struct sample_event sample)
{
	unsigned type;
	struct item_key_event key = {text(sample.type), text(sample.target), TEXT("20260206T183900000000Z"), 0};
	if (!vocabulary_find(&vocabulary_event_type, key.type, &type))
		abort();
	struct text subkey;
	do {
		key.n++;
		if (!item_key_event_subkey(record->arena, key, &subkey))
			abort();
	} while (record_find(record, ENTITY_EVENT, subkey) != NULL);
	struct entity_event *event = create(record, ENTITY_EVENT, subkey);
	event->event_type = (enum event_type)type;
	event->event_round = integer(sample.round);
	event->created_at = TEXT(SAMPLE_TIME);
	event->actors = list_of(record->arena, &sample.actor, 1);
	event->reason = text(sample.reason);
	add(record, event);
}

struct entity_verdict *sample_verdict(struct record *record, const char *id, enum verdict_type type,
									  const char *sentence)
{
	struct entity_verdict *verdict = create(record, ENTITY_VERDICT, text(id));
	verdict->verdict_type = type;
	verdict->round = integer(3);
	verdict->created_at = TEXT(SAMPLE_TIME);
	verdict->recommendation = text(sentence);
	verdict->author = TEXT("judge");
	add(record, verdict);
	return verdict;
}

static struct entity_meta *add_meta(struct record *record, const char *title)
{
	struct entity_meta *meta = create(record, ENTITY_META, TEXT(""));
	meta->status = DIALOGUE_OPEN;
	meta->created_at = TEXT(SAMPLE_TIME);
	meta->title = text(title);
	add(record, meta);
	return meta;
}

void sample_empty(struct arena *arena, struct record *record)
{
	record_begin(record, arena, TEXT("empty"));
	add_meta(record, "Nothing yet");
}

/* The dialogue */

static const struct {
	const char *role;
	enum tier tier;
	int64_t relevance;
} pool[] = {
	{"Relational Database Architect", TIER_CORE, 950000},
	{"DynamoDB Single-Table Design Specialist", TIER_CORE, 930000},
	{"Platform Engineer (Local-Prod Parity)", TIER_CORE, 900000},
	{"Encryption & Key Management Architect", TIER_CORE, 880000},
	{"Graph Query Pattern Analyst", TIER_ADJACENT, 780000},
	{"Cloud Cost & Scaling Economist", TIER_ADJACENT, 720000},
	{"SRE & Operational Complexity Lead", TIER_ADJACENT, 700000},
	{"Rust Systems Engineer (Trait Abstractions)", TIER_ADJACENT, 680000},
	{"Developer Experience Engineer", TIER_ADJACENT, 600000},
	{"Data Migration & Zero-Downtime Specialist", TIER_ADJACENT, 550000},
	{"Serverless & Edge Deployment Advocate", TIER_WILDCARD, 380000},
	{"Startup CTO (Ship-Speed Pragmatist)", TIER_WILDCARD, 350000},
	{"Data Compliance & Audit Officer", TIER_WILDCARD, 320000},
	{"Contrarian (Challenge All Assumptions)", TIER_WILDCARD, 300000},
};

/* Scores of rounds 0 to 3; 0 where the expert did not sit. */
static const struct {
	const char *name;
	const char *slug;
	size_t role;
	int scores[4];
} people[] = {
	{"Croissant", "croissant", 7, {25, 25, 24, 20}},
	{"Strudel", "strudel", 13, {24, 25, 21, 20}},
	{"Muffin", "muffin", 0, {23, 22, 22, 20}},
	{"Eclair", "eclair", 4, {22, 22, 0, 0}},
	{"Cannoli", "cannoli", 10, {22, 21, 23, 20}},
	{"Macaron", "macaron", 11, {21, 19, 0, 0}},
	{"Scone", "scone", 2, {19, 0, 0, 0}},
	{"Brioche", "brioche", 6, {19, 0, 0, 0}},
	{"Cupcake", "cupcake", 1, {17, 0, 0, 0}},
	{"Donut", "donut", 5, {16, 0, 0, 0}},
	{"Tartlet", "tartlet", 9, {0, 24, 22, 20}},
	{"Galette", "galette", 8, {0, 24, 25, 20}},
};
enum { PEOPLE = sizeof(people) / sizeof(people[0]), POOL = sizeof(pool) / sizeof(pool[0]) };

static const struct {
	int w, c, t, r, score, open, new, velocity, permille;
} rounds[] = {
	{45, 30, 25, 25, 125, 10, 20, 30, 0},
	{38, 28, 22, 22, 110, 7, 9, 16, 0},
	{32, 26, 25, 22, 105, 1, 3, 4, 830},
	{20, 20, 20, 15, 75, 0, 0, 0, 1000},
};

static const struct {
	const char *id;
	const char *raiser;
	const char *label;
	const char *reason;
	int resolved;
} tensions[] = {
	{"T0001", "brioche", "Analytics flexibility", "YAGNI: a speculative query pattern", 1},
	{"T0002", "cannoli", "Serverless constraints", "serverless is the implicit baseline", 2},
	{"T0003", "croissant", "Leaky abstraction risk", "ADR + PartitionScoped marker trait", 2},
	{"T0004", "cupcake", "Unbounded query patterns", "AnalyticsStore split", 2},
	{"T0005", "donut", "Scale threshold undefined", "cost negligible at current scale", 2},
	{"T0006", "eclair", "Parity vs query fitness", "parity is code-path, not DynamoDB-specific", 2},
	{"T0007", "macaron", "No rollback plan", "the trait's single-active-backend factory", 1},
	{"T0008", "muffin", "Denormalized verdict fields", "in-memory assembly from full-partition load", 2},
	{"T0009", "scone", "Schema strains DynamoDB", "only the refs table is a genuine mismatch", 2},
	{"T0010", "strudel", "Event-sourced redesign", "refs-only redesign, Phase C detail", 2},
	{"T0101", "croissant", "Trait governance gap", "ADR + PartitionScoped + dual-impl CI", 2},
	{"T0102", "eclair", "Denormalization leaks domain", "denormalized fields redundant, removed", 2},
	{"T0103", "galette", "Prerequisite inversion", "trait-first sequencing adopted", 2},
	{"T0104", "macaron", "Denormalization cost unmeasured", "cost negligible, denormalization eliminated", 2},
	{"T0105", "muffin", "Verdict consistency risk", "verdicts immutable, denormalization eliminated", 2},
	{"T0106", "strudel", "Trait shaped by workarounds", "trait shaped by domain, workarounds behind impl", 2},
	{"T0107", "tartlet", "Encryption envelope portability", "canonical entity address AAD in Phase B", 2},
	{"T0201", "strudel", "Hash chain boundary unspecified", "migration protocol detail, not a blocker", 3},
};

static void add_pool(struct record *record, struct entity_meta *meta)
{
	struct record_pool_member *members = need(arena_allocate_array(record->arena, POOL, sizeof(*members)));
	for (size_t i = 0; i < POOL; i++)
		members[i] = (struct record_pool_member){
			.role = text(pool[i].role), .tier = pool[i].tier, .relevance = integer(pool[i].relevance)};
	struct record_pool *made = need(arena_allocate(record->arena, sizeof(*made)));
	*made = (struct record_pool){.domain = TEXT("Data Architecture & Storage Strategy"),
								 .members = {.items = members, .count = POOL, .present = true}};
	meta->pool = made;
}

static void add_experts(struct record *record)
{
	for (size_t i = 0; i < PEOPLE; i++) {
		struct entity_expert *expert = create(record, ENTITY_EXPERT, text(people[i].slug));
		struct record_expert_score *scores = need(arena_allocate_array(record->arena, 4, sizeof(*scores)));
		size_t count = 0;
		for (int round = 0; round < 4; round++) {
			if (people[i].scores[round] > 0)
				scores[count++] =
					(struct record_expert_score){.round = integer(round), .total = integer(people[i].scores[round])};
		}
		if (i == 2)
			scores[0] =
				(struct record_expert_score){integer(0), integer(8), integer(6), integer(5), integer(4), integer(23)};
		expert->name = text(people[i].name);
		expert->role = text(pool[people[i].role].role);
		expert->tier = pool[people[i].role].tier;
		expert->relevance = integer(pool[people[i].role].relevance);
		expert->created_at = TEXT(SAMPLE_TIME);
		expert->scores = (struct schema_groups){.items = scores, .count = count, .present = true};
		add(record, expert);
	}
}

static void add_round(struct record *record, int n)
{
	struct entity_round *round = create(record, ENTITY_ROUND, round_subkey(record, n));
	struct record_seat *seats = need(arena_allocate_array(record->arena, PEOPLE, sizeof(*seats)));
	size_t count = 0;
	for (size_t i = 0; i < PEOPLE; i++) {
		if (people[i].scores[n] == 0)
			continue;
		seats[count++] = (struct record_seat){
			.expert = text(people[i].slug),
			.role = text(pool[people[i].role].role),
			.tier = pool[people[i].role].tier,
			.relevance = integer(pool[people[i].role].relevance),
			.source = n > 0 && people[i].scores[n - 1] > 0 ? SOURCE_RETAINED : SOURCE_POOL,
		};
	}
	round->status = ROUND_COMPLETED;
	round->wisdom = integer(rounds[n].w);
	round->consistency = integer(rounds[n].c);
	round->truth = integer(rounds[n].t);
	round->relationships = integer(rounds[n].r);
	round->score = integer(rounds[n].score);
	round->open_tensions = integer(rounds[n].open);
	round->new_perspectives = integer(rounds[n].new);
	round->velocity = integer(rounds[n].velocity);
	round->converge_permille = integer(rounds[n].permille);
	round->panel_size = integer((int64_t)count);
	round->created_at = TEXT(SAMPLE_TIME);
	round->panel = (struct schema_groups){.items = seats, .count = count, .present = true};
	if (n == 0)
		round->summary = TEXT("Three camps emerged.\n\n## Camp 1\n\nPro-relational.");
	add(record, round);
}

static void add_tensions(struct record *record)
{
	for (size_t i = 0; i < sizeof(tensions) / sizeof(tensions[0]); i++) {
		struct entity_tension *tension = sample_statement(record, tensions[i].id);
		tension->status = TENSION_RESOLVED;
		tension->label = text(tensions[i].label);
		tension->contributors = list_of(record->arena, &tensions[i].raiser, 1);
		sample_event(record, (struct sample_event){"addressed", tensions[i].id, tensions[i].resolved,
												   tensions[i].raiser, "narrowed"});
		sample_event(record, (struct sample_event){"resolved", tensions[i].id, tensions[i].resolved, "judge",
												   tensions[i].reason});
	}
}

static void add_move(struct record *record, struct item_key_move key, enum move_type type, const char *target)
{
	struct text subkey;
	if (!item_key_move_subkey(record->arena, key, &subkey))
		abort();
	struct entity_move *move = create(record, ENTITY_MOVE, subkey);
	move->move_type = type;
	move->created_at = TEXT(SAMPLE_TIME);
	if (target != NULL)
		move->targets = list_of(record->arena, &target, 1);
	add(record, move);
}

static void add_moves(struct record *record)
{
	for (int round = 2; round <= 3; round++) {
		for (size_t i = 0; i < PEOPLE; i++) {
			/* Strudel had not signalled in round 2. */
			if (people[i].scores[round] > 0 && (round == 3 || i != 1))
				add_move(record, (struct item_key_move){round, text(people[i].slug), 1}, MOVE_CONVERGE, NULL);
		}
	}
	add_move(record, (struct item_key_move){1, TEXT("muffin"), 1}, MOVE_CONCEDE, "T0001");
}

static void add_ref(struct record *record, struct item_key_ref key)
{
	struct text subkey;
	if (!item_key_ref_subkey(record->arena, key, &subkey))
		abort();
	struct entity_ref *ref = create(record, ENTITY_REF, subkey);
	ref->created_at = TEXT(SAMPLE_TIME);
	add(record, ref);
}

static void add_statements(struct record *record)
{
	static const char *const strudel[] = {"strudel"};
	static const char *const croissant[] = {"croissant"};
	struct entity_perspective *perspective = sample_statement(record, "P0001");
	perspective->label = TEXT("The schema is the problem, not the storage engine");
	perspective->body = TEXT("A system that started from DynamoDB would use an event stream.");
	perspective->contributors = list_of(record->arena, strudel, 1);
	perspective->local_id = TEXT("STRUDEL R0-P01");
	struct entity_recommendation *recommendation = sample_statement(record, "R0101");
	recommendation->label = TEXT("Build the trait boundary first");
	recommendation->contributors = list_of(record->arena, croissant, 1);
	recommendation->status = RECOMMENDATION_ADOPTED;
	recommendation->adopted_in_verdict = TEXT("final");
	struct entity_evidence *evidence = sample_statement(record, "E0101");
	evidence->label = TEXT("91% of functions are partition scoped already");
	evidence->contributors = list_of(record->arena, croissant, 1);
	add_ref(record, (struct item_key_ref){TEXT("E0101"), REF_SUPPORT, TEXT("R0101")});
	add_ref(record, (struct item_key_ref){TEXT("R0101"), REF_ADDRESS, TEXT("T0003")});
	sample_event(record, (struct sample_event){"adopted", "R0101", 3, "judge", "the verdict adopts it"});
}

static void add_file(struct record *record, int n, const char *path, struct bytes content)
{
	static const uint8_t hash[32] = {1, 2, 3};
	struct text subkey;
	if (!item_key_file_subkey(record->arena, n, &subkey))
		abort();
	struct entity_file *file = create(record, ENTITY_FILE, subkey);
	file->path = text(path);
	file->kind = FILE_KIND_RESPONSE;
	file->sha256 = (struct bytes){hash, sizeof(hash)};
	file->size = integer((int64_t)content.size);
	file->source = FILE_ORIGIN_IMPORTED;
	file->head.content = content;
	file->head.content_known = true;
	add(record, file);
}

static void add_verdicts(struct record *record)
{
	static const char *const supporters[] = {"muffin", "croissant"};
	struct entity_verdict *verdict =
		sample_verdict(record, "final", VERDICT_FINAL, "Do NOT supersede RFC 0058 with a hybrid architecture.");
	verdict->confidence = CONFIDENCE_UNANIMOUS;
	verdict->description = TEXT("Amend the implementation sequence to three phases:\n\n1. **Phase A**: trait\n2. "
								"**Phase B**: envelope\n3. **Phase C**: DynamoDB");
	verdict->supporting_experts = list_of(record->arena, supporters, 2);
	struct entity_verdict *dissent =
		sample_verdict(record, "dissent-r01-strudel", VERDICT_DISSENT, "The refs table should be redesigned now.");
	dissent->author = TEXT("strudel");
	dissent->description = TEXT("An event stream would have been cheaper.");
	struct entity_verdict *minority =
		sample_verdict(record, "minority-r02-cannoli", VERDICT_MINORITY, "Serverless first.");
	minority->author = TEXT("cannoli");
}

void sample_dialogue(struct arena *arena, struct record *record)
{
	static const char *const insights[] = {
		"**Strudel** (R0): \"The schema is the problem, not the storage engine\"",
		"**Galette** (R1): building the trait IS the design decision",
	};
	static const struct record_link links[] = {
		{{"rfc", sizeof("rfc") - 1},
		 {"0058-encrypted-dynamodb-storage", sizeof("0058-encrypted-dynamodb-storage") - 1}}};
	static const uint8_t binary[] = {0xff, 0x00, 0x80};
	record_begin(record, arena, TEXT("rfc-0058-supersession"));
	struct entity_meta *meta = add_meta(record, "RFC 0058 Supersession: Hybrid Relational + DynamoDB Architecture");
	meta->status = DIALOGUE_CONVERGED;
	meta->total_rounds = integer(4);
	meta->total_alignment = integer(415);
	meta->question = TEXT("Should RFC 0058 be superseded by a hybrid architecture that pairs a scalable relational "
						  "database with DynamoDB?");
	meta->tensions_claimed = TEXT("17/17");
	meta->convergence_claimed = TEXT("100% (6/6 unanimous, Round 3)");
	meta->insights = list_of(arena, insights, 2);
	meta->links = (struct schema_groups){.items = links, .count = 1, .present = true};
	add_pool(record, meta);
	add_experts(record);
	for (int n = 0; n < 4; n++)
		add_round(record, n);
	add_tensions(record);
	add_statements(record);
	add_moves(record);
	add_verdicts(record);
	add_file(record, 1, "round-0/muffin.md", bytes_of_text(TEXT("# Muffin\n\nHello.\n")));
	add_file(record, 2, "picture.png", (struct bytes){binary, sizeof(binary)});
	add_file(record, 3, "empty.md", (struct bytes){NULL, 0});
	sample_event(record, (struct sample_event){"converged", "meta", 3, "judge", "unanimous"});
	sample_event(record, (struct sample_event){"completed", "03", 3, "judge", "all six signalled"});
}
