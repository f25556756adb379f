/*
 * Fields of a struct by their row: what reads, writes, compares and shows entities goes through these, so that it is
 * written once for all entities.
 */
#ifndef FIELD_H
#define FIELD_H

#include "entity.h"

/* field_find(shape, name): the row of that name, or NULL. */
const struct schema_field *field_find(const struct schema_shape *shape, struct text name);

/* field_view(field, object), field_slot(field, object): the member of a struct of the field's shape; it points to the C
   type of the field's kind (entities.def). A WORD is read with field_word(). */
const void *field_view(const struct schema_field *field, const void *object);
void *field_slot(const struct schema_field *field, void *object);

/* field_present(field, object): the member is not absent. */
bool field_present(const struct schema_field *field, const void *object);

/* field_word(field, object), field_set_word(field, object, value): the value of a WORD, whatever its enum. */
unsigned field_word(const struct schema_field *field, const void *object);
void field_set_word(const struct schema_field *field, void *object, unsigned value);

/* field_group(field, object), field_set_group(field, object, group): the GROUP, a struct of field->group, or NULL. */
const void *field_group(const struct schema_field *field, const void *object);
void field_set_group(const struct schema_field *field, void *object, const void *group);

/* field_item(field, groups, index): one item of the GROUPS, a struct of field->group. */
const void *field_item(const struct schema_field *field, const struct schema_groups *groups, size_t index);

/* field_same(field, a, b): the member is the same in two structs of the field's shape. */
bool field_same(const struct schema_field *field, const void *a, const void *b);

/* field_copy(field, to, from): sets the member to that of another struct; both then view the same memory. */
void field_copy(const struct schema_field *field, void *to, const void *from);

/* field_equal(shape, a, b): every field of two structs of that shape is the same. */
bool field_equal(const struct schema_shape *shape, const void *a, const void *b);

#endif
