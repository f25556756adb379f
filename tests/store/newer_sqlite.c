/*
 * A test linked with this and --wrap=sqlite3_libversion_number sees a SQLite whose write-ahead log is safe, whatever is
 * installed, and so runs with one. What is wrong with the WAL of older ones needs several processes that start a new log
 * at the same moment; no test here does that.
 */
#include <sqlite3.h>

int __wrap_sqlite3_libversion_number(void);

int __wrap_sqlite3_libversion_number(void)
{
	return 3051003;
}
