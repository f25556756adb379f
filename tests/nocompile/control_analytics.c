/* positive control: a partition, analytics and the third interface of an engine
 * room: store
 */
#include "store_engine.h"

enum hansard_status ask(struct store_engine *engine, struct store_partition *partition,
						struct analytics_counts *counts);
enum hansard_status ask(struct store_engine *engine, struct store_partition *partition, struct analytics_counts *counts)
{
	partition->engine = engine;
	engine->ops->close(NULL);
	return engine->analytics->counts(engine, TEXT("t"), counts, NULL);
}
