/*
 * Reading local ids: what stands before the last '-' is the expert.
 */
#include "local_id.h"

#include "slug.h"

bool local_id_parse(struct arena *arena, struct text text, struct local_id *ret_id, bool *ret_good)
{
	*ret_good = false;
	size_t dash = text.size;
	while (dash > 0 && text.data[dash - 1] != '-')
		dash--;
	struct local_id id = {0};
	if (dash < 2 || !display_id_parse(text_trim(text_slice(text, dash, text.size)), &id.id))
		return true;
	if (!slug_of_expert(arena, text_slice(text, 0, dash - 1), &id.expert))
		return false;
	*ret_good = id.expert.size > 0;
	*ret_id = id;
	return true;
}

bool local_id_equal(const struct local_id *a, const struct local_id *b)
{
	return text_equal(a->expert, b->expert) && display_id_compare(a->id, b->id) == 0;
}
