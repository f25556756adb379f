/*
 * The steps of reading, in the order in which derive_record() takes them. Each adds to the work; what cannot be understood
 * becomes a problem, and memory that runs out marks the work as exhausted.
 */
#ifndef DERIVE_RULES_H
#define DERIVE_RULES_H

#include "derive_work.h"

/* derive_files_read(work): takes in the files of the request in order of path, says what each is by its name, and
   scans markdown. */
void derive_files_read(struct derive_work *work);

/* derive_document_read(work, ret_record, ret_read, error): the record of a document that carries one, when it is all
   that there is to read; otherwise *ret_read is false, and a document whose record cannot be read has its prose
   scanned. Errors: HANSARD_FAILED. */
enum hansard_status derive_document_read(struct derive_work *work, struct record *ret_record, bool *ret_read,
										 struct hansard_error *error);

/* derive_files_responses(work): decides which files of a round are an expert's response; the panels must be known. */
void derive_files_responses(struct derive_work *work);

/* derive_parts_rounds(work): cuts every file into parts by its round headings, the Judge speaking. */
void derive_parts_rounds(struct derive_work *work);

/* derive_parts_voices(work): cuts again, now by who speaks, and finds which rounds are held and which only announced.
   */
void derive_parts_voices(struct derive_work *work);

/* derive_panels_read(work): panels and pool of JSON files, panels of prompts. */
void derive_panels_read(struct derive_work *work);

/* derive_people_tables(work): people in tables and participants; the pool as a table. */
void derive_people_tables(struct derive_work *work);

/* derive_people_answers(work): seats of those who answered. */
void derive_people_answers(struct derive_work *work);

/* derive_people_seat(work, round, slug, rank): someone sat in a round (WORK_NO_ROUND: in any); of one round the seats
   of the highest rank stand. */
enum seat_rank { SEAT_OF_ANY, SEAT_OF_SCORE, SEAT_OF_ANSWER, SEAT_OF_TABLE, SEAT_OF_PROMPT, SEAT_OF_PANEL };
void derive_people_seat(struct derive_work *work, int round, struct text slug, enum seat_rank rank);

/* derive_people_panel(work, round, ret_count): slugs on the panel of a round, in the order given. */
struct text *derive_people_panel(struct derive_work *work, int round, size_t *ret_count);

/* derive_people_column(work, table, columns): the column of experts, by name or by its cells; SIZE_MAX when there is
   none. */
struct table_columns;
size_t derive_people_column(struct derive_work *work, const struct scan_table *table,
							const struct table_columns *columns);

/* derive_experts_bare(work, name): a name as it is compared: without emphasis, emoji, a trailing parenthesis and
   separators. */
struct text derive_experts_bare(struct derive_work *work, struct text name);

/* derive_experts_find(work, name): slug of the member whom a name means, absent when there is none. */
struct text derive_experts_find(struct derive_work *work, struct text name);

/* derive_experts_cell(work, cell): whom a cell of a column of experts names: as derive_experts_find(), or the member whose
   whole name it begins with and goes on to describe: "Muffin the baker", "Muffin, baker". "Muffin Top" is another name. */
struct text derive_experts_cell(struct derive_work *work, struct text cell);

/* derive_experts_first(work, text): slug of the member whose name a line begins with, absent when there is none. */
struct text derive_experts_first(struct derive_work *work, struct text text);

/* derive_experts_listed(work, text, ret_count): slugs of all members named in a text such as "Muffin R0, Scone"; with
   each the round that follows the name. */
struct work_raiser *derive_experts_listed(struct derive_work *work, struct text text, size_t *ret_count);

/* derive_experts_ids(work, text, letter, ret_count): ids of that letter in a text, each as derive_experts_id() gives it. */
struct scan_id *derive_experts_ids(struct derive_work *work, struct text text, char letter, size_t *ret_count);

/* derive_experts_id(work, id): the id with its name as the member's slug; without a word before it that is no name. The name
   of a stranger stays as written: the id then names nothing, and never what the id without it would name. */
struct scan_id derive_experts_id(struct derive_work *work, struct scan_id id);

/* derive_experts_stranger(work, id): an id of derive_experts_id() has the name of nobody who takes part. */
bool derive_experts_stranger(struct derive_work *work, const struct scan_id *id);

/* derive_experts_report(work, id, place): reports that an id has the name of a stranger. */
void derive_experts_report(struct derive_work *work, const struct scan_id *id, struct work_place place);

/* derive_experts_judge(name): the name is the Judge's. */
bool derive_experts_judge(struct text name);

/* derive_experts_add(work, written): slug of a name that stands where nothing but a name does; makes it known. Absent for
   what is refused, and when a dialogue can hold no more. */
struct text derive_experts_add(struct derive_work *work, struct text written);

/* derive_experts_add_read(work, written): as derive_experts_add() where people also write sentences: what has more words than
   a name is none. */
struct text derive_experts_add_read(struct derive_work *work, struct text written);

/* derive_experts_refused(work, written): why this can be no expert's name, for a report; NULL when it can. */
const char *derive_experts_refused(struct derive_work *work, struct text written);

/* What is said of one expert at one place. */
struct work_person {
	struct work_place place;
	int round;
	struct text slug;
};

