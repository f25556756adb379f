/*
 * Included before every file of the project: what is named here can no longer be spelled. Unbounded copies, hidden
 * state and functions that cannot report a failure.
 */
#ifndef BANNED_H
#define BANNED_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A library whose own headers spell a banned name, as that of a parameter, is named by the build of the one room that uses
   it, and comes first. */
#ifdef BANNED_AFTER
#include BANNED_AFTER
#endif

#undef alloca

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll atof asctime ctime gmtime localtime
#pragma GCC poison rand srand random srandom alloca tmpnam tempnam mktemp system

#endif
