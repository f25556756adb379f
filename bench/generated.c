/*
 * Rounds that are made up.
 */
#include "generated.h"

enum { TEXT_BYTES = 700 };

/* A list of statements of a batch, numbered by themselves. */
struct statements {
	char letter;
	json_t *list;
	size_t count;
};

static json_t *reference(const char *type, char letter, int round, size_t number)
{
	char id[40];
	snprintf(id, sizeof(id), "MUFFIN-%c%02d%02zu", letter, round, number);
	return json_pack("{s:s, s:s}", "type", type, "target", id);
}

/* Adds a statement and takes its references over. */
static void add(struct statements *of, int round, json_t *refs)
{
	char id[40], body[TEXT_BYTES + 1];
	memset(body, 'a', TEXT_BYTES);
	body[TEXT_BYTES] = '\0';
	snprintf(id, sizeof(id), "MUFFIN-%c%02d%02zu", of->letter, round, ++of->count);
	json_array_append_new(of->list, json_pack("{s:s, s:s, s:s, s:[s], s:o}", "id", id, "label", "A statement", "body",
											  body, "contributors", "muffin", "refs", refs));
}

size_t generated_statements(size_t items)
{
	return items * 2 / 5 / GENERATED_ROUNDS;
}

/* Eight of ten statements are perspectives, each of which supports the one before it, and a fifth questions the first; one is a
   recommendation that depends on a perspective; one a claim that supports it, and with it one of the round before. A tenth of the
   perspectives of the round before come to depend on new ones. */
json_t *generated_round(int round, size_t count)
{
	struct statements p = {'P', json_array(), 0}, r = {'R', json_array(), 0}, c = {'C', json_array(), 0};
	json_t *refs = json_array();
	char old[40];
	for (size_t i = 1; i <= count; i++) {
		json_t *own = json_array();
		const size_t place = ((size_t)round * count + i) % 10;
		if (place == 5 && p.count > 0) {
			json_array_append_new(own, reference("depend", 'P', round, p.count));
			add(&r, round, own);
		} else if (place == 6 && r.count > 0) {
			json_array_append_new(own, reference("support", 'R', round, r.count));
			snprintf(old, sizeof(old), "R%02d%02zu", round - 1, r.count);
			if (round > 0 && r.count <= count / 10)
				json_array_append_new(own, json_pack("{s:s, s:s}", "type", "support", "target", old));
			add(&c, round, own);
		} else {
			if (p.count > 0)
				json_array_append_new(own, reference("support", 'P', round, p.count));
			if (p.count > 1 && place % 5 == 0)
				json_array_append_new(own, reference("question", 'P', round, 1));
			add(&p, round, own);
			snprintf(old, sizeof(old), "P%02d%02zu", round - 1, p.count);
			json_t *late = reference("depend", 'P', round, p.count);
			json_object_set_new(late, "source", json_string(old));
			if (round > 0 && place == 9 && p.count <= count / 2)
				json_array_append(refs, late);
			json_decref(late);
		}
	}
	return json_pack("{s:i, s:[{s:s, s:s, s:s, s:s}], s:o, s:o, s:o, s:o}", "round", round, "panel", "expert", "muffin",
					 "name", "Muffin", "role", "Measures things", "tier", "core", "perspectives", p.list,
					 "recommendations", r.list, "claims", c.list, "refs", refs);
}
