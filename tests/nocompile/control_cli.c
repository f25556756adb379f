/* positive control: a face includes the public API
 * room: cli
 */
#include <hansard/error.h>

enum hansard_status good(void);
enum hansard_status good(void)
{
	return HANSARD_OK;
}