/* derive_experts_state(work, kind, who, value): states a fact about a seat as a text was written. */
void derive_experts_state(struct derive_work *work, enum fact_kind kind, const struct work_person *who,
						  struct text value);

/* derive_experts_pool(work, rank, member): adds a candidate of the pool; a pool of higher rank replaces one of lower.
   */
void derive_experts_pool(struct derive_work *work, int rank, const struct record_pool_member *member);

/* derive_experts_candidate(work, tier, place, member): gives a candidate the tier that is written, else that of its relevance;
   false, and reported, for a word that is no tier, and with neither. */
bool derive_experts_candidate(struct derive_work *work, struct text tier, struct work_place place,
							  struct record_pool_member *member);

/* derive_experts_tier(relevance): the tier of a candidate without one: it follows from relevance (record.md, Pool and
   panel). */
enum tier derive_experts_tier(struct schema_integer relevance);

/* derive_files_listed(name): a name of the list from which seats are named. */
bool derive_files_listed(struct text name);

/* derive_scores_read(work): score tables of the Judge. */
void derive_scores_read(struct derive_work *work);

/* derive_scores_zero(file): the file states a total of zero: zeros in its tables are placeholders. */
bool derive_scores_zero(const struct work_file *file);

/* derive_series_score(work, round): a round's score: as given, else the sum of its parts where all four are known. */
struct schema_integer derive_series_score(const struct derive_work *work, int round);

/* derive_series_total(work): the ALIGNMENT that is the sum of the rounds, absent when no round has a score. */
struct schema_integer derive_series_total(const struct derive_work *work);

/* derive_fields_read(work): fields of the Judge, and values given with their name behind (7/7 tensions resolved). */
void derive_fields_read(struct derive_work *work);

/* derive_fields_value(work, name, value, place, round): states what one name and value say of a round or the
   dialogue; false when the name is unknown. */
struct work_value {
	struct text name;
	struct text value;
	struct work_place place;
	int round;
};
bool derive_fields_value(struct derive_work *work, const struct work_value *said);

/* derive_fields_unknown(work, said): reports a field whose name is unknown. */
void derive_fields_unknown(struct derive_work *work, const struct work_value *said);

/* derive_series_settle(work): turns running totals into the scores of their rounds; facts must be settled. */
void derive_series_settle(struct derive_work *work);

/* derive_meta_read(work): declarations, insights and other sections about the whole dialogue. */
void derive_meta_read(struct derive_work *work);

/* derive_meta_title(work): title of the dialogue; never absent. */
struct text derive_meta_title(struct derive_work *work);

/* derive_meta_time(work, ret_time): time of the dialogue; never absent. False when nobody states one, so that the moment of
   the import stands in its place: that is reported. */
bool derive_meta_time(struct derive_work *work, struct text *ret_time);

/* derive_registers_read(work): tensions of registers and trackers, and what the Judge says of their status. */
void derive_registers_read(struct derive_work *work);

/* derive_statements_read(work): perspectives, tensions and other statements of markers. */
void derive_statements_read(struct derive_work *work);

/* derive_tensions_match(work): decides which raised tension is which row, and gives every statement its id. */
void derive_tensions_match(struct derive_work *work);

/* derive_tensions_number(id, ret_round, ret_number): round and number of a row of the Judge's: T01 is 0 and 1, and so
   is the display id T0001. False for numbers beyond
   those of display ids. */
bool derive_tensions_number(const struct scan_id *id, int *ret_round, int *ret_number);

/* derive_statements_find(work, id, who, ret_id): display id of the perspective or other statement that an id means. */
struct work_speaker {
	struct text expert; /* absent: the Judge */
	int round;          /* WORK_NO_ROUND: after all rounds */
};
bool derive_statements_find(struct derive_work *work, const struct scan_id *id, struct work_speaker who,
							struct display_id *ret_id);

/* derive_tensions_find(work, id, who): index of the tension that an id in a text means, or SIZE_MAX. */
size_t derive_tensions_find(struct derive_work *work, const struct scan_id *id, struct work_speaker who);

/* derive_markers_read(work): moves, references, dissents, and what markers do to tensions. */
void derive_markers_read(struct derive_work *work);

/* derive_changes_judge(work): what the Judge's headings, bold runs and list items say of tensions. */
void derive_changes_judge(struct derive_work *work);

/* derive_unread_tables(work): reports the tables that no rule reads. */
void derive_unread_tables(struct derive_work *work);

/* derive_unread_broken(work): reports fences and brackets that are never closed, markers without brackets or keyword, and tables whose rows have other columns than their
   header. */
void derive_unread_broken(struct derive_work *work);

/* derive_verdict_read(work): the final verdict. */
void derive_verdict_read(struct derive_work *work);

/* derive_history_tell(work, tension, ret_count): the events of a tension in order, its final status set. */
struct work_event {
	enum event_type type;
	int round;
	struct text actor; /* absent: the Judge */
	struct text reason;
};
struct work_event *derive_history_tell(struct derive_work *work, size_t tension, size_t *ret_count);

/* derive_emit_files(work, record): adds every file of the work to the record. */
void derive_emit_files(struct derive_work *work, struct record *record);

/* derive_emit_record(work, record, error): makes the entities. Errors: HANSARD_FAILED. */
enum hansard_status derive_emit_record(struct derive_work *work, struct record *record, struct hansard_error *error);

#endif
