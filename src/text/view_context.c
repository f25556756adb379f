/*
 * What the Judge needs to go on, for a person: the same facts as the JSON of it, each field by its row of entities.def.
 */
#include "error.h"
#include "field.h"
#include "lifecycle.h"
#include "view.h"
#include "view_private.h"

enum { CONTEXT_LEAD = 16, COLUMNS_MAX = 8 };

/* "max_rounds": "Max rounds". */
static const char *title_of(struct draft *draft, const struct schema_field *field)
{
	char *copy = arena_allocate(draft->arena, field->name_size + 1);
	if (copy == NULL) {
		draft->failed = true;
		return "";
	}
	for (size_t i = 0; i < field->name_size; i++)
		copy[i] = field->name[i] == '_' ? ' ' : field->name[i];
	copy[field->name_size] = '\0';
	copy[0] = (char)toupper((unsigned char)copy[0]);
	return copy;
}

/* A field of one value in words; absent for what is made of several. */
static struct text value_of(struct draft *draft, const struct schema_field *field, const void *object)
{
	const void *member = field_view(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
		return *(const struct text *)member;
	case SCHEMA_TIME:
		return survey_moment_whole(draft, *(const struct text *)member);
	case SCHEMA_INTEGER:
		if (field->unit->scale != 1)
			return survey_relevance(draft, *(const struct schema_integer *)member);
		return draft_format(draft, "%" PRId64, ((const struct schema_integer *)member)->value);
	case SCHEMA_BOOLEAN:
		return ((const struct schema_boolean *)member)->value ? TEXT("yes") : TEXT("no");
	case SCHEMA_WORD:
		return survey_word(draft, field->vocabulary, field_word(field, object));
	case SCHEMA_HASH:
	case SCHEMA_TEXTS:
	case SCHEMA_GROUP:
	case SCHEMA_GROUPS:
		return TEXT_ABSENT;
	}
	return TEXT_ABSENT;
}

static void show_groups(struct page *page, const struct schema_field *field, const struct schema_groups *groups)
{
	struct page_column columns[COLUMNS_MAX];
	struct page_table table;
	const size_t count = field->group->field_count < COLUMNS_MAX ? field->group->field_count : COLUMNS_MAX;
	for (size_t i = 0; i < count; i++)
		columns[i] = (struct page_column){title_of(&page->draft, &field->group->fields[i]),
										  field->group->fields[i].kind == SCHEMA_INTEGER};
	page_table_begin(&table, page, columns, count);
	for (size_t i = 0; i < groups->count; i++) {
		const void *item = field_item(field, groups, i);
		for (size_t k = 0; k < count; k++) {
			const struct schema_field *cell = &field->group->fields[k];
			view_tables_text(&table, field_present(cell, item) ? value_of(&page->draft, cell, item) : TEXT_ABSENT);
		}
	}
	page_table_end(&table);
}

static bool is_named(const char *name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

/* Every field that is present, but those named in `shown`. */
static void show_fields(struct page *page, size_t indent, const struct schema_shape *shape, const void *object,
						const char *const *shown)
{
	static const char *const none[] = {NULL};
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (!field_present(field, object) || is_named(field->name, shown))
			continue;
		const struct text title = text_of_string(title_of(&page->draft, field));
		if (field->kind == SCHEMA_TEXTS) {
			const struct text_list *list = field_view(field, object);
			for (size_t k = 0; k < list->count; k++)
				page_entry(page, (struct page_lead){indent, CONTEXT_LEAD, k == 0 ? title : TEXT("")}, list->items[k]);
		} else if (field->kind == SCHEMA_GROUP) {
			show_fields(page, indent, field->group, field_group(field, object), none);
		} else if (field->kind == SCHEMA_GROUPS) {
			page_fold(page, indent, title);
			show_groups(page, field, field_view(field, object));
		} else {
			page_entry(page, (struct page_lead){indent, CONTEXT_LEAD, title}, value_of(&page->draft, field, object));
		}
	}
}

static void show_meta(struct page *page, const struct survey *survey, int next)
{
	static const char *const apart[] = {"created_at", "title", "question", "background", "pool", NULL};
	static const char *const none[] = {NULL};
	const struct entity_meta *meta = survey->meta;
	struct draft *draft = &page->draft;
	page_fold(page, 0, survey_title(survey));
	page_entry(page, (struct page_lead){2, CONTEXT_LEAD, TEXT("Id")}, survey->record->dialogue_id);
	page_entry(page, (struct page_lead){2, CONTEXT_LEAD, TEXT("Rev")},
			   draft_format(draft, "%" PRId64, survey->record->rev));
	if (survey->record->import_part_rev > 0)
		page_entry(page, (struct page_lead){2, CONTEXT_LEAD, TEXT("Imported")},
				   draft_format(draft,
								"in part: the import that made commit %" PRId64
								" did not reach its end; import the same again before anything else",
								survey->record->import_part_rev));
	page_entry(page, (struct page_lead){2, CONTEXT_LEAD, TEXT("Next round")}, draft_format(draft, "%d", next));
	if (meta == NULL)
		return;
	show_fields(page, 2, entity_shape(ENTITY_META), meta, survey->undated ? apart : apart + 1);
	if (survey->undated)
		page_entry(page, (struct page_lead){2, CONTEXT_LEAD, TEXT("Imported at")},
				   survey_moment_whole(draft, meta->created_at));
	if (text_present(meta->question)) {
		page_heading(page, TEXT("Question"));
		page_fold(page, 2, meta->question);
	}
	if (meta->background != NULL) {
		const struct schema_field *field = field_find(entity_shape(ENTITY_META), TEXT("background"));
		page_heading(page, TEXT("Background"));
		show_fields(page, 2, field->group, meta->background, none);
	}
	if (meta->pool != NULL) {
		const struct schema_field *field = field_find(entity_shape(ENTITY_META), TEXT("pool"));
		page_heading(page, TEXT("Pool"));
		show_fields(page, 2, field->group, meta->pool, none);
	}
}

static void show_panel(struct page *page, const struct survey *survey, int last)
{
	static const struct page_column columns[] = {{"Expert", false}, {"Slug", false},  {"Role", false},
												 {"Tier", false},   {"Focus", false}, {"Converged", false}};
	const struct entity_round *round = record_round(survey->record, last);
	struct page_table table;
	size_t count;
	if (round == NULL)
		return;
	const struct record_seat *seats = survey_seats(round, &count);
	page_heading(page, draft_format(&page->draft, "Panel of round %d", last));
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < count; i++) {
		view_tables_text(&table, survey_name(survey->record, seats[i].expert));
		view_tables_text(&table, seats[i].expert);
		view_tables_text(&table, seats[i].role);
		view_tables_text(&table, survey_word(&page->draft, &vocabulary_tier, seats[i].tier));
		view_tables_text(&table, seats[i].focus);
		view_tables_text(&table, tally_signals(survey->record, last, seats[i].expert) ? TEXT("yes") : TEXT("no"));
	}
	page_table_end(&table);
}

static void show_statement(struct page *page, const struct record *record, const struct entity_head *head)
{
	static const char *const apart[] = {"status", "created_at", "label", "body", "contributors", NULL};
	struct draft *draft = &page->draft;
	struct record_statement statement;
	if (!record_statement(head, &statement))
		return;
	page_blank(page);
	page_entry(page, (struct page_lead){2, 6, survey_id(draft, head)}, statement.label);
	page_fold(page, 10,
			  draft_format(draft, "%.*s %s%.*s, %.*s",
						   DRAFT_ARGS(survey_word(draft, lifecycle_vocabulary(head->type), lifecycle_status(head))),
						   entity_shape(head->type)->name,
						   DRAFT_ARGS(view_tables_by(draft, record, &statement.contributors)),
						   DRAFT_ARGS(survey_is_import(record, statement.created_at)
										  ? TEXT("undated")
										  : survey_moment_whole(draft, statement.created_at))));
	page_fold(page, 10, statement.body);
	show_fields(page, 10, entity_shape(head->type), head, apart);
}

static void show_open(struct page *page, const struct record *record)
{
	const struct record_list *list = &record->lists[ENTITY_TENSION];
	page_heading(page, TEXT("Open tensions"));
	bool any = false;
	for (size_t i = 0; i < list->count; i++) {
		if (!tally_tension_open((const struct entity_tension *)list->items[i]))
			continue;
		show_statement(page, record, list->items[i]);
		any = true;
	}
	if (!any)
		page_fold(page, 2, TEXT("None."));
}

static void show_last(struct page *page, const struct record *record, int last)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	if (last < 0)
		return;
	page_heading(page, draft_format(&page->draft, "Statements of round %d", last));
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		const struct record_list *list = &record->lists[types[t]];
		for (size_t i = 0; i < list->count; i++) {
			if (survey_round_number(list->items[i]) == last)
				show_statement(page, record, list->items[i]);
		}
	}
}

enum hansard_status view_context(struct arena *arena, const struct record *record, const struct view_next *next,
								 const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	const int last = record_last_round(record);
	struct survey survey;
	struct page page;
	enum survey_computed computed;
	const enum hansard_status status = view_tables_survey(arena, record, &computed, &survey, error);
	if (status != HANSARD_OK)
		return status;
	page_begin(&page, arena, out, options->width);
	show_meta(&page, &survey, last + 1);
	show_panel(&page, &survey, last);
	show_open(&page, record);
	show_last(&page, record, last);
	if (next->ids.count > 0) {
		page_heading(&page, TEXT("Next ids"));
		page_fold(&page, 2, survey_names(&page.draft, record, &next->ids));
	}
	view_progress_blockers(&page, &survey);
	if (next->may_force)
		page_fold(&page, 2, TEXT("So many rounds were held that it may be forced, with a warning."));
	return page_finish(&page, error);
}
